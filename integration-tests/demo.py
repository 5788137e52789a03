"""What `make run` shows: an OpenID Connect platform before and after Envoy with a hook.

    demo.py --leh target/release/leh --envoy .venv/bin/envoy --project examples/first-hook

Starts a real platform (Canaille), logs in straight at it, starts `leh up`, logs in again
through Envoy, and shows what the hooks changed. Then it waits for Ctrl-C, with an
application to try in a browser; with --once it ends instead. Exit code 0: every step did
what it should and nothing is left running; 1: a step failed, and its log was shown.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any, NoReturn

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "clients"))

from _relying_party import Registration  # noqa: E402
from demo_application import DemoApplication  # noqa: E402

from demo_screen import (  # noqa: E402
    bold,
    say,
    show_claims,
    show_failure,
    show_keys,
    show_refresh,
    title,
)
from platforms._child import Child, ChildFailed  # noqa: E402

FIRST_PORT = 8080
AUTH_METHOD = "client_secret_basic"
# Different in every login, hooks or not.
OF_THE_LOGIN = {"iat", "exp", "nonce", "at_hash", "auth_time"}


class StepFailed(Exception):
    """A step did not do what it should; `log` belongs to the part that is to blame."""

    def __init__(self, message: str, part: Child | None = None) -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True)
class Platform:
    """Canaille as its ready line describes it."""

    process: Child
    url: str
    issuer: str
    user: str
    password: str
    client: dict[str, str]


def main() -> int:
    options = parse_options()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end_at_signal)
    try:
        with tempfile.TemporaryDirectory(prefix="lifecycle-hooks-demo-") as logs:
            try:
                run(options, Path(logs))
            except (StepFailed, ChildFailed) as failure:
                part = failure.child if isinstance(failure, ChildFailed) else failure.part
                name, last_lines = (part.name, part.last_lines(20)) if part else (None, [])
                show_failure(str(failure), name, last_lines)
                return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    return 0


def run(options: argparse.Namespace, logs: Path) -> None:
    with ExitStack() as at_the_end:
        application = DemoApplication()
        at_the_end.callback(application.close)
        port = free_port(FIRST_PORT)
        public_url = f"http://127.0.0.1:{port}"

        title(1, "A platform: Canaille, a real OpenID Connect provider")
        platform = start_platform(public_url, application.redirect_uri, logs)
        at_the_end.callback(platform.process.stop)
        say(f"   listens on {platform.url}, calls itself {platform.issuer}")

        title(2, "A login straight at the platform, by an application with Authlib")
        before = log_in(platform, application.redirect_uri, platform.url, platform.process)
        show_claims(before["id_token"], OF_THE_LOGIN, set())
        say(f"   signed by the platform's key {before['header']['kid']}")

        title(3, f"Envoy in front of it, with the hooks of {options.project}")
        envoy = start_envoy(options, platform, port, logs)
        at_the_end.callback(envoy.stop)
        say(f"   leh up: Envoy serves {public_url}")

        title(4, "The same login, through Envoy")
        after = log_in(platform, application.redirect_uri, None, envoy)
        added = changed_claims(before["id_token"], after["id_token"])
        if not added:
            raise StepFailed("the hooks of the project left the ID token as it was", envoy)
        show_claims(after["id_token"], OF_THE_LOGIN, added)
        check_keys(after)
        show_keys(after)
        show_refresh(after, added)

        title(5, "The asynchronous hook, off the request path")
        say(f"   {envoy.line('relay: ', 30)}")

        if not options.once:
            application.serve(registration(platform, application.redirect_uri, None), added)
            wait_for_person(application.url, platform, envoy)

        code = envoy.stop()
        if code != 0:
            raise StepFailed(f"leh up: expected exit code 0 at the end, found {code}", envoy)
    if is_taken(port):
        raise StepFailed(f"something still listens on {public_url}")
    say(bold("\nDone.") + " Everything is stopped.")


def start_platform(public_url: str, redirect_uri: str, logs: Path) -> Platform:
    program = HERE / "platforms" / "canaille.py"
    command = [sys.executable, str(program), "--exit-with-parent"]
    command += ["--public-url", public_url, "--redirect-uri", redirect_uri]
    process = Child("canaille", command, logs / "canaille.log", log_stdout=False)
    try:
        ready = json.loads(process.line("{", 60))
    except BaseException:
        process.stop()
        raise
    client = ready["clients"][AUTH_METHOD]
    known = {name: ready[name] for name in ("url", "issuer", "user", "password")}
    return Platform(process=process, client=client, **known)


def start_envoy(options: argparse.Namespace, platform: Platform, port: int, logs: Path) -> Child:
    """`leh up`, with a signing key that is made now and never touches the disk."""
    address = f"127.0.0.1:{port}"
    command = [str(options.leh), "up", str(options.project), "--upstream", platform.url]
    command += ["--listen", address, "--envoy", str(options.envoy)]
    env = {**os.environ, "LEH_SIGNING_KEY": new_signing_key()}
    process = Child("leh up", command, logs / "leh.log", env)
    try:
        process.line(f"ready: http://{address}", 120)
    except BaseException:
        process.stop()
        raise
    return process


def new_signing_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def registration(platform: Platform, redirect_uri: str, connect_to: str | None) -> Registration:
    return Registration(
        issuer=platform.issuer,
        client_id=platform.client["client_id"],
        client_secret=platform.client["client_secret"],
        auth_method=AUTH_METHOD,
        redirect_uri=redirect_uri,
        connect_to=connect_to,
    )


def log_in(
    platform: Platform, redirect_uri: str, connect_to: str | None, part: Child
) -> dict[str, Any]:
    """One login by `clients/authlib_login.py`; `part` is to blame when it fails."""
    command = [sys.executable, str(HERE / "clients" / "authlib_login.py")]
    command += ["--issuer", platform.issuer, "--user", platform.user]
    command += ["--password", platform.password, "--redirect-uri", redirect_uri]
    command += ["--client-id", platform.client["client_id"], "--auth-method", AUTH_METHOD]
    command += ["--client-secret", platform.client["client_secret"], "--jwks", platform.url]
    if connect_to:
        command += ["--connect-to", connect_to]
    try:
        login = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        raise StepFailed("the login: expected an end within 120 s", part) from None
    if login.returncode != 0:
        said = (login.stderr or login.stdout).strip()
        raise StepFailed(f"the login: exit code {login.returncode}: {said}", part)
    report: dict[str, Any] = json.loads(login.stdout)
    return report


def changed_claims(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The claims of `after` that the hooks added or changed."""
    return {
        name
        for name, value in after.items()
        if name not in OF_THE_LOGIN and (name not in before or before[name] != value)
    }


