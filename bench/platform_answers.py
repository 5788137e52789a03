"""The identity platform of the benchmark, and the vendor whom its hooks call: an Envoy that answers
at once and always the same.

Whatever a real one computes would only hide what the Envoy in front of it costs.
"""

from __future__ import annotations

import base64
from typing import Any

from load import Request

TOKEN_PATH = "/oauth/token"
JWKS_PATH = "/oauth/jwks.json"
#: A page as most of the traffic of a platform is.
PAGE = "<!doctype html><title>Your account</title>" + "<p>Nothing to see here.</p>" * 35

#: What the vendor knows of a customer.
VENDOR = Request("GET", "/customers/248289761001")
VENDOR_ANSWER = '{"segment":"regular","since":"2019-04-01","open_orders":2,"newsletter":true}'
#: The slow vendor takes this long.
VENDOR_SECONDS = 1

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
    """An Envoy with the platform, which gives each client id of `token_responses` its answer, the
    key set, and the page everywhere else; and with the vendor. The listeners are `platform`,
    `vendor` and `slow_vendor`."""
    routes = [
        _route({"path": TOKEN_PATH, "headers": [_header(client)]}, "application/json", body)
        for client, body in token_responses.items()
    ]
    routes.append(_route({"path": JWKS_PATH}, "application/json", jwks))
    routes.append(_route({"prefix": "/"}, "text/html; charset=utf-8", PAGE))
    vendor = _route({"prefix": "/"}, "application/json", VENDOR_ANSWER)
    vendor["response_headers_to_add"].append(_added("cache-control", "max-age=3600"))
    slow = {"percentage": {"numerator": 100}, "fixed_delay": f"{VENDOR_SECONDS}s"}
    # Answering before the request's body is there would close the connection.
    buffer = _filter("buffer", {"max_request_bytes": 65536})
    listeners = [
        _listener("platform", [buffer], routes),
        _listener("vendor", [], [vendor]),
        _listener("slow_vendor", [_filter("fault", {"delay": slow}, kind="HTTPFault")], [vendor]),
    ]
    return {"admin": {"address": ANY_PORT}, "static_resources": {"listeners": listeners}}


def _listener(name: str, filters: list[Any], routes: list[Any]) -> dict[str, Any]:
    manager = {
        "@type": _type("filters.network.http_connection_manager.v3.HttpConnectionManager"),
        "stat_prefix": name,
        "generate_request_id": False,
        "http_filters": [*filters, _filter("router", {})],
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": routes}]},
    }
    kind = "envoy.filters.network.http_connection_manager"
    return {
        "name": name,
        "address": ANY_PORT,
        "filter_chains": [{"filters": [{"name": kind, "typed_config": manager}]}],
    }


#: Of this machine only; the kernel chooses the port.
ANY_PORT = {"socket_address": {"address": "127.0.0.1", "port_value": 0}}


def _route(match: dict[str, Any], content_type: str, body: str) -> dict[str, Any]:
    return {
        "match": match,
        "direct_response": {"status": 200, "body": {"inline_string": body}},
        "response_headers_to_add": [_added("content-type", content_type)],
    }


def _added(name: str, value: str) -> dict[str, Any]:
    return {
        "header": {"key": name, "value": value},
        "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
    }


def _header(client_id: str) -> dict[str, Any]:
    return {"name": "authorization", "string_match": {"exact": client_header(client_id)}}


def _filter(name: str, settings: dict[str, Any], kind: str = "") -> dict[str, Any]:
    full = _type(f"filters.http.{name}.v3.{kind or name.capitalize()}")
    return {"name": f"envoy.filters.http.{name}", "typed_config": {"@type": full, **settings}}


def _type(name: str) -> str:
    return f"type.googleapis.com/envoy.extensions.{name}"
