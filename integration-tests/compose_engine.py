"""A Docker engine for a test: the one that runs, or one of its own.

An engine of its own lives in namespaces of its own (network, mounts, processes) with its data
in a temporary folder. So it changes nothing on this machine, no firewall rule, no bridge, no
setting, and whatever becomes of the test, its end is the end of all its containers. For the
same reason nothing in it reaches the outside: it pulls no image.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

START_LIMIT = 60  # seconds
STOP_LIMIT = 30
LAST_LINES = 15
# dockerd needs all of them; they come with Debian's docker.io, iproute2 and util-linux.
OWN_ENGINE_NEEDS = ("dockerd", "ip", "iptables", "nsenter", "setpriv", "unshare")


class NoEngine(Exception):
    """There is no Docker to be used here; the message says what to do."""


@dataclass(frozen=True)
class Engine:
    """An engine that answers."""

    environment: dict[str, str]
    """For every docker and compose command."""
    pulls: bool
    """Whether it may be able to fetch images."""
    enter: list[str] = field(default_factory=list)
    """Words before a command that is to reach the ports that containers publish."""


@contextmanager
def engine() -> Iterator[Engine]:
    """The running engine, or one that lasts as long as the `with` block."""
    if shutil.which("docker") is None:
        raise NoEngine("docker is missing. Type: apt-get install docker.io docker-compose")
    if answers(dict(os.environ)):
        yield Engine(dict(os.environ), pulls=True)
        return
    missing = [name for name in OWN_ENGINE_NEEDS if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        why = f"{', '.join(missing)} not found" if missing else "only root can start one"
        raise NoEngine(
            f"no Docker engine answers, and none of our own can be started ({why}). Start the "
            "Docker service, or give this user access to it"
        )
    with ExitStack() as at_the_end:
        folder = Path(tempfile.mkdtemp(prefix="leh-engine-"))
        at_the_end.callback(shutil.rmtree, folder, ignore_errors=True)
        yield start(folder, at_the_end)


def compose_command() -> list[str]:
    """Compose as docker's plugin, or as the program of its own that it was before."""
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True)
    if plugin.returncode == 0:
        return ["docker", "compose"]
    if shutil.which("docker-compose") is None:
        raise NoEngine("docker-compose is missing. Type: apt-get install docker-compose")
    return ["docker-compose"]


def answers(environment: dict[str, str]) -> bool:
    command = ["docker", "version", "--format", "{{.Server.Version}}"]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=20)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def start(folder: Path, at_the_end: ExitStack) -> Engine:
    socket, log, cgroup = folder / "socket", folder / "log", folder.name
    dockerd = ["dockerd", f"--host=unix://{socket}", f"--pidfile={folder / 'pid'}"]
    dockerd += [f"--data-root={folder / 'data'}", f"--exec-root={folder / 'exec'}"]
    dockerd += [f"--cgroup-parent=/{cgroup}"]
    # Names that the engine does not know are known nowhere: without this, each look-up of one
    # waits for a name server that cannot be reached.
    dockerd += ["--dns=127.0.0.1"]
    # `unshare` dies with us, and everything in the namespaces with `unshare`.
    command = ["setpriv", "--pdeathsig", "KILL", "unshare", "--fork", "--kill-child=SIGKILL"]
    command += ["--mount", "--net", "--pid", "--ipc", "--mount-proc"]
    command += ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    with log.open("wb") as output:
        # A session of its own: Ctrl-C reaches us, and we end the engine when all else is done.
        process = subprocess.Popen(
            command + dockerd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    at_the_end.callback(remove_cgroups, cgroup)
    at_the_end.callback(stop, process)

    environment = {**os.environ, "DOCKER_HOST": f"unix://{socket}"}
    # These would choose another engine, or speak TLS to this one.
    for name in ("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        environment.pop(name, None)
    deadline = monotonic() + START_LIMIT
    while not (socket.exists() and answers(environment)):
        if process.poll() is not None or monotonic() > deadline:
            last = log.read_text(errors="replace").splitlines()[-LAST_LINES:]
            raise NoEngine(
                "no Docker engine answers, and one of our own did not start (is this a container "
                "without privileges?). Start the Docker service. Its last words:\n  "
                + "\n  ".join(last)
            )
        sleep(0.2)
    enter = ["nsenter", f"--net=/proc/{child(process.pid)}/ns/net"]
    return Engine(environment, pulls=False, enter=enter)


def child(pid: int) -> int:
    """The only child of a process: of `unshare`, dockerd."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0])


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends dockerd, which ends its containers; then everything that is left in its namespaces."""
    if process.poll() is None:
        try:
            os.kill(child(process.pid), signal.SIGTERM)
            process.wait(STOP_LIMIT)
        except (OSError, IndexError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()


def remove_cgroups(name: str) -> None:
    """The one thing that outlives the namespaces; one folder, or one in each hierarchy."""
    root = Path("/sys/fs/cgroup")
    for top in [root / name, *root.glob(f"*/{name}")]:
        for folder, _, _ in os.walk(top, topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                # A process that was killed is leaving it; it takes no room.
                pass
