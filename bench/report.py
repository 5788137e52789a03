"""The tables that a person reads, and the file that programs read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from contest import Group
from figures import Figure

_CONTENDER = "  {:<34}{:>8}{:>8}{:>9}{:>7}{:>9}{:>8}{:>9}{:>8}"
_HEAD = ("", "req/s", "x bare", "CPU us", "busy", "p50 ms", "x bare", "p99 ms", "x bare")
_FIGURE = "  {:<32}{:>10} {:<6} {:<20} {}"


def contender_table(figures: list[Figure], groups: Iterable[Group]) -> str:
    """Each contender in its group: medians, and the median ratios to the first one."""
    values = {figure.name: figure.value for figure in figures}
    lines: list[str] = []
    for group in groups:
        lines += ["", group.title, _CONTENDER.format(*_HEAD)]
        for contender in group.contenders:
            name = contender.name
            ratios = {
                member: f"{values.get(f'{name}_{member}_vs_bare', 1):.2f}"
                for member in ("rps", "p50", "p99")
            }
            lines.append(
                _CONTENDER.format(
                    contender.title,
                    f"{values[f'{name}_rps']:.0f}",
                    ratios["rps"],
                    f"{values[f'{name}_cpu_ms'] * 1e3:.1f}",
                    f"{values[f'{name}_busy']:.0%}",
                    f"{values[f'{name}_p50_ms']:.3f}",
                    ratios["p50"],
                    f"{values[f'{name}_p99_ms']:.3f}",
                    ratios["p99"],
                )
            )
    return "\n".join(lines[1:])


def figure_table(figures: list[Figure]) -> str:
    """The figures with their spreads, and how they stand to their goals."""
    lines = [_FIGURE.format("", "median", "", "middle half", "goal")]
    for figure in figures:
        low, high = (_shown(end) for end in figure.spread)
        spread = "" if low == high else f"{low} … {high}"
        row = (figure.name, _shown(figure.value), figure.unit, spread, _goal(figure))
        lines.append(_FIGURE.format(*row).rstrip())
    return "\n".join(lines)


def fill_tables(document: str, figures: list[Figure]) -> str:
    """`document` with what was measured in the last cell of each table row whose first cell names a
    figure, or several with commas between."""
    shown = {figure.name: _with_spread(figure) for figure in figures}

    def filled(row: re.Match[str]) -> str:
        names = re.findall(r"`(\w+)`", row[1])
        if not all(name in shown for name in names):
            return row[0]
        return f"{row[1]}{row[2]}| {', '.join(shown[name] for name in names)} |"

    return re.sub(r"^(\| `\w+`(?:, `\w+`)* )(.*)\|[^|\n]*\|$", filled, document, flags=re.MULTILINE)


def _with_spread(figure: Figure) -> str:
    low, high = (_rounded(end) for end in figure.spread)
    return _rounded(figure.value) + ("" if low == high else f" ({low} … {high})")


def _rounded(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def write_json(path: Path, figures: list[Figure]) -> None:
    """An array of `{name, value, unit, spread, goal, better}`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "name": figure.name,
            "value": round(figure.value, 6),
            "unit": figure.unit,
            "spread": [round(end, 6) for end in figure.spread],
            "goal": figure.goal,
            "better": figure.better,
        }
        for figure in figures
    ]
    path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    sign = "≥" if figure.better == "higher" else "≤"
    return f"{sign} {figure.goal:g}: {'met' if figure.is_met() else 'MISSED'}"


def _shown(value: float) -> str:
    """Four figures, but never fewer than the whole number has."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"
