"""The demo's application for a person with a browser: log in, see the claims.

A web page on 127.0.0.1 with one link. It starts a login at the platform and, when the
browser is back, shows the claims of the verified ID token. `DemoApplication` binds its
port at once, since the platform must know the redirect_uri before it starts.
"""

from __future__ import annotations

import html
import json
import secrets
import threading
from collections.abc import Collection
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from joserfc.errors import JoseError

from _relying_party import Login, NotVerified, OAuthRefused, Registration, RelyingParty

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Demo application</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto }}
table {{ border-collapse: collapse }} td {{ padding: .2rem 1rem .2rem 0; vertical-align: top }}
td:first-child {{ color: #667; font-family: monospace }} .added td {{ background: #e3f6e5 }}
</style><h1>Demo application</h1>{body}</html>"""
COOKIE = "demo_application_login"


class DemoApplication:
    """The page and its logins; `added` names the claims to highlight."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.application = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.redirect_uri = f"{self.url}/callback"
        self._logins: dict[str, tuple[RelyingParty, Login]] = {}
        self._registration: Registration | None = None
        self._added: Collection[str] = ()

    def serve(self, registration: Registration, added: Collection[str]) -> None:
        self._registration, self._added = registration, added
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        if self._registration is not None:
            self._server.shutdown()
        self._server.server_close()

    def start_login(self) -> tuple[str, str]:
        """Where to send the browser, and the cookie by which it is known when it is back."""
        assert self._registration is not None
        application = RelyingParty(self._registration)
        login = application.start()
        browser = secrets.token_urlsafe(16)
        self._logins[browser] = (application, login)
        return login.url, browser

    def finish_login(self, browser: str, path: str) -> str:
        """The page with the claims, for the browser that came back to `path`."""
        if browser not in self._logins:
            return "<p>This login did not start here, or has ended. <a href='/login'>Log in</a></p>"
        application, login = self._logins.pop(browser)
        try:
            token = application.finish(login, self.url + path)
            report = application.verified(token, login.nonce)
        except (NotVerified, OAuthRefused, OAuthError, JoseError, httpx2.HTTPError) as error:
            reason = html.escape(str(error))
            return f"<p>The login failed: {reason}</p><p><a href='/login'>Again</a></p>"
        return self._claims(report)

    def _claims(self, report: dict[str, Any]) -> str:
        rows = "".join(
            f"<tr{' class=added' if name in self._added else ''}>"
            f"<td>{html.escape(name)}<td>{html.escape(readable(value))}"
            for name, value in report["id_token"].items()
        )
        kid = html.escape(str(report["header"].get("kid")))
        return (
            f"<p>The ID token's signature is verified (key <code>{kid}</code>). "
            f"The highlighted claims are the hook's.</p><table>{rows}</table>"
            "<p><a href='/login'>Log in again</a></p>"
        )


def readable(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        application: DemoApplication = self.server.application  # type: ignore[attr-defined]
        path = urlsplit(self.path).path
        if path == "/":
            self._page("<p><a href='/login'>Log in</a> and see what your ID token says.</p>")
        elif path == "/login":
            try:
                url, browser = application.start_login()
            except (NotVerified, httpx2.HTTPError) as error:
                self._page(f"<p>The platform cannot be reached: {html.escape(str(error))}</p>", 502)
                return
            self.send_response(302)
            self.send_header("location", url)
            self.send_header("set-cookie", f"{COOKIE}={browser}; HttpOnly; SameSite=Lax; Path=/")
            self.send_header("content-length", "0")
            self.end_headers()
        elif path == "/callback":
            cookie = SimpleCookie(self.headers.get("cookie", "")).get(COOKIE)
            self._page(application.finish_login(cookie.value if cookie else "", self.path))
        else:
            self._page("<p>There is nothing here. <a href='/'>To the start</a></p>", 404)

    def _page(self, body: str, status: int = 200) -> None:
        content = PAGE.format(body=body).encode()
        self.send_response(status)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """The demo's terminal belongs to the demo."""