def check_keys(report: dict[str, Any]) -> None:
    kid, platform_kids = report["header"]["kid"], report["platform_kids"]
    if kid in platform_kids:
        raise StepFailed(f"the changed ID token names the platform's own key {kid}")
    if not report["platform_keys_in_jwks"]:
        raise StepFailed(f"the JWKS {report['jwks_kids']} lacks the platform's {platform_kids}")


def wait_for_person(application_url: str, platform: Platform, envoy: Child) -> None:
    say(f"\nTry it in a browser: {bold(application_url)}")
    say(f"   user {bold(platform.user)}, password {bold(platform.password)}")
    say(f"   Envoy is at {platform.issuer}. Ctrl-C ends everything.")
    try:
        while envoy.runs():
            sleep(0.5)
    except KeyboardInterrupt:
        say("")
        return
    raise StepFailed("leh up ended by itself", envoy)


def free_port(preferred: int) -> int:
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise StepFailed("no free port on 127.0.0.1")


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end_at_signal(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A login before and after Envoy with a hook.")
    parser.add_argument("--leh", type=Path, required=True, help="the program leh")
    parser.add_argument("--envoy", type=Path, required=True, help="the program envoy")
    parser.add_argument("--project", type=Path, required=True, help="the folder with hooks.yaml")
    parser.add_argument("--once", action="store_true", help="end after the logins")
    options = parser.parse_args()
    for what in ("leh", "envoy", "project"):
        path: Path = getattr(options, what)
        if not path.exists():
            parser.error(f"--{what}: expected it at {path}, found nothing there")
    return options


if __name__ == "__main__":
    sys.exit(main())
