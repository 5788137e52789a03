"""What our filter costs an Envoy, against bare Envoy and against what else it could run.

    .venv/bin/python bench/bench.py            five minutes; writes target/bench.json
    .venv/bin/python bench/bench.py --quick    does it work at all; the numbers say little

Everything runs on 127.0.0.1. How it is measured, and what the names mean, is described in
docs/performance.md. The exit code is 0 when everything was measured, whether goals are met or not.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path

import needs
from needs import TARGET, Needs


def main() -> None:
    """Reads the command line, and runs."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one short round, marked as such")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds that count [7; quick: 1]")
    parser.add_argument("--seed", type=int, metavar="N", default=1, help="of the order [1]")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the figures go")
    needs.add_options(parser)
    options = parser.parse_args()
    if options.rounds is not None and options.rounds < 1:
        parser.error(f"expected one round or more, found --rounds {options.rounds}")
    found = needs.check(options)
    # Ended by Ctrl-C or by SIGTERM, it ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    output = options.output or TARGET / ("bench-quick.json" if options.quick else "bench.json")
    try:
        run(found, options.quick, options.rounds, options.seed, output)
    except KeyboardInterrupt:
        sys.exit(130)


def run(found: Needs, quick: bool, rounds: int | None, seed: int, output: Path) -> None:
    """Measures, prints, writes `output`."""
    # These need a package that `needs.check` looks for.
    import figures
    import report
    from envoy import EnvoyFailed
    from load import LoadFailed
    from rounds import Plan, measure
    from setting import set_up
    from tokens import WrongAnswer

    if quick:
        plan = Plan(rounds or 1, seconds=0.3, latency_seconds=0.1, connections=16, seed=seed)
    else:
        plan = Plan(rounds or 7, seconds=1.0, latency_seconds=0.3, connections=16, seed=seed)
    starts, load_seconds = (1, 0.3) if quick else (5, 3.0)
    print("QUICK RUN, not a measurement" if quick else "What the filter costs Envoy")
    warn_of_noise()
    try:
        with tempfile.TemporaryDirectory(prefix="lifecycle-hooks-bench-") as folder:
            with set_up(found, Path(folder), starts, load_seconds) as setting:
                print(f"Envoy {setting.version} on core {found.measured_cores[0]}, one worker;")
                print(plan.description(), flush=True)
                samples = measure(setting, found, plan, progress)
    except (EnvoyFailed, LoadFailed, WrongAnswer, subprocess.CalledProcessError) as error:
        sys.exit(f"error: nothing was measured: {error}")
    headline = figures.headline(samples) + figures.of_the_filter(setting, found)
    contenders = figures.of_contenders(samples)
    report.write_json(output, headline + contenders)
    print(f"\n{report.contender_table(contenders)}\n\n{report.figure_table(headline)}")
    print(f"\nwritten: {output}")
    if quick:
        print("This was a quick run: it shows that the benchmark works, not how fast anything is.")


def warn_of_noise() -> None:
    """Says so when other work is running, which no number of rounds makes up for."""
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"warning: expected a quiet machine, found a load average of {load:.1f}: wait for")
        print("other programs to end, or do not trust small differences", flush=True)


def progress(text: str) -> None:
    """Where it is, on one line of a terminal; silent elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
