"""A part of the benchmark: what it is run with, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import figures
from contest import Contest, Group
from figures import Figure
from needs import Needs
from rounds import Plan, Samples, measure


@dataclass(frozen=True)
class Run:
    """With what a part is run."""

    needs: Needs
    #: For its files.
    folder: Path
    plan: Plan
    #: Whether it only has to show that it works.
    quick: bool
    progress: Callable[[str], None]

    def measured(
        self,
        contest: Contest,
        seconds: float | None = None,
        latency_seconds: float | None = None,
        pause_ms: int | None = None,
        connections: int | None = None,
    ) -> Samples:
        """The samples of `contest`, by the plan, with other times for it unless it is quick."""
        connections = connections or self.plan.connections
        plan = replace(self.plan, pause_ms=pause_ms, connections=connections)
        if not self.quick:
            plan = replace(
                plan,
                seconds=seconds or plan.seconds,
                latency_seconds=latency_seconds or plan.latency_seconds,
            )
        return measure(contest, self.needs, plan, self.progress)


@dataclass(frozen=True)
class Outcome:
    """What a part found out."""

    headline: list[Figure]
    groups: tuple[Group, ...]
    contenders: list[Figure]

    @staticmethod
    def of(headline: Sequence[Figure], contest: Contest, samples: Samples) -> Outcome:
        """The figures that count, and those of each contender."""
        return Outcome(
            list(headline), contest.groups, figures.of_contenders(samples, contest.groups)
        )
