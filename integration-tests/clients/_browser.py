"""A person with a browser, as far as a login needs one: cookies, redirects, HTML forms.

Nothing here knows a platform. A form is filled by what its fields are (a password field
gets the password, a text field the user), and of several submit buttons the first that
does not refuse is pressed. That is enough for Canaille's pages, for oidc-provider's
development pages and for Keycloak's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx2

# A login takes about ten exchanges; more means that pages lead back to each other.
MAX_EXCHANGES = 30
REFUSALS = {"deny", "logout", "cancel", "no", "abort", "decline", "reject"}
TEXT_TYPES = {"text", "email", "tel"}


class LoginFailed(Exception):
    """The way through the pages did not end at the redirect_uri."""


@dataclass
class Control:
    """An `<input>` or `<button>`: what a submission needs to know of it."""

    type: str
    name: str
    value: str
    checked: bool = False
    text: str = ""

    def refuses(self) -> bool:
        words = (self.name, self.value, self.text)
        return any(word.strip(" []").lower() in REFUSALS for word in words)


@dataclass
class Form:
    action: str
    method: str
    enctype: str
    controls: list[Control] = field(default_factory=list)

    def has(self, types: set[str]) -> bool:
        return any(control.type in types for control in self.controls)

    def filled(self, user: str, password: str) -> dict[str, str]:
        """The fields that a browser would send after a person filled the form."""
        fields: dict[str, str] = {}
        for control in self.controls:
            if not control.name or control.type in {"submit", "button", "image", "reset"}:
                continue
            if control.type in {"checkbox", "radio"}:
                if control.checked:
                    fields[control.name] = control.value or "on"
            elif control.type == "password":
                fields[control.name] = password
            elif control.type in TEXT_TYPES:
                fields[control.name] = user
            else:
                fields[control.name] = control.value
        buttons = [control for control in self.controls if control.type == "submit"]
        pressed = next((button for button in buttons if not button.refuses()), None)
        if pressed is not None and pressed.name:
            fields[pressed.name] = pressed.value
        return fields


class Forms(HTMLParser):
    """The forms of a page, and its visible text for error messages."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._form: Form | None = None
        self._button: Control | None = None
        self._hidden_depth = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(
                action=given.get("action", ""),
                method=given.get("method", "get").lower(),
                enctype=given.get("enctype", "application/x-www-form-urlencoded").lower(),
            )
            self.forms.append(self._form)
        elif tag in {"input", "button"} and self._form is not None:
            control = Control(
                type=given.get("type", "text" if tag == "input" else "submit").lower(),
                name=given.get("name", ""),
                value=given.get("value", ""),
                checked="checked" in given,
            )
            self._form.controls.append(control)
            if tag == "button":
                self._button = control
        elif tag in {"script", "style"}:
            self._hidden_depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None
        elif tag in {"script", "style"}:
            self._hidden_depth -= 1

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button.text += data
        if not self._hidden_depth and data.strip():
            self.text.append(" ".join(data.split()))


def log_in(
    http: httpx2.Client, authorization_url: str, redirect_uri: str, user: str, password: str
) -> str:
    """Goes from `authorization_url` through the platform's pages to the redirect_uri.

    Returns the URL that the browser is sent to there, with its query; nothing needs to
    listen on it. Raises `LoginFailed` where a person would be stuck. `http` keeps the
    cookies and must not follow redirects by itself.
    """
    # The words on the buttons are known in English.
    http.headers["accept-language"] = "en"
    request = http.build_request("GET", authorization_url)
    passwords_sent = 0
    for _ in range(MAX_EXCHANGES):
        response = http.send(request)
        if response.next_request is not None:
            request = response.next_request
            if str(request.url).split("?")[0] == redirect_uri.split("?")[0]:
                return str(request.url)
            continue

        page = Forms(response.text)
        form = form_to_fill(page)
        if response.status_code >= 400 or form is None:
            raise LoginFailed(stuck("found no form to go on with", response, page))
        if form.has({"password"}):
            passwords_sent += 1
            if passwords_sent > 1:
                raise LoginFailed(stuck("was asked for the password twice", response, page))
        request = submission(http, response.url, form, form.filled(user, password))
    raise LoginFailed(f"no redirect to {redirect_uri} after {MAX_EXCHANGES} exchanges")


def form_to_fill(page: Forms) -> Form | None:
    """The form that carries on: the one with a password, else with text, else the first."""
    forms = [form for form in page.forms if form.method == "post"]
    for types in ({"password"}, TEXT_TYPES):
        for form in forms:
            if form.has(types):
                return form
    return forms[0] if forms else None


def submission(
    http: httpx2.Client, page_url: httpx2.URL, form: Form, fields: dict[str, str]
) -> httpx2.Request:
    url = page_url.join(form.action) if form.action else page_url
    if form.enctype == "multipart/form-data":
        parts = [(name, (None, value)) for name, value in fields.items()]
        return http.build_request("POST", url, files=parts)
    return http.build_request("POST", url, data=fields)


def stuck(what: str, response: httpx2.Response, page: Forms) -> str:
    seen = " / ".join(page.text)[:400]
    return f"{what} at {response.url.path} (HTTP {response.status_code}); the page says: {seen}"
