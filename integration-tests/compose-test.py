"""What `make compose-test` does: the images, brought up by docker-compose, as a user would.

    .venv/bin/python integration-tests/compose-test.py

Builds the images of envoy/Dockerfile from what `make` built and brings up
envoy/docker-compose.yml in a real Docker engine. Checks that a login through Envoy carries what
the hooks of examples/first-hook add, that the asynchronous hook runs, also when the relay was
away, and that a login without Envoy is as if it had never been there. Takes everything down.

Where no engine runs, it starts one of its own (see compose_engine.py); where no image can be
pulled, it makes a base (see envoy/base-image.sh). Both need root. The last line is
`N passed, N failed`; the exit code is 0 when nothing failed.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any, NoReturn

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from compose_engine import Engine, NoEngine, compose_command, engine

ROOT = Path(__file__).resolve().parent.parent
ENVOY = ROOT / "envoy"
BASE = "lifecycle-hooks-base:local"
CLAIM, HOOK_LINE = "tier", " signed in to "
PULL_LIMIT = 60  # seconds, as all of these
BUILD_LIMIT = 600
UP_LIMIT = 180
LOGIN_LIMIT = 90
DELIVERY_LIMIT = 60


class StepFailed(Exception):
    """A step did not do what it should."""


class Compose:
    """The project of docker-compose.yml in one engine, under a name of its own."""

    def __init__(self, docker: Engine, port: int) -> None:
        self.docker, self.port = docker, port
        self.name = f"leh-compose-test-{os.getpid()}"
        self.environment = {
            **docker.environment,
            "LEH_PORT": str(port),
            "LEH_SIGNING_KEY": new_signing_key(),
            "LEH_TAG": "local",
            "LEH_PROJECT": str(ROOT / "examples" / "first-hook"),
        }
        self.command = compose_command() + ["-p", self.name]
        self.command += ["-f", str(ENVOY / "docker-compose.yml")]

    def __call__(self, *words: str, limit: float = 60) -> str:
        """Runs one command; its standard output."""
        return run([*self.command, *words], self.environment, limit)

    def log_lines(self, service: str, part: str) -> list[str]:
        log = self("logs", "--no-color", service)
        return [line for line in log.splitlines() if part in line]

    def log_in(self, **environment: str) -> dict[str, Any]:
        """One login by the client; with variables in place of those of docker-compose.yml."""
        words = ["run", "--rm", "-T"]
        for name, value in environment.items():
            words += ["-e", f"{name}={value}"]
        # What it needs runs already; it may be a check of how things are without it.
        report: dict[str, Any] = json.loads(self(*words, "--no-deps", "client", limit=LOGIN_LIMIT))
        return report

    def leftovers(self) -> list[str]:
        """What of the project is still in the engine."""
        label = f"label=com.docker.compose.project={self.name}"
        found = []
        for what in ("container", "network", "volume"):
            everything = ["-a"] if what == "container" else []
            command = ["docker", what, "ls", "-q", *everything, "--filter", label]
            found += [f"{what} {id}" for id in run(command, self.environment).split()]
        return found


def main() -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end_at_signal)
    steps = Steps()
    try:
        with engine() as docker:
            test(docker, steps)
    except NoEngine as reason:
        print(f"compose-test: {reason}", file=sys.stderr)
        return 1
    except StepFailed:
        # It was told where it happened.
        pass
    except KeyboardInterrupt:
        return 130
    print(f"{steps.passed} passed, {steps.failed} failed")
    return 1 if steps.failed else 0


class Steps:
    """Runs steps, says what each found, counts."""

    def __init__(self) -> None:
        self.passed = self.failed = 0

    def step(self, name: str, check: Callable[[], str | None]) -> None:
        """`check` returns what is worth telling; the first step that fails ends the test."""
        started = monotonic()
        try:
            told = check()
        except Exception as failure:
            # Of another kind than ours when an answer has not the expected form.
            why = str(failure) if isinstance(failure, StepFailed) else repr(failure)
            self.failed += 1
            print(f"FAILED: {name}: {why}", flush=True)
            raise StepFailed(why) from failure
        self.passed += 1
        seconds = monotonic() - started
        print(f"ok: {name}{f': {told}' if told else ''} ({seconds:.1f} s)", flush=True)


def test(docker: Engine, steps: Steps) -> None:
    compose = Compose(docker, free_port())
    steps.step("a Docker engine answers", lambda: about(docker))
    steps.step("images are built", lambda: build(docker))
    try:
        in_compose(compose, steps)
    except StepFailed:
        show_logs(compose)
        raise
    finally:
        steps.step("everything is taken down", lambda: take_down(compose))


def in_compose(compose: Compose, steps: Steps) -> None:
    step = steps.step
    step("platform, relay and Envoy come up healthy", lambda: bring_up(compose))
    step("Envoy serves the port of this machine", lambda: published_port(compose))
    step("the example configuration is valid", lambda: example_is_valid(compose))
    step("a login has the claim of the hook", lambda: hooked(compose.log_in()))
    step("the asynchronous hook ran", lambda: deliveries(compose, 1))
    step("with the relay killed, a login is the same", lambda: login_without_relay(compose))
    step("the relay is back with all deliveries", lambda: relay_back(compose))
    step("Envoy counted the hooks", lambda: counters(compose))
    step("without Envoy, a login is as before", lambda: login_without_envoy(compose))


def about(docker: Engine) -> str:
    command = ["docker", "version", "--format", "{{.Server.Version}}"]
    whose = "one of our own" if docker.enter else "the one that runs"
    return f"{run(command, docker.environment).strip()}, {whose}"


def build(docker: Engine) -> str:
    environment = {**docker.environment, "LEH_TAG": "local"}
    if not (docker.pulls and pulled(environment)):
        run([str(ENVOY / "base-image.sh"), BASE], environment, BUILD_LIMIT)
        environment |= {"BASE": BASE, "PYTHON_BASE": BASE}
    return summary(run([str(ENVOY / "build-images.sh")], environment, BUILD_LIMIT))


def pulled(environment: dict[str, str]) -> bool:
    """Whether the base images of the Dockerfile are here or can be fetched."""
    lines = (ENVOY / "Dockerfile").read_text().splitlines()
    images = [line.partition("=")[2] for line in lines if line.startswith("ARG ")]
    for image in images:
        try:
            run(["docker", "image", "inspect", image], environment)
        except StepFailed:
            try:
                run(["docker", "pull", "--quiet", image], environment, PULL_LIMIT)
            except StepFailed:
                return False
    return True


def summary(built: str) -> str:
    return ", ".join(line.removeprefix("images: lifecycle-hooks-") for line in built.splitlines())


def bring_up(compose: Compose) -> None:
    compose("up", "-d", limit=UP_LIMIT)
    for service in ("platform", "relay", "envoy"):
        wait_healthy(compose, service)


def wait_healthy(compose: Compose, service: str) -> None:
    def status() -> str | None:
        container = compose("ps", "-q", service).strip()
        form = "{{.State.Status}} and {{.State.Health.Status}}"
        command = ["docker", "inspect", "--format", form, container]
        state = run(command, compose.environment).strip()
        if not state.startswith("running"):
            raise StepFailed(f"{service}: expected it to run, found it {state}")
        return None if state == "running and healthy" else state

    until(status, UP_LIMIT, f"{service}: expected it to be running and healthy")


def published_port(compose: Compose) -> str:
    url = f"http://127.0.0.1:{compose.port}/.well-known/openid-configuration"
    # A process of its own: the port may be in another network namespace than ours.
    fetch = "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode())"
    answer = run([*compose.docker.enter, sys.executable, "-c", fetch, url], compose.environment)
    issuer: str = json.loads(answer)["issuer"]
    expect("the issuer in the discovery document", f"http://127.0.0.1:{compose.port}", issuer)
    return issuer


def example_is_valid(compose: Compose) -> None:
    image = "lifecycle-hooks-envoy:local"
    example = (ENVOY / "envoy.example.yaml").read_text()
    command = ["docker", "run", "--rm", "-i", "--network", "none", "-e", "LEH_SIGNING_KEY", image]
    command += ["--mode", "validate", "--log-level", "warning", "--config-yaml", example]
    run(command, compose.environment)


def hooked(report: dict[str, Any]) -> str:
    """Checks a login that the hooks changed; what they added."""
    claim = report["id_token"].get(CLAIM)
    if claim is None:
        found = sorted(report["id_token"])
        raise StepFailed(f"expected the claim `{CLAIM}` in the ID token, found {found}")
    # The client verified the signature; this says with whose key.
    kid = report["header"]["kid"]
    if kid in report["platform_kids"]:
        raise StepFailed(f"expected our own key, but the ID token names the platform's, {kid}")
    published = report["platform_keys_in_jwks"]
    expect("the platform's keys among those that clients are given", True, published)
    return f"{CLAIM}: {claim}"


def deliveries(compose: Compose, number: int) -> str:
    """Waits until the relay's store has `number` deliveries, all of them done."""

    def missing() -> str | None:
        answer = compose("exec", "-T", "relay", "http-get", "9903", "/v1/deliveries")
        states = [delivery["state"] for delivery in json.loads(answer)["deliveries"]]
        return None if states == ["done"] * number else str(states)

    until(missing, DELIVERY_LIMIT, f"the relay's store: expected {number} deliveries, all `done`")
    lines = compose.log_lines("relay", HOOK_LINE)
    expect(f"lines with `{HOOK_LINE}` in the relay's log", number, len(lines))
    return lines[-1].partition("relay: ")[2]


