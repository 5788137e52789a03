"""Sets the benchmark up: keys, a platform, a hook project, and Envoys as they are compared."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import listeners
import platform_answers as platform
from contenders import ES256_CLIENT, ES256_LOGIN, RS256_CLIENT, RS256_LOGIN, SERVICE, check_answers
from envoy import Envoy
from load import LoadFailed, ask, drive
from needs import Needs
from tokens import KeyPair, WrongAnswer, sign_arguments, signing_input_of, token_response

_KEY = "LEH_SIGNING_KEY"
_HOOKS_YAML = f"""\
platform: canaille
signing: {{ key: "${{env:{_KEY}}}" }}
hooks:
  - {{ name: add-tier, event: pre-id-token-generation, script: hooks/add-tier.js }}
"""


@dataclass(frozen=True)
class Alone:
    """An Envoy of its own: how long it took to start, in milliseconds for each start, and what it
    had resident then and after a while under load, in MiB."""

    start_ms: list[float]
    memory_mib: float
    memory_loaded_mib: float


@dataclass(frozen=True)
class Setting:
    """What is measured in, and what was found out on the way."""

    envoy: Envoy
    version: str
    addresses: dict[str, str]
    bare: Alone
    ours: Alone


@contextmanager
def set_up(needs: Needs, folder: Path, starts: int, load_seconds: float) -> Iterator[Setting]:
    """Everything running, its answers checked. `folder` takes the files; Envoys that are looked at
    alone start `starts` times, and are under load for `load_seconds`.

    Raises `EnvoyFailed`, `WrongAnswer`, `LoadFailed`, or `CalledProcessError` when `leh` fails.
    """
    theirs, ours = KeyPair.make(), KeyPair.make()
    environment = {_KEY: ours.pem()}
    answering = _written(folder / "platform.json", _platform(theirs))
    with Envoy(needs.envoy, answering, needs.other_cores) as up:
        upstream = up.addresses()["platform"]
        generated = _generate(needs, folder, upstream, environment)
        alone = _Alone(needs, starts, load_seconds, environment)
        with Envoy(needs.envoy, generated, needs.measured_cores, environment) as one:
            configuration = one.configuration()
            address = one.addresses()["lifecycle"]
            logins = {"RS256": RS256_LOGIN, "ES256": ES256_LOGIN}
            signed = {name: ask(address, login).body for name, login in logins.items()}
        without = _written(folder / "bare.json", listeners.bare_only(configuration))
        arguments = {
            f"sign_{name.lower()}": sign_arguments(ours.of(name), signing_input_of(body))
            for name, body in signed.items()
        }
        compared = listeners.comparison(configuration, needs.reference_filter, arguments)
        alone_bare, alone_ours = alone.look(without), alone.look(generated)
        path = _written(folder / "comparison.json", compared)
        with Envoy(needs.envoy, path, needs.measured_cores, environment) as envoy:
            addresses = envoy.addresses()
            try:
                check_answers(addresses, upstream, ours)
                yield Setting(envoy, envoy.version(), addresses, alone_bare, alone_ours)
            except (WrongAnswer, LoadFailed) as error:
                # The log goes with the folder.
                log = f"{error}\nEnvoy's log ends with\n{envoy.last_lines(5)}"
                raise type(error)(log) from error


@dataclass(frozen=True)
class _Alone:
    """How Envoys are looked at alone."""

    needs: Needs
    starts: int
    load_seconds: float
    environment: dict[str, str]

    def look(self, configuration: Path) -> Alone:
        """Starts and stops Envoys with `configuration`; the last one gets logins."""
        needs, start_ms = self.needs, list[float]()
        for _ in range(self.starts - 1):
            with Envoy(needs.envoy, configuration, needs.measured_cores, self.environment) as one:
                start_ms.append(one.start_seconds * 1e3)
        with Envoy(needs.envoy, configuration, needs.measured_cores, self.environment) as one:
            start_ms.append(one.start_seconds * 1e3)
            memory = one.memory_mib()
            (address,) = one.addresses().values()
            cores, seconds = needs.other_cores, self.load_seconds
            drive(needs.wrk, cores, address, RS256_LOGIN, connections=16, seconds=seconds)
            return Alone(start_ms, memory, one.memory_mib())


def _platform(keys: KeyPair) -> dict[str, object]:
    service = {"access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "Bearer", "expires_in": 3600}
    responses = {
        RS256_CLIENT: token_response(keys.rs256, "RS256", RS256_CLIENT),
        ES256_CLIENT: token_response(keys.es256, "ES256", ES256_CLIENT),
        SERVICE: json.dumps(service),
    }
    return platform.configuration(responses, keys.jwks())


def _generate(needs: Needs, folder: Path, upstream: str, environment: dict[str, str]) -> Path:
    """What `leh envoy` writes for a project with the claim hook."""
    project, configuration = folder / "project", folder / "ours.yaml"
    (project / "hooks").mkdir(parents=True)
    shutil.copy(needs.hook_script, project / "hooks" / "add-tier.js")
    (project / "hooks.yaml").write_text(_HOOKS_YAML, encoding="utf-8")
    command: list[str | Path] = [needs.leh, "envoy", project, "--upstream", f"http://{upstream}"]
    command += ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
    command += ["--filter", needs.filter, "--output", configuration]
    subprocess.run(command, check=True, env={**os.environ, **environment})
    return configuration


def _written(path: Path, configuration: dict[str, object]) -> Path:
    """Writes a configuration that holds keys."""
    path.touch(mode=0o600)
    path.write_text(json.dumps(configuration), encoding="utf-8")
    return path
