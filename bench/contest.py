"""Who is compared with whom, on which request, and the proof that each does its work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import platform_answers as platform
import tokens
from envoy import Envoy
from load import Answer, Request, ask
from program import Program
from tokens import KeyPair, WrongAnswer


@dataclass(frozen=True)
class Contender:
    """A listener and what is asked of it."""

    name: str
    title: str
    listener: str
    request: Request
    #: With whose key the ID token must come back signed, with the claim; None when the answer must
    #: be the platform's own.
    signs: str | None = None
    #: The hook that must run once for each request.
    hook: str | None = None
    #: The listener whose answer must come through when nothing is signed.
    origin: str = "platform"


@dataclass(frozen=True)
class Group:
    """Contenders on the same request, measured right after one another, `turns` times in each
    round. With the first one the others are compared."""

    title: str
    contenders: tuple[Contender, ...]
    turns: int = 1


@dataclass(frozen=True)
class Place:
    """Where a listener is, and what serves it."""

    listener: str
    address: str
    #: Whose processor time its requests take.
    programs: tuple[Program, ...]
    #: The Envoy that has it, if one does: it counts requests, and what came of hooks.
    envoy: Envoy | None = None


@dataclass(frozen=True)
class Contest:
    """The groups, and the place of each listener by its name."""

    groups: tuple[Group, ...]
    places: dict[str, Place]
    #: How many bytes each answer has, by the name of the contender, where it is counted. Requests
    #: may fail there: how many is a result.
    lengths: dict[str, int] = field(default_factory=dict)

    def contenders(self) -> Iterable[Contender]:
        """All of them."""
        return (contender for group in self.groups for contender in group.contenders)


def places(*envoys: Envoy) -> dict[str, Place]:
    """The listeners of `envoys`, each under a name that no other has."""
    return {
        name: Place(name, address, (envoy,), envoy)
        for envoy in envoys
        for name, address in envoy.addresses().items()
    }


#: What the hook of examples/first-hook says of a customer with an e-mail address.
CLAIM = ("tier", "gold")


def check_answers(contest: Contest, keys: KeyPair, published: bool = True) -> dict[str, int]:
    """Asks each contender once: a broken one must not look fast. Changed tokens must be signed
    with `keys`, which must be in the key set if they are to be `published`. How many bytes each
    answered.

    Raises `WrongAnswer` for the first that does not answer as it should.
    """
    lengths: dict[str, int] = {}
    for contender in contest.contenders():
        try:
            answer = _check(contest.places, contender, keys, published)
        except WrongAnswer as wrong:
            request = f"{contender.request.method} {contender.request.path}"
            raise WrongAnswer(f"{contender.name} ({contender.title}, {request}): {wrong}") from None
        lengths[contender.name] = len(answer.body)
    return lengths


def _check(
    at: dict[str, Place], contender: Contender, keys: KeyPair, published: bool
) -> Answer:
    address = at[contender.listener].address
    answer = ask(address, contender.request)
    if answer.status != 200:
        raise WrongAnswer(f"expected status 200, found {answer.status}: {answer.body[:200]!r}")
    if contender.signs is None:
        if answer.body != ask(at[contender.origin].address, contender.request).body:
            raise WrongAnswer("expected the platform's answer unchanged, found another one")
        return answer
    tokens.check_claim(answer.body, keys.of(contender.signs), *CLAIM)
    if published:
        jwks = ask(address, Request("GET", platform.JWKS_PATH))
        tokens.check_published(jwks.body, keys)
    return answer
