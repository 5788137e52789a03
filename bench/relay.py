"""The part `relay`: a synchronous hook with the software development kit of a vendor, 3 MB, which
no worker of Envoy is to load: it runs in the relay (`place: relay`)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import listeners
import vendor_package
from contenders import NO_HOOK, RS256_LOGIN
from contest import Contender, Contest, Group, check_answers, places
from envoy import Envoy
from figures import Figure, differences, figure
from hooks import BUNDLE, PAUSE_MS, SMALL, script_bytes
from load import Request, Slice, ask, drive
from part import Outcome, Run
from program import Program, free_address
from project import Project, written
from rounds import Samples
from stage import Stage

#: What makes a bundle of at least 3 MB.
PACKAGE_BYTES, BUNDLE_BYTES = 3_400_000, 3_000_000
#: The load of the relay.
CONNECTIONS = 4
#: Customers who wait for the hook while the relay loads it.
WAITING = 4
#: Customers who come at once to a relay that has just started, and for how long.
RUSH, RUSH_SECONDS = 16, 4.0

PLAIN, SDK = "relay-plain", "relay-sdk"


def run(run: Run, stage: Stage) -> Outcome:
    """Sets up, measures.

    Raises `ProgramFailed`, `WrongAnswer`, `LoadFailed` or `LehFailed`.
    """
    needs = run.needs
    at = free_address()
    project = _project(run, stage)
    configuration = project.as_json(needs, stage.upstream, at)
    relay = _Relay(run, project.bundle(needs, stage.upstream), at)
    # The relay's own bundle: Envoy's has no scripts that it does not run.
    size = script_bytes(relay.bundle.read_text(), SDK, BUNDLE_BYTES)
    compared = listeners.with_hooks(configuration, needs.reference_filter, (PLAIN, SDK))
    path = written(run.folder / "relayed.json", compared)
    with Envoy(needs.envoy, path, needs.measured_cores, stage.environment) as envoy:
        contest = Contest(_GROUPS, places(envoy, stage.platform))
        with relay.up() as (program, load_seconds), stage.explained(envoy, program):
            check_answers(contest, stage.ours)
            # Until there are contexts for as many as come at once: see the rush.
            sdk = contest.places[SDK].address
            drive(needs.wrk, needs.other_cores, sdk, RS256_LOGIN, CONNECTIONS, 2, may_fail=True)
            samples = run.measured(
                contest, seconds=0.4, latency_seconds=0.8, pause_ms=PAUSE_MS, connections=CONNECTIONS
            )
        with stage.explained(envoy):
            others = _while_loading(run, envoy, relay, load_seconds)
        with relay.up() as (program, _):
            rush = _rush(run, envoy, program)
    sizes = [figure("relay_sdk_kib", [size / 1024], "KiB", "lower")]
    return Outcome.of([*_headline(samples), *others, *rush, *sizes], contest, samples)


_GROUPS = (
    Group(
        "a login, a hook in the relay that changes nothing",
        (
            Contender("bare_relay", "bare Envoy", "bare", RS256_LOGIN),
            Contender("noop_relay", "a no-op Wasm filter", "noop", RS256_LOGIN),
            Contender("relay_plain", "a small hook in the relay", PLAIN, RS256_LOGIN, hook=PLAIN),
            Contender("relay_sdk", "the same with 3 MB", SDK, RS256_LOGIN, hook=SDK),
        ),
    ),
)


def _headline(samples: Samples) -> list[Figure]:
    def added(name: str, one: str, other: str, goal: float | None = None) -> Figure:
        return figure(name, differences(samples, "p50_ms", one, other), "ms", "lower", goal)

    return [
        added("relay_hook_added_ms", "relay_sdk", "noop_relay", 2.0),
        added("relay_sdk_added_ms", "relay_sdk", "relay_plain"),
    ]


def _while_loading(
    run: Run, envoy: Envoy, relay: _Relay, load_seconds: float
) -> list[Figure]:
    """Token requests for which no hook runs, on the very worker whose customers wait for a hook
    that the relay is loading, against the same without that."""
    needs, at = run.needs, envoy.addresses()[SDK]
    seconds = max(0.3, load_seconds)

    def plain() -> Slice:
        return drive(needs.wrk, needs.other_cores, at, NO_HOOK, 1, seconds)

    def waiting() -> Slice:
        return drive(
            needs.wrk, needs.other_cores, at, RS256_LOGIN, WAITING, seconds, may_fail=True
        )

    p50, p99, most, loads = list[float](), list[float](), list[float](), list[float]()
    for _ in range(1 if run.quick else run.plan.rounds):
        quiet = plain()
        with ThreadPoolExecutor() as pool:
            starting = pool.submit(relay.load_once)
            others = pool.submit(waiting)
            loading = plain()
            others.result()
            loads.append(starting.result() * 1e3)
        p50.append(loading.p50_ms / quiet.p50_ms)
        p99.append(loading.p99_ms / quiet.p99_ms)
        most.append(loading.max_ms)
        envoy.wait_until_idle(SDK)
    return [
        figure("relay_load_ms", loads, "ms", "lower"),
        figure("others_while_relay_loads_p50", p50, "ratio", "lower"),
        figure("others_while_relay_loads_p99", p99, "ratio", "lower"),
        # Far below `relay_load_ms`: nobody waited for it.
        figure("others_while_relay_loads_max_ms", most, "ms", "lower"),
    ]


def _rush(run: Run, envoy: Envoy, relay: Program) -> list[Figure]:
    """What happens when many come at once, and the relay has one context for each of its threads:
    how long one in a hundred waits, whose hook failed, and what the relay takes after that."""
    needs, failures = run.needs, f"^wasmcustom\\.leh\\.hook\\.{SDK}\\.failed\\."
    before = sum(envoy.statistics(failures).values())
    at = envoy.addresses()[SDK]
    seconds = 1.5 if run.quick else RUSH_SECONDS
    driven = drive(needs.wrk, needs.other_cores, at, RS256_LOGIN, RUSH, seconds, may_fail=True)
    envoy.wait_until_idle(SDK)
    failed = sum(envoy.statistics(failures).values()) - before
    return [
        figure("relay_rush_p99_ms", [driven.p99_ms], "ms", "lower"),
        figure("relay_rush_failed", [float(failed)], "hooks", "lower"),
        figure("relay_rush_memory_mib", [relay.memory_mib()], "MiB", "lower"),
    ]


@dataclass(frozen=True)
class _Relay:
    """How the relay is started."""

    run: Run
    bundle: Path
    address: str

    @contextmanager
    def up(self, niceness: int = 0) -> Iterator[tuple[Program, float]]:
        """The relay, its hooks loaded, and the seconds that it took."""
        needs, folder = self.run.needs, self.run.folder
        command = [needs.leh, "relay", "--bundle", self.bundle, "--listen", self.address]
        command += ["--store", folder / "relay.db"]
        log = folder / "relay.log"
        with Program("relay", command, needs.other_cores, log, niceness=niceness) as program:
            program.wait_until(lambda: _is_ready(self.address))
            yield program, time.monotonic() - program.started

    def load_once(self) -> float:
        """Starts and ends it: the seconds until its hooks were loaded. It gives way to the load
        generator, which shares its cores only here."""
        with self.up(niceness=10) as (_, seconds):
            return seconds


def _is_ready(address: str) -> bool | None:
    try:
        return ask(address, Request("GET", "/healthz")).status == 200 or None
    except OSError:
        return None


def _project(run: Run, stage: Stage) -> Project:
    def hook(name: str) -> str:
        return (
            f"{{ name: {name}, event: pre-id-token-generation, script: hooks/{name}.js, "
            "place: relay, memory: 128MiB }"
        )

    files = {
        f"hooks/{PLAIN}.js": SMALL,
        f"hooks/{SDK}.js": BUNDLE,
        **vendor_package.files(PACKAGE_BYTES),
    }
    hooks = (hook(PLAIN), hook(SDK))
    project = Project(run.folder / "project", hooks, files, stage.environment)
    project.write()
    return project
