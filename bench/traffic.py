"""The part `traffic`: what the filter costs on all traffic, on lifecycle routes without a hook, and
on a login whose ID token a hook changes."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path

import listeners
from contenders import GROUPS, HOOK, LOGINS, RS256_LOGIN
from contest import Contest, check_answers, places
from envoy import Envoy
from figures import Figure, differences, figure, ratios
from load import ask, drive
from part import Outcome, Run
from project import Project, written
from rounds import Samples
from stage import Stage
from tokens import sign_arguments, signing_input_of


def run(run: Run, stage: Stage) -> Outcome:
    """Sets up, measures.

    Raises `ProgramFailed`, `WrongAnswer`, `LoadFailed` or `LehFailed`.
    """
    needs, folder = run.needs, run.folder
    configuration = claim_project(run, stage).as_json(needs, stage.upstream)
    without = written(folder / "bare.json", listeners.bare_only(configuration))
    bare = _alone(run, stage, without)
    ours = _alone(run, stage, written(folder / "ours.json", configuration))
    arguments = {
        f"sign_{name.lower()}": sign_arguments(stage.ours.of(name), signing_input_of(body))
        for name, body in ours.answers.items()
    }
    compared = listeners.comparison(configuration, needs.reference_filter, arguments)
    path = written(folder / "comparison.json", compared)
    with Envoy(needs.envoy, path, needs.measured_cores, stage.environment) as envoy:
        contest = Contest(GROUPS, places(envoy, stage.platform))
        with stage.explained(envoy):
            check_answers(contest, stage.ours)
            samples = run.measured(contest)
    return Outcome.of([*_headline(samples), *_of_the_filter(run, bare, ours)], contest, samples)


def claim_project(run: Run, stage: Stage) -> Project:
    """The project of examples/first-hook, written: one claim into the ID token."""
    script = run.needs.hook_script.read_text(encoding="utf-8")
    hook = f"{{ name: {HOOK}, event: pre-id-token-generation, script: hooks/{HOOK}.js }}"
    files = {f"hooks/{HOOK}.js": script}
    project = Project(run.folder / "claim", (hook,), files, stage.environment)
    project.write()
    return project


@dataclass(frozen=True)
class _Alone:
    """An Envoy of its own: how long it took to start, in milliseconds for each start, what it had
    resident then and after a while under load, in MiB, and what it answers to logins."""

    start_ms: list[float]
    memory_mib: float
    memory_loaded_mib: float
    answers: dict[str, bytes]


def _alone(run: Run, stage: Stage, configuration: Path) -> _Alone:
    """Starts and stops Envoys with `configuration`; the last one gets logins."""
    starts, load_seconds = (1, 0.3) if run.quick else (3, 2.0)
    needs, start_ms = run.needs, list[float]()
    for _ in range(starts - 1):
        with Envoy(needs.envoy, configuration, needs.measured_cores, stage.environment) as one:
            start_ms.append(one.start_seconds * 1e3)
    with Envoy(needs.envoy, configuration, needs.measured_cores, stage.environment) as one:
        start_ms.append(one.start_seconds * 1e3)
        memory = one.memory_mib()
        (address,) = one.addresses().values()
        cores = needs.other_cores
        drive(needs.wrk, cores, address, RS256_LOGIN, connections=16, seconds=load_seconds)
        loaded = one.memory_mib()
        answers = {name: ask(address, login).body for name, login in LOGINS.items()}
        return _Alone(start_ms, memory, loaded, answers)


def _headline(samples: Samples) -> list[Figure]:
    """What is promised, and what it is made of. `…_vs_…` is the work done for the same processor
    time: 1 is as fast, less is slower; `…_vs_signature` is a cost in signatures."""

    def speed(name: str, one: str, other: str, goal: float | None = None) -> Figure:
        return figure(name, ratios(samples, "cpu_ms", other, one), "ratio", "higher", goal)

    def cost(one: str, without: str) -> list[float]:
        return differences(samples, "cpu_ms", one, without)

    rs256, rs256_signature = cost("claim_rs256", "bare_rs256"), cost("sign_rs256", "noop_rs256")
    es256, es256_signature = cost("claim_es256", "bare_es256"), cost("sign_es256", "noop_es256")
    costs = {
        "claim_hook_rs256_ms": rs256,
        "claim_hook_rs256_rust_ms": cost("claim_rs256_rust", "bare_rs256"),
        "signature_rs256_ms": rs256_signature,
        "claim_hook_es256_ms": es256,
        "claim_hook_es256_rust_ms": cost("claim_es256_rust", "bare_es256"),
        "signature_es256_ms": es256_signature,
        # With ES256, since the less there is to take off, the less of its noise is left.
        "claim_hook_without_signature_ms": [
            a - b for a, b in zip(es256, es256_signature, strict=True)
        ],
    }
    in_signatures = [a / b for a, b in zip(rs256, rs256_signature, strict=True)]
    return [
        speed("other_traffic_vs_bare", "ours_page", "bare_page", 0.99),
        speed("unusual_path_vs_bare", "ours_unusual", "bare_page"),
        speed("noop_wasm_vs_bare", "noop_page", "bare_page"),
        speed("lua_vs_bare", "lua_page", "bare_page"),
        speed("lifecycle_route_vs_noop_wasm", "ours_no_hook", "noop_no_hook"),
        figure("claim_hook_rs256_vs_signature", in_signatures, "ratio", "lower", 1.5),
        *(figure(name, values, "ms", "lower") for name, values in costs.items()),
    ]


def _of_the_filter(run: Run, bare: _Alone, ours: _Alone) -> list[Figure]:
    """What it takes to have the filter at all: time to start, size, memory."""
    base = statistics.median(bare.start_ms)
    size = run.needs.filter.stat().st_size / 1024
    return [
        figure("filter_load_ms", [one - base for one in ours.start_ms], "ms", "lower"),
        figure("filter_wasm_kib", [size], "KiB", "lower"),
        figure("memory_bare_mib", [bare.memory_mib], "MiB", "lower"),
        figure("memory_bare_loaded_mib", [bare.memory_loaded_mib], "MiB", "lower"),
        figure("memory_ours_mib", [ours.memory_mib], "MiB", "lower"),
        figure("memory_ours_loaded_mib", [ours.memory_loaded_mib], "MiB", "lower"),
    ]
