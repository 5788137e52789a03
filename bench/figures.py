"""From samples to figures: each is worked out round by round, so that its spread is that of rounds,
and its value is their median."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from contest import Group
from rounds import Samples


@dataclass(frozen=True)
class Figure:
    """One number. `spread` is its middle half: the first and third quartile of the rounds, or the
    value twice where there was one measurement. `better` is `higher` or `lower`; a `goal` is met
    when the value is that or better."""

    name: str
    value: float
    unit: str
    spread: tuple[float, float]
    goal: float | None
    better: str

    def is_met(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.better == "higher" else self.value <= self.goal


def figure(
    name: str, values: Sequence[float], unit: str, better: str, goal: float | None = None
) -> Figure:
    """The median of `values`, one for each round."""
    many = len(values) > 1
    quartiles = statistics.quantiles(values, n=4, method="inclusive") if many else [*values] * 3
    spread = (quartiles[0], quartiles[-1])
    return Figure(name, statistics.median(values), unit, spread, goal, better)


def in_rounds(samples: Samples, measure: str, *names: str) -> Iterable[tuple[float, ...]]:
    """`measure` of each of the contenders `names`, round by round."""
    read = attrgetter(measure)
    return zip(*([read(sample) for sample in samples[name]] for name in names), strict=True)


def ratios(samples: Samples, measure: str, one: str, other: str) -> list[float]:
    """`measure` of one contender in that of another, round by round."""
    return [a / b for a, b in in_rounds(samples, measure, one, other)]


def differences(samples: Samples, measure: str, one: str, other: str) -> list[float]:
    """By how much `measure` of one contender is above that of another, round by round."""
    return [a - b for a, b in in_rounds(samples, measure, one, other)]


#: What is taken from the samples of each contender, in which unit, and which is better.
_MEASURES = {
    "cpu_ms": ("ms", "lower"),
    "busy": ("of a core", "higher"),
    "rps": ("1/s", "higher"),
    "p50_ms": ("ms", "lower"),
    "p99_ms": ("ms", "lower"),
}
_AGAINST_FIRST = ("rps", "p50_ms", "p99_ms")


def of_contenders(samples: Samples, groups: Iterable[Group]) -> list[Figure]:
    """For each contender: processor time, requests per second and latencies, the last three also
    against the first of its group, which is bare Envoy."""
    figures: list[Figure] = []
    for group in groups:
        first = group.contenders[0].name
        for name in (contender.name for contender in group.contenders):
            for measure, (unit, better) in _MEASURES.items():
                values = [value for (value,) in in_rounds(samples, measure, name)]
                figures.append(figure(f"{name}_{measure}", values, unit, better))
            for measure in _AGAINST_FIRST if name != first else ():
                against = ratios(samples, measure, name, first)
                what = f"{name}_{measure.removesuffix('_ms')}_vs_bare"
                figures.append(figure(what, against, "ratio", _MEASURES[measure][1]))
    return figures
