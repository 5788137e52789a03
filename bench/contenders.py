"""Who is compared with whom, on which request, and the proof that each does its work."""

from __future__ import annotations

from dataclasses import dataclass

import platform_answers as platform
import tokens
from load import Request, ask
from tokens import KeyPair, WrongAnswer

#: Clients of the platform by the algorithm of their ID tokens, and one without a customer.
RS256_CLIENT, ES256_CLIENT, SERVICE = "storefront", "storefront-es256", "inventory-service"
#: What examples/first-hook's hook `add-tier` says of a customer with an e-mail address.
CLAIM = ("tier", "gold")

PAGE = Request("GET", "/account/overview")
#: `%` makes it a path that the platform may read as another one, so our filter looks at it.
UNUSUAL = Request("GET", "/account/overview/May%202025")
NO_HOOK = platform.client_credentials(SERVICE)
RS256_LOGIN = platform.login(RS256_CLIENT)
ES256_LOGIN = platform.login(ES256_CLIENT)


@dataclass(frozen=True)
class Contender:
    """A listener and what is asked of it."""

    name: str
    title: str
    listener: str
    request: Request
    #: With whose key the ID token must come back signed; None when the answer must be the
    #: platform's own.
    signs: str | None = None


@dataclass(frozen=True)
class Group:
    """Contenders on the same request, measured right after one another, `turns` times in each
    round. The first is bare Envoy."""

    title: str
    contenders: tuple[Contender, ...]
    turns: int = 1


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
    Group(
        "a login, the claim hook, RS256",
        (
            Contender("bare_rs256", "bare Envoy", "bare", RS256_LOGIN),
            Contender("noop_rs256", "a no-op Wasm filter", "noop", RS256_LOGIN),
            Contender("sign_rs256", "a Wasm filter that only signs", "sign_rs256", RS256_LOGIN),
            Contender("claim_rs256", "our Envoy", "ours", RS256_LOGIN, "RS256"),
            Contender(
                "claim_rs256_rust", "our Envoy, signing in Wasm", "ours_rust", RS256_LOGIN, "RS256"
            ),
        ),
    ),
    Group(
        "a login, the claim hook, ES256",
        (
            Contender("bare_es256", "bare Envoy", "bare", ES256_LOGIN),
            Contender("noop_es256", "a no-op Wasm filter", "noop", ES256_LOGIN),
            Contender("sign_es256", "a Wasm filter that only signs", "sign_es256", ES256_LOGIN),
            Contender("claim_es256", "our Envoy", "ours", ES256_LOGIN, "ES256"),
            Contender(
                "claim_es256_rust", "our Envoy, signing in Wasm", "ours_rust", ES256_LOGIN, "ES256"
            ),
        ),
    ),
)


def check_answers(addresses: dict[str, str], platform_address: str, keys: KeyPair) -> None:
    """Asks each contender once: a broken one must not look fast.

    Raises `WrongAnswer` for the first that does not answer as it should.
    """
    for contender in (one for group in GROUPS for one in group.contenders):
        try:
            _check(contender, addresses[contender.listener], platform_address, keys)
        except WrongAnswer as wrong:
            request = f"{contender.request.method} {contender.request.path}"
            raise WrongAnswer(f"{contender.name} ({contender.title}, {request}): {wrong}") from None


def _check(contender: Contender, address: str, platform_address: str, keys: KeyPair) -> None:
    answer = ask(address, contender.request)
    if answer.status != 200:
        raise WrongAnswer(f"expected status 200, found {answer.status}: {answer.body[:200]!r}")
    if contender.signs is None:
        if answer.body != ask(platform_address, contender.request).body:
            raise WrongAnswer("expected the platform's answer unchanged, found another one")
        return
    tokens.check_claim(answer.body, keys.of(contender.signs), *CLAIM)
    jwks = ask(address, Request("GET", platform.JWKS_PATH))
    tokens.check_published(jwks.body, keys)
