"""The measurement: rounds in which every contender has its turn, in another order each time."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from contest import Contender, Contest, Place
from load import LoadFailed, Slice, drive
from needs import Needs


@dataclass(frozen=True)
class Plan:
    """How much is measured. `seconds` under load with `connections`, then `latency_seconds` with
    one connection, for each contender and round."""

    rounds: int
    seconds: float
    latency_seconds: float
    connections: int
    seed: int
    #: Between an answer and the next request of that one connection: customers do not come as soon
    #: as the one before has gone.
    pause_ms: int | None = None

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

    #: Processor time for one request, of all programs that serve it.
    cpu_ms: float
    #: Under load, by the clock.
    rps: float
    #: Which part of the time they were busy under load: 1 is a whole core.
    busy: float
    #: With one connection.
    p50_ms: float
    p99_ms: float
    #: Requests that failed, under load and after it, where that is counted.
    failed: int


#: The samples of each contender, by its name, round by round.
Samples = dict[str, list[Sample]]


def measure(contest: Contest, needs: Needs, plan: Plan, progress: Callable[[str], None]) -> Samples:
    """Runs all rounds, after one that is not counted: first requests find cold caches.

    Raises `LoadFailed` when a request fails, or a hook does.
    """
    order = random.Random(plan.seed)
    short = replace(plan, seconds=min(plan.seconds, 0.3), latency_seconds=0.1)
    samples: Samples = {one.name: [] for one in contest.contenders()}
    for number in range(plan.rounds + 1):
        progress(f"round {number} of {plan.rounds}" if number else "warming up")
        # Who is compared is measured right after one another, so that what changes on the machine
        # meanwhile meets them all.
        turns = [group for group in contest.groups for _ in range(group.turns)]
        for group in order.sample(turns, len(turns)):
            for contender in order.sample(group.contenders, len(group.contenders)):
                sample = _sample(contest, needs, plan if number else short, contender)
                if number:
                    samples[contender.name].append(sample)
    return samples


def _sample(contest: Contest, needs: Needs, plan: Plan, contender: Contender) -> Sample:
    place = contest.places[contender.listener]
    length = contest.lengths.get(contender.name)

    def driven(connections: int, seconds: float, pause_ms: int | None = None) -> Slice:
        return drive(
            needs.wrk,
            needs.other_cores,
            place.address,
            contender.request,
            connections,
            seconds,
            length=length,
            may_fail=length is not None,
            pause_ms=pause_ms,
        )

    counters, cpu_seconds = _counters(place, contender), _cpu_seconds(place)
    loaded = driven(plan.connections, plan.seconds)
    _wait_until_idle(place)
    cpu_seconds = _cpu_seconds(place) - cpu_seconds
    # Envoy's own count: wrk does not count what was on its way when it ended.
    served = _counters(place, contender).served - counters.served or loaded.requests
    single = driven(1, plan.latency_seconds, plan.pause_ms)
    _wait_until_idle(place)
    _check_hook(
        contender, loaded.requests + single.requests, counters, _counters(place, contender)
    )
    return Sample(
        cpu_ms=cpu_seconds * 1e3 / served,
        rps=(loaded.requests - loaded.failed) / loaded.seconds,
        busy=cpu_seconds / loaded.seconds,
        p50_ms=single.p50_ms,
        p99_ms=single.p99_ms,
        failed=loaded.failed + single.failed,
    )


def _cpu_seconds(place: Place) -> float:
    return sum(program.cpu_seconds() for program in place.programs)


def _wait_until_idle(place: Place) -> None:
    if place.envoy:
        place.envoy.wait_until_idle(place.listener)
    else:
        # Of the few requests that were on their way.
        time.sleep(0.05)


@dataclass(frozen=True)
class _Counters:
    """Of one contender's listener, and of its hook wherever that runs."""

    served: int
    done: int
    failed: dict[str, int]


def _counters(place: Place, contender: Contender) -> _Counters:
    if not place.envoy:
        return _Counters(0, 0, {})
    served = f"http.{place.listener}.downstream_rq_total"
    hook = f"wasmcustom.leh.hook.{contender.hook}."
    found = place.envoy.statistics(f"^{re.escape(served)}$|^{re.escape(hook)}")
    failed = {name: count for name, count in found.items() if ".failed." in name}
    return _Counters(found[served], found.get(f"{hook}done", 0), failed)


def _check_hook(contender: Contender, requests: int, before: _Counters, after: _Counters) -> None:
    """A hook that fails leaves the answer as it was, and costs less."""
    expected = requests if contender.hook else 0
    done = after.done - before.done
    if after.failed != before.failed or done < expected:
        raise LoadFailed(
            f"{contender.name}: expected {expected} outcomes of the hook and no failures, found "
            f"{done}, and failures {after.failed} after {before.failed}"
        )
