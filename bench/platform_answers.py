"""The identity platform of the benchmark: an Envoy that answers at once and always the same.

Whatever a real platform computes would only hide what the Envoy in front of it costs.
"""

from __future__ import annotations

import base64
from typing import Any

from load import Request

TOKEN_PATH = "/oauth/token"
JWKS_PATH = "/oauth/jwks.json"
#: A page as most of the traffic of a platform is.
PAGE = "<!doctype html><title>Your account</title>" + "<p>Nothing to see here.</p>" * 35

_FORM = {"content-type": "application/x-www-form-urlencoded"}


def client_header(client_id: str) -> str:
    """`authorization` of a client (RFC 6749 section 2.3.1)."""
    return "Basic " + base64.b64encode(f"{client_id}:not-a-secret".encode()).decode()


def login(client_id: str) -> Request:
    """The token request of an authorization code."""
    body = (
        "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA9ytM3pLd0r&redirect_uri="
        "https%3A%2F%2Fapp.example.com%2Fcallback&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1g"
    )
    return Request("POST", TOKEN_PATH, {"authorization": client_header(client_id), **_FORM}, body)


def client_credentials(client_id: str) -> Request:
    """A token request without a customer (RFC 6749 section 4.4)."""
    body = "grant_type=client_credentials&scope=inventory"
    return Request("POST", TOKEN_PATH, {"authorization": client_header(client_id), **_FORM}, body)


def configuration(token_responses: dict[str, str], jwks: str) -> dict[str, Any]:
    """An Envoy that gives each client id of `token_responses` its answer, the key set, and the
    page everywhere else; on the listener `platform`."""
    routes = [
        _route({"path": TOKEN_PATH, "headers": [_header(client)]}, "application/json", body)
        for client, body in token_responses.items()
    ]
    routes.append(_route({"path": JWKS_PATH}, "application/json", jwks))
    routes.append(_route({"prefix": "/"}, "text/html; charset=utf-8", PAGE))
    manager = {
        "@type": _type("filters.network.http_connection_manager.v3.HttpConnectionManager"),
        "stat_prefix": "platform",
        "generate_request_id": False,
        "http_filters": [
            # Answering before the request's body is there would close the connection.
            _filter("buffer", {"max_request_bytes": 65536}),
            _filter("router", {}),
        ],
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": routes}]},
    }
    listener = {
        "name": "platform",
        "address": ANY_PORT,
        "filter_chains": [
            {
                "filters": [
                    {
                        "name": "envoy.filters.network.http_connection_manager",
                        "typed_config": manager,
                    }
                ]
            }
        ],
    }
    return {"admin": {"address": ANY_PORT}, "static_resources": {"listeners": [listener]}}


#: Of this machine only; the kernel chooses the port.
ANY_PORT = {"socket_address": {"address": "127.0.0.1", "port_value": 0}}


def _route(match: dict[str, Any], content_type: str, body: str) -> dict[str, Any]:
    header = {"key": "content-type", "value": content_type}
    return {
        "match": match,
        "direct_response": {"status": 200, "body": {"inline_string": body}},
        "response_headers_to_add": [
            {"header": header, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
        ],
    }


def _header(client_id: str) -> dict[str, Any]:
    return {"name": "authorization", "string_match": {"exact": client_header(client_id)}}


def _filter(name: str, settings: dict[str, Any]) -> dict[str, Any]:
    kind = _type(f"filters.http.{name}.v3.{name.capitalize()}")
    return {"name": f"envoy.filters.http.{name}", "typed_config": {"@type": kind, **settings}}


def _type(name: str) -> str:
    return f"type.googleapis.com/envoy.extensions.{name}"
