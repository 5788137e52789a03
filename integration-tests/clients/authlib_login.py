"""A login by a real OpenID Connect client: Authlib, with httpx2 under it.

    python authlib_login.py --issuer http://127.0.0.1:8080 --user demo --password … \
        --client-id … --client-secret … --redirect-uri http://127.0.0.1:9000/callback

Does what an application and its customer do: discovery, the authorization code flow with
PKCE, state and nonce through the platform's own pages, the code exchange, all checks of
the ID token against the JWKS that discovery names, userinfo, the refresh.

Prints one JSON object: `id_token` (claims), `header`, `kid_in_jwks`, `jwks_kids`,
`at_hash_ok` (null: the token has none), `token_response_headers`, `userinfo`, `refreshed`
(null: no refresh token; its `id_token` is null when the platform sends none with a
refresh), with `--jwks` also `platform_kids` and `platform_keys_in_jwks`, and with `--api`
also `access_token` (claims; in `refreshed` too). An OAuth error is printed as `error`,
`error_description`, `status`, `endpoint` ("authorization" or "token") with exit code 3;
anything that does not verify is told on stderr with exit code 1. Tokens and secrets are
never printed.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from _browser import LoginFailed, log_in
from _relying_party import NotVerified, OAuthRefused, Registration, RelyingParty


def main() -> int:
    options = parse_options()
    registration = Registration(
        issuer=options.issuer,
        client_id=options.client_id,
        client_secret=options.client_secret,
        auth_method=options.auth_method,
        redirect_uri=options.redirect_uri,
        scope=options.scope,
        connect_to=options.connect_to,
        timeout=options.timeout,
        api=options.api,
    )
    try:
        print(json.dumps(login(registration, options)))
    except OAuthRefused as refusal:
        print(json.dumps(refusal.report))
        return 3
    except httpx2.HTTPStatusError as error:
        found = f"HTTP {error.response.status_code} with {error.response.text[:200]!r}"
        return failed(f"{asked(error)}: expected success, found {found}")
    except httpx2.RequestError as error:
        return failed(f"{asked(error)}: {type(error).__name__}: {error}")
    except (LoginFailed, NotVerified, OAuthError, JoseError) as error:
        return failed(f"{type(error).__name__}: {error}")
    return 0


def failed(message: str) -> int:
    print(f"authlib_login: {message}", file=sys.stderr)
    return 1


def asked(error: httpx2.HTTPStatusError | httpx2.RequestError) -> str:
    # Not the query: it may hold a code or a state.
    return f"{error.request.method} {error.request.url.copy_with(query=None)}"


def login(registration: Registration, options: argparse.Namespace) -> dict[str, Any]:
    application = RelyingParty(registration)
    started = application.start()
    # The customer's browser is somebody else than the application: no shared cookies.
    with httpx2.Client(**registration.http_options()) as browser:
        callback = log_in(
            browser, started.url, registration.redirect_uri, options.user, options.password
        )
    token = application.finish(started, callback)
    assert application.token_response is not None
    headers = dict(application.token_response.headers)

    report = application.verified(token, started.nonce)
    report["jwks_kids"] = application.jwks_kids()
    report["token_response_headers"] = headers
    report["userinfo"] = None if options.no_userinfo else userinfo(application, report)
    report["refreshed"] = refresh(application, token, report["id_token"], started.nonce)
    if options.jwks:
        report |= platform_keys(application, options.jwks)
    return report


def userinfo(application: RelyingParty, report: dict[str, Any]) -> dict[str, Any]:
    response = application.oauth.get(application.server_metadata["userinfo_endpoint"])
    response.raise_for_status()
    claims: dict[str, Any] = response.json()
    # OpenID Connect Core 5.3.2.
    if claims.get("sub") != report["id_token"]["sub"]:
        raise NotVerified(f"userinfo is about {claims.get('sub')!r}, not the ID token's sub")
    return claims


def refresh(
    application: RelyingParty, token: dict[str, Any], first: dict[str, Any], nonce: str
) -> dict[str, Any] | None:
    if "refresh_token" not in token:
        return None
    renewed = application.token_request(refresh_token=token["refresh_token"])
    if "id_token" not in renewed:
        return {"id_token": None, "header": None, "kid_in_jwks": None, "at_hash_ok": None}
    report = application.verified(renewed, nonce=None)
    # OpenID Connect Core 12.2: the same customer, login and client as at first.
    claims = report["id_token"]
    for name in ("iss", "sub", "aud", "auth_time", "azp"):
        if name in first and name in claims and claims[name] != first[name]:
            raise NotVerified(f"{name} changed with the refresh: {first[name]} to {claims[name]}")
    if claims.get("nonce", nonce) != nonce:
        raise NotVerified("the refreshed ID token has another nonce than the first one")
    return report


def platform_keys(application: RelyingParty, platform: str) -> dict[str, Any]:
    """Whether each key of the platform's own JWKS is in the JWKS that clients are given."""
    jwks_uri = urlsplit(application.server_metadata["jwks_uri"])
    # Under its public Host: platforms redirect or refuse another one.
    with httpx2.Client(trust_env=False, timeout=application.registration.timeout) as direct:
        answer = direct.get(platform.rstrip("/") + jwks_uri.path, headers={"host": jwks_uri.netloc})
    answer.raise_for_status()
    own = KeySet.import_key_set(answer.json())
    given = {key.thumbprint() for key in KeySet.import_key_set(application.fetch_jwk_set())}
    return {
        "platform_kids": [key.kid for key in own],
        "platform_keys_in_jwks": all(key.thumbprint() in given for key in own),
    }


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="One login with Authlib, fully verified.")
    parser.add_argument("--issuer", required=True, help="where discovery is fetched from")
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--client-id", required=True)
    parser.add_argument("--client-secret")
    methods = ("client_secret_basic", "client_secret_post", "none")
    parser.add_argument("--auth-method", choices=methods, default="client_secret_basic")
    parser.add_argument("--redirect-uri", required=True)
    parser.add_argument("--scope", default="openid profile email")
    parser.add_argument("--connect-to", help="URL that takes the issuer's traffic instead")
    parser.add_argument("--jwks", help="the platform's own URL: are its keys still published?")
    parser.add_argument("--api", help="audience of the access tokens: verify them as it would")
    parser.add_argument(
        "--no-userinfo", action="store_true", help="for access tokens that are not for it"
    )
    parser.add_argument("--timeout", type=float, default=30, help="seconds for one exchange")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
