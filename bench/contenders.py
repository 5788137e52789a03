"""The part `traffic`: who is compared with bare Envoy on which traffic."""

from __future__ import annotations

import platform_answers as platform
from contest import Contender, Group
from load import Request

#: Clients of the platform by the algorithm of their ID tokens, and one without a customer.
RS256_CLIENT, ES256_CLIENT, SERVICE = "storefront", "storefront-es256", "inventory-service"
#: The hook of examples/first-hook.
HOOK = "add-tier"

PAGE = Request("GET", "/account/overview")
#: `%` makes it a path that the platform may read as another one, so our filter looks at it.
UNUSUAL = Request("GET", "/account/overview/May%202025")
NO_HOOK = platform.client_credentials(SERVICE)
RS256_LOGIN = platform.login(RS256_CLIENT)
ES256_LOGIN = platform.login(ES256_CLIENT)
LOGINS = {"RS256": RS256_LOGIN, "ES256": ES256_LOGIN}


def _signing(algorithm: str) -> Group:
    low, login = algorithm.lower(), LOGINS[algorithm]

    def one(name: str, title: str, listener: str) -> Contender:
        return Contender(f"{name}_{low}", title, listener, login)

    def hooked(name: str, title: str, listener: str) -> Contender:
        return Contender(name, title, listener, login, signs=algorithm, hook=HOOK)

    return Group(
        f"a login, the claim hook, {algorithm}",
        (
            one("bare", "bare Envoy", "bare"),
            one("noop", "a no-op Wasm filter", "noop"),
            one("sign", "a Wasm filter that only signs", f"sign_{low}"),
            hooked(f"claim_{low}", "our Envoy", "ours"),
            hooked(f"claim_{low}_rust", "our Envoy, signing in Wasm", "ours_rust"),
        ),
    )


GROUPS = (
    Group(
        "other traffic (a page)",
        (
            Contender("bare_page", "bare Envoy", "bare", PAGE),
            Contender("ours_page", "our Envoy", "ours", PAGE),
            Contender("lua_page", "a Lua filter that reads the path", "lua", PAGE),
            Contender("noop_page", "a no-op Wasm filter", "noop", PAGE),
            Contender("ours_unusual", "our Envoy, a path with %20", "ours", UNUSUAL),
        ),
        # Here one percent counts, and one percent is what a turn may be off.
        turns=2,
    ),
    Group(
        "a token request without a hook (client_credentials)",
        (
            Contender("bare_no_hook", "bare Envoy", "bare", NO_HOOK),
            Contender("noop_no_hook", "a no-op Wasm filter", "noop", NO_HOOK),
            Contender("ours_no_hook", "our Envoy", "ours", NO_HOOK),
        ),
    ),
    _signing("RS256"),
    _signing("ES256"),
)
