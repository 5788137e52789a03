"""What our filter costs an Envoy, against bare Envoy and against what else could do its work.

    .venv/bin/python bench/bench.py                 eight minutes; writes target/bench.json
    .venv/bin/python bench/bench.py --quick         does it work at all; the numbers say little
    .venv/bin/python bench/bench.py --only peers    a part of it; writes target/bench-peers.json

Everything runs on 127.0.0.1. How it is measured, and what the names mean, is described in
docs/performance.md. The exit code is 0 when everything was measured, whether goals are met or not.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable
from pathlib import Path

import needs
from needs import ROOT, TARGET, Needs

DOCS = ROOT / "docs/performance.md"
#: The parts, in their order, each a module with a function `run`.
PARTS = ("traffic", "hooks", "relay", "many", "peers")


def main() -> None:
    """Reads the command line, and runs."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one short round, marked as such")
    parser.add_argument("--only", metavar="PART", nargs="+", choices=PARTS, help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds that count [5; quick: 1]")
    parser.add_argument("--seed", type=int, metavar="N", default=1, help="of the order [1]")
    parser.add_argument("--docs", action="store_true", help=f"fill the tables of {DOCS.name} too")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the figures go")
    needs.add_options(parser)
    options = parser.parse_args()
    if options.rounds is not None and options.rounds < 1:
        parser.error(f"expected one round or more, found --rounds {options.rounds}")
    parts = [part for part in PARTS if part in (options.only or PARTS)]
    found = needs.check(options, parts)
    # Ended by Ctrl-C or by SIGTERM, it ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    marks = (options.only and parts or []) + (["quick"] if options.quick else [])
    output = options.output or TARGET / f"{'-'.join(['bench', *marks])}.json"
    try:
        run(found, parts, options.quick, options.rounds, options.seed, output, options.docs)
    except KeyboardInterrupt:
        sys.exit(130)


def run(
    found: Needs,
    parts: list[str],
    quick: bool,
    rounds: int | None,
    seed: int,
    output: Path,
    docs: bool,
) -> None:
    """Measures, prints, writes `output`, and into the documentation if `docs`."""
    # These need a package that `needs.check` looks for.
    import importlib

    import report
    import stage
    from load import LoadFailed
    from part import Outcome, Run
    from program import ProgramFailed
    from project import LehFailed
    from rounds import Plan
    from tokens import WrongAnswer

    if quick:
        plan = Plan(rounds or 1, seconds=0.3, latency_seconds=0.1, connections=16, seed=seed)
    else:
        plan = Plan(rounds or 5, seconds=0.8, latency_seconds=0.2, connections=16, seed=seed)
    print("QUICK RUN, not a measurement" if quick else "What the filter costs Envoy")
    warn_of_noise()
    outcomes: list[Outcome] = []
    try:
        with tempfile.TemporaryDirectory(prefix="lifecycle-hooks-bench-") as name:
            folder = Path(name)
            with stage.set_up(found, folder) as on:
                version = on.platform.version()
                print(f"Envoy {version} on core {found.measured_cores[0]}, one worker;")
                print(plan.description(), flush=True)
                for part in parts:
                    (folder / part).mkdir()
                    with_what = Run(found, folder / part, plan, quick, progress_of(part))
                    outcome = importlib.import_module(part).run(with_what, on)
                    print(f"\n{report.contender_table(outcome.contenders, outcome.groups)}")
                    print(f"\n{report.figure_table(outcome.headline)}", flush=True)
                    outcomes.append(outcome)
    except (ProgramFailed, LoadFailed, WrongAnswer, LehFailed) as error:
        sys.exit(f"error: nothing was measured: {error}")
    headline = [figure for outcome in outcomes for figure in outcome.headline]
    contenders = [figure for outcome in outcomes for figure in outcome.contenders]
    report.write_json(output, headline + contenders)
    print(f"\nwritten: {output}")
    if docs:
        text = DOCS.read_text(encoding="utf-8")
        DOCS.write_text(report.fill_tables(text, headline), encoding="utf-8")
        print(f"written: {DOCS}")
    missed = [figure.name for figure in headline if figure.is_met() is False]
    print(f"goals missed: {', '.join(missed) or 'none'}")
    if quick:
        print("This was a quick run: it shows that the benchmark works, not how fast anything is.")


def warn_of_noise() -> None:
    """Says so when other work is running, which no number of rounds makes up for."""
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"warning: expected a quiet machine, found a load average of {load:.1f}: wait for")
        print("other programs to end, or do not trust small differences", flush=True)


def progress_of(part: str) -> Callable[[str], None]:
    """Where it is, on one line of a terminal; silent elsewhere."""

    def progress(text: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\x1b[K{part}: {text}", end="", file=sys.stderr, flush=True)

    return progress


if __name__ == "__main__":
    main()
