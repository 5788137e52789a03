"""The part `many`: a thousand hooks, each for an application of its own, against one; and many
invocations of one hook that wait at the same time."""

from __future__ import annotations

import statistics
from pathlib import Path

from contenders import RS256_CLIENT, RS256_LOGIN
from contest import Contender, Contest, Group, Place, check_answers, places
from envoy import Envoy
from figures import Figure, figure, ratios
from load import ask, drive
from part import Outcome, Run
from platform_answers import VENDOR, VENDOR_SECONDS
from project import Project
from stage import Stage

MANY = 1000
#: Which of them is for the application that logs in.
OURS = 500
#: A VM on the worker, and one on the main thread.
VIRTUAL_MACHINES = 2
#: Invocations that wait at once; the most of one hook is 256.
WAITING = 128

#: No two scripts are the same.
SCRIPT = """\
const blocked = new Set(["a@NUMBER@@example.com", "b@NUMBER@@example.com"]);
export default async function ({ customer }) {
  if (blocked.has(customer.info.email)) return new TokenClaims({ tier: "none" });
}
"""
WAITS = f"""\
export default async function ({{ customer }}) {{
  const response = await fetch("http://vendor.example.com{VENDOR.path}");
  const {{ segment }} = await response.json();
  if (segment === "refused") return new TokenClaims({{ tier: "none" }});
}}
"""


def run(run: Run, stage: Stage) -> Outcome:
    """Sets up, measures.

    Raises `ProgramFailed`, `WrongAnswer`, `LoadFailed` or `LehFailed`.
    """
    needs = run.needs
    with_one = _project(run, stage, "one", [OURS]).configuration(needs, stage.upstream)
    all_of_them = _project(run, stage, "thousand", range(MANY))
    with_many = all_of_them.configuration(needs, stage.upstream)
    with (
        Envoy(needs.envoy, with_one, needs.measured_cores, stage.environment) as one,
        Envoy(needs.envoy, with_many, needs.measured_cores, stage.environment) as many,
    ):
        memory = [envoy.memory_mib() for envoy in (one, many)]
        start_ms = {envoy.name: [envoy.start_seconds * 1e3] for envoy in (one, many)}
        at = {
            envoy.name: Place("lifecycle", envoy.addresses()["lifecycle"], (envoy,), envoy)
            for envoy in (one, many)
        }
        contest = Contest(_GROUPS, {**places(stage.platform), **at})
        with stage.explained(one, many):
            check_answers(contest, stage.ours)
            samples = run.measured(contest)
    if not run.quick:
        for path in (with_one, with_many):
            start_ms[path.stem] += _starts(run, stage, path)
    costs = ratios(samples, "cpu_ms", "thousand_hooks", "one_hook")
    waits = ratios(samples, "p50_ms", "thousand_hooks", "one_hook")
    added_kib = (memory[1] - memory[0]) * 1024
    loads = [one - statistics.median(start_ms["one"]) for one in start_ms["thousand"]]
    headline = [
        figure("cost_1000_hooks_vs_1", costs, "ratio", "lower", 1.05),
        figure("p50_1000_hooks_vs_1", waits, "ratio", "lower"),
        figure("load_1000_hooks_ms", loads, "ms", "lower"),
        figure("memory_1000_hooks_mib", [memory[1]], "MiB", "lower"),
        figure(
            "memory_per_hook_kib", [added_kib / (MANY - 1) / VIRTUAL_MACHINES], "KiB", "lower"
        ),
        _in_flight(run, stage),
    ]
    return Outcome.of(headline, contest, samples)


_HOOK = f"hook-{OURS}"
_GROUPS = (
    Group(
        "a login, one of many hooks",
        (
            Contender("one_hook", "one hook", "one", RS256_LOGIN, hook=_HOOK),
            Contender("thousand_hooks", "a thousand hooks", "thousand", RS256_LOGIN, hook=_HOOK),
        ),
        turns=2,
    ),
)


def _project(run: Run, stage: Stage, name: str, numbers: range | list[int]) -> Project:
    def hook(number: int) -> str:
        client = RS256_CLIENT if number == OURS else f"app-{number}"
        script = f"hooks/hook-{number}.js"
        return (
            f"{{ name: hook-{number}, event: pre-id-token-generation, script: {script}, "
            f"applications: [{client}] }}"
        )

    files = {f"hooks/hook-{one}.js": SCRIPT.replace("@NUMBER@", str(one)) for one in numbers}
    hooks = tuple(hook(number) for number in numbers)
    project = Project(run.folder / name, hooks, files, stage.environment)
    project.write()
    return project


def _starts(run: Run, stage: Stage, configuration: Path) -> list[float]:
    """How long Envoys with `configuration` took to start, in milliseconds."""
    needs, taken = run.needs, list[float]()
    for _ in range(2):
        with Envoy(needs.envoy, configuration, needs.measured_cores, stage.environment) as one:
            taken.append(one.start_seconds * 1e3)
    return taken


def _in_flight(run: Run, stage: Stage) -> Figure:
    """What each of many invocations takes that wait for a slow vendor at the same time."""
    hook = (
        "{ name: waits, event: pre-id-token-generation, script: hooks/waits.js, "
        "timeout: 5s, cpu: 1s, place: filter }"
    )
    egress = (f'vendor.example.com: {{ address: "{stage.slow_vendor}", port: 80, tls: false }}',)
    files = {"hooks/waits.js": WAITS}
    project = Project(run.folder / "waits", (hook,), files, stage.environment, egress)
    project.write()
    configuration, needs = project.configuration(run.needs, stage.upstream), run.needs
    with Envoy(needs.envoy, configuration, needs.measured_cores, stage.environment) as envoy:
        address = envoy.addresses()["lifecycle"]
        ask(address, RS256_LOGIN)
        before = envoy.memory_mib()
        seconds = VENDOR_SECONDS * 2.5
        with stage.explained(envoy):
            drive(needs.wrk, needs.other_cores, address, RS256_LOGIN, WAITING, seconds)
        envoy.wait_until_idle("lifecycle")
        # The memory of a WebAssembly module never shrinks.
        taken_kib = (envoy.memory_mib() - before) * 1024
    return figure("memory_per_waiting_kib", [taken_kib / WAITING], "KiB", "lower")
