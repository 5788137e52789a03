"""What every part plays on: keys, the platform, and a vendor whom hooks call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platform_answers as platform
from contenders import ES256_CLIENT, RS256_CLIENT, SERVICE
from envoy import Envoy
from load import LoadFailed
from needs import Needs
from program import Program
from project import KEY, written
from tokens import KeyPair, WrongAnswer, token_response


@dataclass(frozen=True)
class Stage:
    """The platform is up."""

    #: The keys with which hooks have tokens signed.
    ours: KeyPair
    #: The Envoy that is platform and vendor.
    platform: Envoy
    #: Where the platform, and the vendor at once and after a while, answer: `IP:PORT`.
    upstream: str
    vendor: str
    slow_vendor: str

    @property
    def environment(self) -> dict[str, str]:
        """What the references of hook projects need."""
        return {KEY: self.ours.pem()}

    @staticmethod
    @contextmanager
    def explained(*programs: Program) -> Iterator[None]:
        """Adds the ends of the programs' logs to what goes wrong: they go with their folder."""
        try:
            yield
        except (WrongAnswer, LoadFailed) as error:
            logs = [f"the log of {one.name} ends with\n{one.last_lines(5)}" for one in programs]
            raise type(error)("\n".join([str(error), *logs])) from error


@contextmanager
def set_up(needs: Needs, folder: Path) -> Iterator[Stage]:
    """New keys, and the platform on the cores that nobody measures."""
    theirs, ours = KeyPair.make(), KeyPair.make()
    service = {"access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "Bearer", "expires_in": 3600}
    responses = {
        RS256_CLIENT: token_response(theirs.rs256, "RS256", RS256_CLIENT),
        ES256_CLIENT: token_response(theirs.es256, "ES256", ES256_CLIENT),
        SERVICE: json.dumps(service),
    }
    answering = written(
        folder / "platform.json", platform.configuration(responses, theirs.jwks())
    )
    with Envoy(needs.envoy, answering, needs.other_cores) as envoy:
        at = envoy.addresses()
        yield Stage(ours, envoy, at["platform"], at["vendor"], at["slow_vendor"])
