"""A running Envoy: started on cores of its own, asked over its admin interface, ended."""

from __future__ import annotations

import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from program import Program, ProgramFailed

IDLE_SECONDS = 20


class Envoy(Program):
    """A running Envoy with one worker thread. A context manager that ends it."""

    def __init__(
        self,
        program: Path,
        configuration: Path,
        cores: Sequence[int],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        address_file = configuration.with_suffix(".admin")
        address_file.unlink(missing_ok=True)
        command = [program, "--config-path", configuration]
        command += ["--admin-address-path", address_file, "--disable-hot-restart"]
        command += ["--concurrency", "1", "--log-level", "warning"]
        command += ["--component-log-level", "wasm:info"]
        log = configuration.with_suffix(".log")
        super().__init__(configuration.stem, command, cores, log, environment)

        def admin_address() -> str | None:
            address = address_file.read_text() if address_file.exists() else ""
            return address if address and _is_ready(address) else None

        self._admin = self.wait_until(admin_address)
        #: Seconds from its start until it served.
        self.start_seconds = time.monotonic() - self.started

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
        """`IP:PORT` of each listener by its name; internal ones have none."""
        listeners = self.admin("/listeners?format=json")["listener_statuses"]
        sockets = {one["name"]: one["local_address"].get("socket_address") for one in listeners}
        return {
            name: f"{at['address']}:{at['port_value']}" for name, at in sockets.items() if at
        }

    def statistics(self, pattern: str) -> dict[str, int]:
        """The counters and gauges whose names match the regular expression `pattern`."""
        path = f"/stats?format=json&filter={urllib.parse.quote(pattern)}"
        found = self.admin(path)["stats"]
        return {one["name"]: int(one["value"]) for one in found if "value" in one}

    def wait_until_idle(self, listener: str) -> None:
        """Waits until `listener` is done with all that was on its way when its clients left.

        Raises `ProgramFailed` when that takes longer than anything here should.
        """
        active = f"http.{listener}.downstream_rq_active"
        deadline = time.monotonic() + IDLE_SECONDS
        while time.monotonic() < deadline:
            time.sleep(0.01)
            if self.statistics(f"^{re.escape(active)}$")[active] == 0:
                return
        raise ProgramFailed(f"{listener} still has requests, {IDLE_SECONDS} s after the last one")

    def __enter__(self) -> Envoy:
        return self


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/ready", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
