"""An application that logs its customers in with OpenID Connect: Authlib does the work.

What is here is what Authlib leaves to its framework integrations: discovery, the checks of
the authorization response, and errors that carry the platform's answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jws, jwt
from joserfc.jwk import KeySet

LEEWAY = 10  # seconds between the clocks of platform and application


class NotVerified(Exception):
    """An answer of the platform that a careful application must not accept."""


class OAuthRefused(Exception):
    """The platform answered with an OAuth error (RFC 6749, 4.1.2.1 and 5.2)."""

    def __init__(self, endpoint: str, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{body.get('error')}: {body.get('error_description')}")
        self.report = {
            "error": body.get("error"),
            "error_description": body.get("error_description"),
            "status": status,
            "endpoint": endpoint,
        }


@dataclass(frozen=True)
class Registration:
    """What an application knows of a platform before it first speaks to it."""

    issuer: str
    client_id: str
    client_secret: str | None
    auth_method: str
    redirect_uri: str
    scope: str = "openid profile email"
    connect_to: str | None = None
    """A URL that takes the traffic meant for the issuer."""
    timeout: float = 30
    """Seconds for one exchange."""
    api: str | None = None
    """The audience of its access tokens, when these are to be verified too."""

    def http_options(self) -> dict[str, Any]:
        """What every HTTP client is made with; no proxy that the environment names."""
        transport = ConnectTo(self.issuer, self.connect_to) if self.connect_to else None
        return {"transport": transport, "trust_env": False, "timeout": self.timeout}


@dataclass(frozen=True)
class Login:
    """A login under way: where the browser goes, and what must come back unchanged."""

    url: str
    state: str
    nonce: str
    code_verifier: str


class ConnectTo(httpx2.HTTPTransport):
    """Sends what is meant for one origin to another address; URL and Host stay as they are.

    So a platform can be reached directly under its public name, as with curl's --connect-to.
    """

    def __init__(self, public: str, address: str) -> None:
        super().__init__()
        self._public, self._address = httpx2.URL(public), httpx2.URL(address)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.netloc != self._public.netloc:
            return super().handle_request(request)
        to = self._address
        # A copy: cookies and redirects go by the URL of the original.
        redirected = httpx2.Request(
            request.method,
            request.url.copy_with(scheme=to.scheme, host=to.host, port=to.port),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return super().handle_request(redirected)


class RelyingParty(OpenIDMixin):  # type: ignore[misc]
    """One application at one platform; every method may raise `NotVerified`."""

    def __init__(self, registration: Registration) -> None:
        self.registration = registration
        self.client_id = registration.client_id
        self.oauth = OAuth2Client(
            registration.client_id,
            registration.client_secret,
            token_endpoint_auth_method=registration.auth_method,
            scope=registration.scope,
            redirect_uri=registration.redirect_uri,
            code_challenge_method="S256",
            **registration.http_options(),
        )
        # Authlib's exceptions do not carry the HTTP answer; its hooks see it.
        self.token_response: httpx2.Response | None = None
        for answer in ("access_token_response", "refresh_token_response"):
            self.oauth.register_compliance_hook(answer, self._keep_token_response)
        self.server_metadata = self._discover(registration.issuer)

    # Authlib's OpenIDMixin asks for these two.
    def load_server_metadata(self) -> dict[str, Any]:
        return self.server_metadata

    def _get_session(self) -> OAuth2Client:
        # It is opened and closed for each download of the keys.
        return OAuth2Client(**self.registration.http_options())

    def _keep_token_response(self, response: httpx2.Response) -> httpx2.Response:
        self.token_response = response
        return response

    def _discover(self, issuer: str) -> dict[str, Any]:
        url = issuer.rstrip("/") + "/.well-known/openid-configuration"
        response = self.oauth.request("GET", url, withhold_token=True)
        response.raise_for_status()
        metadata: dict[str, Any] = response.json()
        # OpenID Connect Discovery 4.3.
        if metadata["issuer"].rstrip("/") != issuer.rstrip("/"):
            raise NotVerified(f"issuer: expected {issuer}, discovery says {metadata['issuer']}")
        # Some platforms list `none`; accepting it would be accepting unsigned tokens.
        algs = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        metadata["id_token_signing_alg_values_supported"] = [a for a in algs if a != "none"]
        return metadata

    def start(self) -> Login:
        """A new login, by the authorization code flow with PKCE, state and nonce."""
        state, nonce, verifier = generate_token(32), generate_token(32), generate_token(48)
        url, _ = self.oauth.create_authorization_url(
            self.server_metadata["authorization_endpoint"],
            state=state,
            code_verifier=verifier,
            nonce=nonce,
        )
        return Login(url, state, nonce, verifier)

    def finish(self, login: Login, callback: str) -> dict[str, Any]:
        """The token response for the URL that the browser came back with."""
        answer = {name: values[0] for name, values in parse_qs(urlsplit(callback).query).items()}
        # RFC 6749, 10.12 (state), RFC 9207 (iss).
        if answer.get("state") != login.state:
            raise NotVerified(f"state: expected the one sent, found {answer.get('state')!r}")
        metadata = self.server_metadata
        says_iss = metadata.get("authorization_response_iss_parameter_supported", False)
        if says_iss and answer.get("iss") != metadata["issuer"]:
            raise NotVerified(f"iss: expected {metadata['issuer']}, found {answer.get('iss')}")
        if "error" in answer:
            raise OAuthRefused("authorization", 302, answer)
        return self.token_request(
            authorization_response=callback, state=login.state, code_verifier=login.code_verifier
        )

    def token_request(self, **parameters: Any) -> dict[str, Any]:
        """Asks the token endpoint, with a code or with a `refresh_token`."""
        self.token_response = None
        refreshing = "refresh_token" in parameters
        ask = self.oauth.refresh_token if refreshing else self.oauth.fetch_token
        try:
            token: dict[str, Any] = ask(self.server_metadata["token_endpoint"], **parameters)
        except (OAuthError, httpx2.HTTPStatusError, ValueError) as error:
            response = self.token_response
            if response is None:
                raise
            try:
                body = response.json()
            except ValueError:
                body = None
            if not isinstance(body, dict) or "error" not in body:
                raise NotVerified(
                    f"token endpoint: expected an answer in JSON, found HTTP "
                    f"{response.status_code} with {response.text[:200]!r}"
                ) from error
            raise OAuthRefused("token", response.status_code, body) from error
        return token

    def verified(self, token: dict[str, Any], nonce: str | None) -> dict[str, Any]:
        """The ID token of a token response after every check of Authlib's.

        Signature by a key of the JWKS, iss, aud, azp, exp, iat, nonce (unless None) and
        at_hash (when there is one); and, for the `api`, the access token.
        """
        expected = {
            "iss": {"value": self.server_metadata["issuer"]},
            "aud": {"value": self.client_id},
        }
        claims = dict(self.parse_id_token(token, nonce, claims_options=expected, leeway=LEEWAY))
        header = jws.extract_compact(token["id_token"].encode()).headers()
        report = {
            "id_token": claims,
            "header": header,
            "kid_in_jwks": header.get("kid") in self.jwks_kids(),
            "at_hash_ok": True if "at_hash" in claims else None,
        }
        if self.registration.api:
            report["access_token"] = self._as_api(token["access_token"], self.registration.api)
        return report

    def _as_api(self, access_token: str, audience: str) -> dict[str, Any]:
        """The claims of an access token, verified as the API does it (RFC 9068, 4)."""
        metadata = self.server_metadata
        keys = KeySet.import_key_set(self.fetch_jwk_set())
        algorithms = metadata["id_token_signing_alg_values_supported"]
        token = jwt.decode(access_token, keys, algorithms=algorithms)
        if token.header.get("typ", "").lower() not in {"at+jwt", "application/at+jwt"}:
            raise NotVerified(f"access token: expected typ at+jwt, found {token.header.get('typ')}")
        expected = {
            "iss": {"essential": True, "value": metadata["issuer"]},
            "aud": {"essential": True, "value": audience},
            "exp": {"essential": True},
        }
        jwt.JWTClaimsRegistry(leeway=LEEWAY, **expected).validate(token.claims)
        return dict(token.claims)

    def jwks_kids(self) -> list[str | None]:
        return [key.get("kid") for key in self.fetch_jwk_set()["keys"]]
