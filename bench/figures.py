"""From samples to figures: each is worked out round by round, so that its spread is that of rounds,
and its value is their median."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from contenders import GROUPS
from needs import Needs
from rounds import Samples
from setting import Setting


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


def headline(samples: Samples) -> list[Figure]:
    """What is promised, and what it is made of. `…_vs_…` is the work done for the same processor
    time: 1 is as fast, less is slower; `…_vs_signature` is a cost in signatures."""

    def speed(name: str, one: str, other: str, goal: float | None = None) -> Figure:
        ratios = [b / a for a, b in _rounds(samples, "cpu_ms", one, other)]
        return _figure(name, ratios, "ratio", "higher", goal)

    def cost(one: str, without: str) -> list[float]:
        return [a - b for a, b in _rounds(samples, "cpu_ms", one, without)]

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
        _figure("claim_hook_rs256_vs_signature", in_signatures, "ratio", "lower", 1.5),
        *(_figure(name, values, "ms", "lower") for name, values in costs.items()),
    ]


def of_the_filter(setting: Setting, needs: Needs) -> list[Figure]:
    """What it takes to have the filter at all: time to start, size, memory."""
    bare, ours = setting.bare, setting.ours
    base = statistics.median(bare.start_ms)
    size = needs.filter.stat().st_size / 1024
    return [
        _figure("filter_load_ms", [one - base for one in ours.start_ms], "ms", "lower"),
        _figure("filter_wasm_kib", [size], "KiB", "lower"),
        _figure("memory_bare_mib", [bare.memory_mib], "MiB", "lower"),
        _figure("memory_bare_loaded_mib", [bare.memory_loaded_mib], "MiB", "lower"),
        _figure("memory_ours_mib", [ours.memory_mib], "MiB", "lower"),
        _figure("memory_ours_loaded_mib", [ours.memory_loaded_mib], "MiB", "lower"),
    ]


#: What is taken from the samples of each contender, in which unit, and which is better.
_MEASURES = {
    "cpu_ms": ("ms", "lower"),
    "busy": ("of a core", "higher"),
    "rps": ("1/s", "higher"),
    "p50_ms": ("ms", "lower"),
    "p99_ms": ("ms", "lower"),
}
_AGAINST_BARE = ("rps", "p50_ms", "p99_ms")


def of_contenders(samples: Samples) -> list[Figure]:
    """For each contender: processor time, requests per second and latencies, the last three also
    against bare Envoy on the same request."""
    figures: list[Figure] = []
    for group in GROUPS:
        bare = group.contenders[0].name
        for name in (contender.name for contender in group.contenders):
            for measure, (unit, better) in _MEASURES.items():
                values = [value for (value,) in _rounds(samples, measure, name)]
                figures.append(_figure(f"{name}_{measure}", values, unit, better))
            for measure in _AGAINST_BARE if name != bare else ():
                ratios = [a / b for a, b in _rounds(samples, measure, name, bare)]
                what = f"{name}_{measure.removesuffix('_ms')}_vs_bare"
                figures.append(_figure(what, ratios, "ratio", _MEASURES[measure][1]))
    return figures


def _rounds(samples: Samples, measure: str, *names: str) -> Iterable[tuple[float, ...]]:
    """`measure` of each of the contenders `names`, round by round."""
    read = attrgetter(measure)
    return zip(*([read(sample) for sample in samples[name]] for name in names), strict=True)


def _figure(
    name: str, values: list[float], unit: str, better: str, goal: float | None = None
) -> Figure:
    quartiles = statistics.quantiles(values, n=4, method="inclusive") if values[1:] else values * 3
    spread = (quartiles[0], quartiles[-1])
    return Figure(name, statistics.median(values), unit, spread, goal, better)
