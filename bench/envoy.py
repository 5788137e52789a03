"""A running Envoy: started on cores of its own, asked over its admin interface, ended.

Linux only: the processor time of another process comes from its CPU clock.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from child import before_exec, cpu_clock

START_SECONDS = 60
IDLE_SECONDS = 20


class EnvoyFailed(Exception):
    """Envoy did not start, or does not answer; the message has the end of its log."""


class Envoy:
    """A running Envoy with one worker thread. A context manager that ends it."""

    def __init__(
        self,
        program: Path,
        configuration: Path,
        cores: Sequence[int],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = configuration.stem
        self._log = configuration.with_suffix(".log")
        address_file = configuration.with_suffix(".admin")
        address_file.unlink(missing_ok=True)
        command = [str(program), "--config-path", str(configuration)]
        command += ["--admin-address-path", str(address_file), "--disable-hot-restart"]
        command += ["--concurrency", "1", "--log-level", "warning"]
        command += ["--component-log-level", "wasm:info"]
        started = time.monotonic()
        with self._log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                command,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=before_exec(cores),
            )
        self.pid = self._process.pid
        try:
            self._admin = self._wait_until_ready(address_file, started + START_SECONDS)
        except BaseException:
            self.stop()
            raise
        #: Seconds from its start until it served.
        self.start_seconds = time.monotonic() - started
        self._clock = cpu_clock(self.pid)

    def _wait_until_ready(self, address_file: Path, deadline: float) -> str:
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise EnvoyFailed(f"{self.name} ended instead of serving:\n{self.last_lines()}")
            address = address_file.read_text() if address_file.exists() else ""
            if address:
                try:
                    with urllib.request.urlopen(f"http://{address}/ready", timeout=1) as answer:
                        if answer.status == 200:
                            return address
                except OSError:
                    pass
            time.sleep(0.005)
        raise EnvoyFailed(
            f"{self.name} did not serve within {START_SECONDS} s:\n{self.last_lines()}"
        )

    def admin(self, path: str) -> Any:
        """What the admin interface answers at `path`, which must be JSON."""
        with urllib.request.urlopen(f"http://{self._admin}{path}", timeout=10) as answer:
            return json.load(answer)

    def version(self) -> str:
        """Such as `1.40.0`."""
        # `<commit>/1.40.0/Clean/RELEASE/BoringSSL`
        version: str = self.admin("/server_info")["version"]
        return version.split("/")[1]

    def configuration(self) -> dict[str, Any]:
        """What it was started with, as JSON, for another one."""
        dump = self.admin("/config_dump")["configs"]
        kind = "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump"
        bootstrap: dict[str, Any] = next(one for one in dump if one["@type"] == kind)["bootstrap"]
        # Who it is: written by Envoy itself.
        bootstrap.pop("node", None)
        return bootstrap

    def addresses(self) -> dict[str, str]:
        """`IP:PORT` of each listener by its name."""
        listeners = self.admin("/listeners?format=json")["listener_statuses"]
        sockets = {one["name"]: one["local_address"]["socket_address"] for one in listeners}
        return {name: f"{at['address']}:{at['port_value']}" for name, at in sockets.items()}

    def statistics(self, pattern: str) -> dict[str, int]:
        """The counters and gauges whose names match the regular expression `pattern`."""
        path = f"/stats?format=json&filter={urllib.parse.quote(pattern)}"
        found = self.admin(path)["stats"]
        return {one["name"]: int(one["value"]) for one in found if "value" in one}

    def wait_until_idle(self, listener: str) -> None:
        """Waits until `listener` is done with all that was on its way when its clients left.

        Raises `EnvoyFailed` when that takes longer than anything here should.
        """
        active = f"http.{listener}.downstream_rq_active"
        deadline = time.monotonic() + IDLE_SECONDS
        while time.monotonic() < deadline:
            time.sleep(0.01)
            if self.statistics(f"^{re.escape(active)}$")[active] == 0:
                return
        raise EnvoyFailed(f"{listener} still has requests, {IDLE_SECONDS} s after the last one")

    def cpu_seconds(self) -> float:
        """Processor time used so far, of all its threads."""
        return time.clock_gettime_ns(self._clock) / 1e9

    def memory_mib(self) -> float:
        """What it has resident."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        if not found:
            raise EnvoyFailed(f"{self.name} has no memory left: it ended")
        return int(found[1]) / 1024

    def last_lines(self, count: int = 15) -> str:
        """The end of its log."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-count:])

    def stop(self) -> None:
        """Ends it, by force when it takes long."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Envoy:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