def login_without_relay(compose: Compose) -> str:
    compose("kill", "relay")
    return hooked(compose.log_in())


def relay_back(compose: Compose) -> str:
    compose("start", "relay")
    wait_healthy(compose, "relay")
    return deliveries(compose, 2)


def counters(compose: Compose) -> str:
    path = "/stats?filter=wasmcustom.leh"
    lines = compose("exec", "-T", "envoy", "http-get", "9901", path).splitlines()
    stats = dict(line.partition(": ")[::2] for line in lines)
    # Histograms are shown too: how long each phase of a hook took.
    found = {name: int(value) for name, value in stats.items() if value.isdecimal()}
    expect("a histogram of the script's time", True, "wasmcustom.leh.hook.add-tier.script_us" in stats)
    expect("deliveries stored", 2, found.get("wasmcustom.leh.relay.stored"))
    runs = found.get("wasmcustom.leh.hook.add-tier.done", 0)
    if runs < 2:
        raise StepFailed(f"runs of add-tier: expected one for each of 2 logins, found {runs}")
    return f"{len(found)} counters"


def login_without_envoy(compose: Compose) -> None:
    compose("stop", "--timeout", "10", "envoy")
    report = compose.log_in(CONNECT_TO="http://platform:5000")
    expect(f"the claim `{CLAIM}`", None, report["id_token"].get(CLAIM))
    expect("the key of the ID token", report["platform_kids"], [report["header"]["kid"]])


