"""The measurement: rounds in which every contender has its turn, in another order each time."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from contenders import GROUPS, Contender
from envoy import Envoy
from load import LoadFailed, drive
from needs import Needs
from setting import Setting

#: Where our filter counts the outcomes of the hook.
_HOOK_COUNTERS = "wasmcustom.leh.hook.add-tier."


@dataclass(frozen=True)
class Plan:
    """How much is measured. `seconds` under load with `connections`, then `latency_seconds` with
    one connection, for each contender and round."""

    rounds: int
    seconds: float
    latency_seconds: float
    connections: int
    seed: int

    def description(self) -> str:
        """For whoever reads the numbers."""
        rounds = "1 round" if self.rounds == 1 else f"{self.rounds} rounds"
        return (
            f"{rounds}, in each for everybody {self.seconds:g} s with {self.connections} "
            f"connections (req/s, CPU),\nthen {self.latency_seconds:g} s with one (p50, p99); "
            f"order by seed {self.seed}"
        )


@dataclass(frozen=True)
class Sample:
    """One contender in one round."""

    #: Processor time of Envoy for one request.
    cpu_ms: float
    #: Under load, by the clock.
    rps: float
    #: Which part of the time Envoy was busy under load: 1 is a whole core.
    busy: float
    #: With one connection.
    p50_ms: float
    p99_ms: float


#: The samples of each contender, by its name, round by round.
Samples = dict[str, list[Sample]]


def measure(setting: Setting, needs: Needs, plan: Plan, progress: Callable[[str], None]) -> Samples:
    """Runs all rounds, after one that is not counted: first requests find cold caches.

    Raises `LoadFailed` when a request fails, or a hook does.
    """
    order = random.Random(plan.seed)
    short = replace(plan, seconds=min(plan.seconds, 0.3), latency_seconds=0.1)
    samples: Samples = {one.name: [] for group in GROUPS for one in group.contenders}
    for number in range(plan.rounds + 1):
        progress(f"round {number} of {plan.rounds}" if number else "warming up")
        # Who is compared is measured right after one another, so that what changes on the machine
        # meanwhile meets them all.
        turns = [group for group in GROUPS for _ in range(group.turns)]
        for group in order.sample(turns, len(turns)):
            for contender in order.sample(group.contenders, len(group.contenders)):
                sample = _sample(setting, needs, plan if number else short, contender)
                if number:
                    samples[contender.name].append(sample)
    return samples


def _sample(setting: Setting, needs: Needs, plan: Plan, contender: Contender) -> Sample:
    envoy, address = setting.envoy, setting.addresses[contender.listener]
    target = (needs.wrk, needs.other_cores, address, contender.request)
    counters, cpu_seconds = _counters(envoy, contender), envoy.cpu_seconds()
    loaded = drive(*target, plan.connections, plan.seconds)
    envoy.wait_until_idle(contender.listener)
    cpu_seconds = envoy.cpu_seconds() - cpu_seconds
    # Envoy's own count: wrk does not count what was on its way when it ended.
    served = _counters(envoy, contender).served - counters.served
    single = drive(*target, 1, plan.latency_seconds)
    envoy.wait_until_idle(contender.listener)
    _check_hook(contender, loaded.requests + single.requests, counters, _counters(envoy, contender))
    return Sample(
        cpu_ms=cpu_seconds * 1e3 / served,
        rps=loaded.requests / loaded.seconds,
        busy=cpu_seconds / loaded.seconds,
        p50_ms=single.p50_ms,
        p99_ms=single.p99_ms,
    )


@dataclass(frozen=True)
class _Counters:
    """Of one contender's listener, and of the hook on all of them."""

    served: int
    done: int
    failed: dict[str, int]


def _counters(envoy: Envoy, contender: Contender) -> _Counters:
    served = f"http.{contender.listener}.downstream_rq_total"
    found = envoy.statistics(f"^{re.escape(served)}$|^{re.escape(_HOOK_COUNTERS)}")
    failed = {name: count for name, count in found.items() if ".failed." in name}
    return _Counters(found[served], found.get(f"{_HOOK_COUNTERS}done", 0), failed)


def _check_hook(contender: Contender, requests: int, before: _Counters, after: _Counters) -> None:
    """A hook that fails leaves the answer as it was, and costs less."""
    expected = requests if contender.signs else 0
    done = after.done - before.done
    if after.failed != before.failed or done < expected:
        raise LoadFailed(
            f"{contender.name}: expected {expected} outcomes of the hook and no failures, found "
            f"{done}, and failures {after.failed} after {before.failed}"
        )
