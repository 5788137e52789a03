"""Canaille, a real OpenID Connect platform, for the demo and the tests.

    python canaille.py --redirect-uri http://127.0.0.1:9000/callback
    python canaille.py --public-url http://127.0.0.1:8080 --redirect-uri … --write ready.json

Everything lives in memory. The user's password, the client secrets and the RS256 signing
key are made at the start and end with the process. When it serves, one JSON line on stdout
says how to reach it and with which credentials (see `_ready.py`).

What Canaille is like, as far as those who put a proxy in front of it care:
- issuer and every URL follow `--public-url` (its `SERVER_NAME`), not the Host header. A GET
  under another Host is redirected there, any other method is answered 400. Whoever speaks
  to its own port therefore sends the public Host, as a proxy does that leaves Host alone.
- authorization, token, userinfo and JWKS are at `/oauth/authorize`, `/oauth/token`,
  `/oauth/userinfo`, `/oauth/jwks.json`; PKCE and a nonce are required.
- access tokens are JWTs; a refresh answers with new access and refresh tokens, without
  an ID token (OpenID Connect Core 12.2 leaves that open).

What is repaired here, since it makes logins that are close in time fail now and then, is
said at `repair_store` and `repair_access_tokens`.
"""

from __future__ import annotations

import argparse
import secrets
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from _ready import announce, stop_requested

# This file has the name of the package that it serves: with its own folder in the search
# path, `import canaille` would find this file again.
sys.path.remove(str(Path(__file__).resolve().parent))

from canaille import create_app
from canaille.app import models
from canaille.oidc import provider
from flask import Flask
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")
SCOPES = ["openid", "profile", "email", "phone", "address", "groups"]


def main() -> None:
    options = parse_options()
    stop = stop_requested(options.exit_with_parent)

    # The port is bound first: with `--port 0` the issuer depends on it.
    listener = socket.create_server((options.listen, options.port))
    port = listener.getsockname()[1]
    own_url = f"http://127.0.0.1:{port}"
    public_url = (options.public_url or own_url).rstrip("/")

    app = build_app(public_url)
    clients = {method: new_client(method) for method in AUTH_METHODS}
    with app.app_context():
        seed_user(app, options.user, options.password)
        for method, credentials in clients.items():
            seed_client(app, method, credentials, options.redirect_uri)

    # `public_url` is the truth about the scheme too: between the proxy and here it is http.
    serve = under_scheme(app, urlsplit(public_url).scheme)
    server = make_server(options.listen, port, serve, threaded=True, fd=listener.fileno())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    announce(
        {
            "url": own_url,
            "issuer": public_url,
            "user": options.user,
            "password": options.password,
            "clients": clients,
        },
        options.write,
    )
    stop.wait()
    server.shutdown()
    server.server_close()


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Canaille with its in-memory store.")
    parser.add_argument("--port", type=int, default=0, help="0 (default): a free one")
    parser.add_argument("--listen", default="127.0.0.1", help="the address to bind")
    parser.add_argument("--public-url", help="the URL that browsers use; default: its own")
    parser.add_argument("--redirect-uri", action="append", required=True, help="repeatable")
    parser.add_argument("--user", default="demo")
    parser.add_argument("--password", default=secrets.token_hex(8), help="default: random")
    parser.add_argument("--write", type=Path, help="put the ready line into this file too")
    parser.add_argument("--exit-with-parent", action="store_true", help="end when stdin closes")
    return parser.parse_args()


def build_app(public_url: str) -> Flask:
    """The Canaille application under `public_url`, with a signing key of its own."""
    public = urlsplit(public_url)
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    app: Flask = create_app(
        {
            "SECRET_KEY": secrets.token_urlsafe(32),
            "SERVER_NAME": public.netloc,
            "PREFERRED_URL_SCHEME": public.scheme,
            "CANAILLE": {"DATABASE": "memory"},
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)]},
        }
    )
    repair_access_tokens()
    repair_store(app.backend)  # type: ignore[attr-defined]
    return app


def repair_store(store: Any) -> None:
    """Makes Canaille's in-memory store fit for more than one login at a time.

    As of 0.3.6 it (a) answers a query for several attributes with what matches any of them
    instead of all, so that a code never redeemed spoils the client's later logins, and (b)
    iterates dicts and sets that other threads change. Subclassing is not open: Canaille
    finds the models by the store's module.
    """
    lock = threading.RLock()
    matching_any = store.do_query

    def matching_all(model: type, *args: Any, **wanted: Any) -> list[Any]:
        found = [
            {instance.id: instance for instance in matching_any(model, *args, **{name: value})}
            for name, value in wanted.items()
        ]
        if not found:
            return list(matching_any(model, *args))
        return [found[0][id] for id in found[0] if all(id in others for others in found)]

    def one_at_a_time(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def locked(*args: Any, **kwargs: Any) -> Any:
            with lock:
                return method(*args, **kwargs)

        return locked

    store.do_query = matching_all
    for name in ("do_query", "do_count", "do_save", "do_delete", "do_reload"):
        setattr(store, name, one_at_a_time(getattr(store, name)))


def repair_access_tokens() -> None:
    """Gives each access token a `jti`, as RFC 9068 2.2 wants.

    Without one, as of 0.3.6, two logins of a customer at a client within one second get the
    same string, and the refresh of one revokes the other's.
    """
    make_token = provider.generate_id_token  # which makes the access tokens there

    @wraps(make_token)
    def unique(*args: Any, user_info: dict[str, Any], **kwargs: Any) -> str:
        claims = {**user_info, "jti": secrets.token_hex(16)}
        return str(make_token(*args, user_info=claims, **kwargs))

    provider.generate_id_token = unique


def seed_user(app: Flask, user: str, password: str) -> None:
    app.backend.save(  # type: ignore[attr-defined]
        models.User(
            user_name=user,
            password=password,
            given_name="Demo",
            family_name="Customer",
            formatted_name="Demo Customer",
            emails=[f"{user}@example.com"],
        )
    )


def new_client(method: str) -> dict[str, str]:
    credentials = {"client_id": f"app-{secrets.token_hex(6)}"}
    if method != "none":
        # Not base64url, which may begin with "-": these are given on command lines.
        credentials["client_secret"] = secrets.token_hex(32)
    return credentials


def seed_client(
    app: Flask, method: str, credentials: dict[str, str], redirect_uris: list[str]
) -> None:
    """Registers a client. It has no client_uri, so Canaille asks for consent."""
    client = models.Client(
        **credentials,
        client_id_issued_at=datetime.now(timezone.utc),
        client_name="Demo application",
        redirect_uris=redirect_uris,
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
        scope=SCOPES,
        token_endpoint_auth_method=method,
    )
    store = app.backend  # type: ignore[attr-defined]
    store.save(client)
    # The audience is what Canaille writes into `aud`; the client must exist to be one.
    client.audience = [client]
    store.save(client)


def under_scheme(app: Flask, scheme: str) -> Callable[..., Iterable[bytes]]:
    """`app`, told that its clients use `scheme`."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = scheme
        return app(environ, start_response)

    return serve


if __name__ == "__main__":
    main()
