"""A program that is measured or that serves what is: started on cores of its own, ended with us.

Linux only: the processor time of another process comes from its CPU clock.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from child import before_exec, cpu_clock

#: How long a program may take until it serves: a thousand hooks take their time.
START_SECONDS = 120

Result = TypeVar("Result")


class ProgramFailed(Exception):
    """A program did not start, or does not answer; the message has the end of its log."""


def free_address() -> str:
    """`IP:PORT` of this machine, for a program that cannot say which port it was given."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


class Program:
    """A running program. A context manager that ends it."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        cores: Sequence[int],
        log: Path,
        environment: Mapping[str, str] | None = None,
        niceness: int = 0,
    ) -> None:
        self.name = name
        self._log = log
        self.started = time.monotonic()
        with log.open("w", encoding="utf-8") as output:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=before_exec(cores, niceness),
            )
        self.pid = self._process.pid

    def wait_until(self, ready: Callable[[], Result | None]) -> Result:
        """What `ready` returns once it is not None.

        Raises `ProgramFailed` when the program ends before, or takes too long.
        """
        deadline = self.started + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            result = ready()
            if result is not None:
                return result
            time.sleep(0.005)
        what = "ended instead of serving" if self.has_ended() else "did not serve in time"
        message = f"{self.name} {what}:\n{self.last_lines()}"
        self.stop()
        raise ProgramFailed(message)

    def wait_for_line(self, pattern: str) -> re.Match[str]:
        """The first match of the regular expression `pattern` in what the program prints."""
        return self.wait_until(lambda: re.search(pattern, self.log(), re.MULTILINE))

    def has_ended(self) -> bool:
        """Whether it is over."""
        return self._process.poll() is not None

    def cpu_seconds(self) -> float:
        """Processor time used so far, of all threads and of the processes that it started."""
        clocks = [cpu_clock(pid) for pid in (self.pid, *self._children())]
        return sum(time.clock_gettime_ns(clock) for clock in clocks) / 1e9

    def _children(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def memory_mib(self) -> float:
        """What it has resident."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        if not found:
            raise ProgramFailed(f"{self.name} has no memory left: it ended")
        return int(found[1]) / 1024

    def log(self) -> str:
        """What it has printed."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def last_lines(self, count: int = 15) -> str:
        """The end of its log."""
        return "\n".join(f"  {line}" for line in self.log().splitlines()[-count:])

    def stop(self) -> None:
        """Ends it, by force when it takes long."""
        if self.has_ended():
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            # A session of its own: with what it started.
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
