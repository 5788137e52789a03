"""A program that another one starts, reads and ends: a platform, a client, `leh up`.

Its stdout and stderr go to one log file; its stdout can be waited on line by line. Ctrl-C in
a terminal does not reach it: its parent decides in which order things end. Its stdin is a
pipe that closes when the parent dies, for those that watch it.
"""

from __future__ import annotations

import queue
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic


class ChildFailed(Exception):
    """The child ended, or did not say in time what was waited for."""

    def __init__(self, message: str, child: Child) -> None:
        super().__init__(message)
        self.child = child


class Child:
    """A running program; `log_stdout` is False for those that print credentials there."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        env: Mapping[str, str] | None = None,
        log_stdout: bool = True,
    ) -> None:
        self.name, self.log, self._log_stdout = name, log, log_stdout
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._log_file = log.open("a", encoding="utf-8")
        self._process = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log_file,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if self._log_stdout:
                self._log_file.write(line)
                self._log_file.flush()
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def line(self, start: str, seconds: float) -> str:
        """The next line of stdout that begins with `start`; what comes before it is passed over.

        Raises `ChildFailed` when the child ends first, or after `seconds`.
        """
        deadline = monotonic() + seconds
        wanted = f"{self.name}: expected a line {start!r}…"
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - monotonic()))
            except queue.Empty:
                raise ChildFailed(f"{wanted} within {seconds:.0f} s, found none", self) from None
            if line is None:
                code = self._process.wait()
                raise ChildFailed(f"{wanted}, but it ended (exit code {code})", self)
            if line.startswith(start):
                return line

    def last_lines(self, count: int) -> list[str]:
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]

    def runs(self) -> bool:
        return self._process.poll() is None

    def stop(self, seconds: float = 15) -> int:
        """Ends the child as Ctrl-C would, by force after `seconds`; gives its exit code."""
        if self.runs():
            self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
