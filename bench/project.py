"""Hook projects of the benchmark, and what `leh` makes of them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envoy import Envoy
from needs import Needs

Json = dict[str, Any]

#: The variable with the signing keys.
KEY = "LEH_SIGNING_KEY"


@dataclass(frozen=True)
class Project:
    """A project and what its references need. `egress` and `hooks` are lines of hooks.yaml, each a
    mapping in flow style; `files` are by their paths."""

    folder: Path
    hooks: tuple[str, ...]
    files: Mapping[str, str]
    environment: Mapping[str, str]
    egress: tuple[str, ...] = ()

    def write(self) -> None:
        """Writes it into its folder."""
        lines = ["platform: canaille", f'signing: {{ key: "${{env:{KEY}}}" }}']
        if self.egress:
            lines += ["egress:", *(f"  {line}" for line in self.egress)]
        lines += ["hooks:", *(f"  - {line}" for line in self.hooks)]
        for name, text in {"hooks.yaml": "\n".join(lines) + "\n", **self.files}.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def configuration(self, needs: Needs, upstream: str, relay: str | None = None) -> Path:
        """The Envoy configuration that `leh envoy` writes, on ports that the kernel chooses."""
        return self._configuration(needs, needs.filter, upstream, relay)

    def as_json(self, needs: Needs, upstream: str, relay: str | None = None) -> Json:
        """The same as JSON, as an Envoy reads it."""
        # One whose filter is loaded at once.
        path = self._configuration(needs, needs.reference_filter, upstream, relay)
        with Envoy(needs.envoy, path, needs.other_cores, self.environment) as envoy:
            text = json.dumps(envoy.configuration())
        read: Json = json.loads(text.replace(str(needs.reference_filter), str(needs.filter)))
        return read

    def _configuration(
        self, needs: Needs, wasm: Path, upstream: str, relay: str | None
    ) -> Path:
        output = self.folder.with_suffix(".yaml")
        command = ["envoy", self.folder, "--upstream", f"http://{upstream}", "--output", output]
        command += ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--filter", wasm]
        self._leh(needs, command + (["--relay", relay] if relay else []))
        return output

    def bundle(self, needs: Needs, upstream: str) -> Path:
        """The bundle that `leh build` makes."""
        output = self.folder.with_suffix(".bundle.json")
        self._leh(needs, ["build", self.folder, "--upstream", f"http://{upstream}", "-o", output])
        return output

    def _leh(self, needs: Needs, arguments: list[str | Path]) -> None:
        command = [needs.leh, *arguments]
        done = subprocess.run(
            command,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise LehFailed(f"`leh {arguments[0]}` failed on {self.folder.name}:\n{done.stdout}")


class LehFailed(Exception):
    """`leh` refused a project, or made something else of it; the message says why."""


def written(path: Path, configuration: Mapping[str, object]) -> Path:
    """Writes a configuration that holds keys."""
    path.touch(mode=0o600)
    path.write_text(json.dumps(configuration), encoding="utf-8")
    return path