def take_down(compose: Compose) -> None:
    compose("--profile", "client", "down", "--volumes", "--timeout", "10", limit=120)
    expect("what is left in the engine", [], compose.leftovers())


def show_logs(compose: Compose) -> None:
    try:
        print(compose("ps", "-a"), compose("logs", "--no-color", "--tail", "60"), sep="\n")
    except StepFailed as failure:
        print(f"the logs cannot be shown: {failure}")


def expect(what: str, expected: object, found: object) -> None:
    if expected != found:
        raise StepFailed(f"{what}: expected {expected!r}, found {found!r}")


def until(state: Callable[[], str | None], limit: float, expected: str) -> None:
    """Asks until `state` has nothing to object to."""
    deadline = monotonic() + limit
    while (objection := state()) is not None:
        if monotonic() > deadline:
            raise StepFailed(f"{expected} within {limit} s, found {objection}")
        sleep(0.5)


def run(command: Sequence[str], environment: dict[str, str], limit: float = 60) -> str:
    """Runs a program; its standard output. Its end is bounded, and so is that of its children."""
    # A process group: what docker-compose or a script started ends with it.
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    name = " ".join(Path(word).name if "/" in word else word for word in command[:10])
    try:
        output, errors = process.communicate(timeout=limit)
    except BaseException as reason:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        if isinstance(reason, subprocess.TimeoutExpired):
            raise StepFailed(f"{name}: expected an end within {limit} s") from None
        raise
    if process.returncode != 0:
        said = "\n  ".join((errors.strip() or output.strip()).splitlines()[-20:])
        raise StepFailed(f"{name}: exit code {process.returncode}:\n  {said}")
    return output


def new_signing_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form, syntax = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(form, syntax, serialization.NoEncryption()).decode()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def end_at_signal(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
