"""A hundred partnerships as two squares: the same place is the same partnership, lived twice."""

from __future__ import annotations

from trustsim.app import ink
from trustsim.app.fates import Fates
from trustsim.figures.style import PURPLE, SOOT

ROW, CELL, GAP = 10, 30.0, 26.0
HEAD = 30.0
SIDE = ROW * CELL


def hundred(found: Fates, names: tuple[str, str], which: int) -> str:
    """Where every pair stood after ten years; a frame marks those that ended differently.

    names: of the two fates; which: the partnership that is shown large, underlined.
    """
    ends = (found.ends(0), found.ends(1))
    parts = []
    for number, name in enumerate(names):
        left = number * (SIDE + GAP)
        parts.append(ink.text(left + SIDE / 2, 18, name, 17, weight=700))
        for nth, status in enumerate(ends[number]):
            x, y = left + CELL * (nth % ROW + 0.5), HEAD + CELL * (nth // ROW + 0.5)
            changed = number == 1 and status != ends[0][nth]
            parts.append(_cell(x, y, status, nth, changed=changed, shown=nth == which))
    high = HEAD + CELL * -(-found.case.pairs // ROW)
    return ink.svg(2 * SIDE + GAP, high, description(found, names), parts, "hundred")


def description(found: Fates, names: tuple[str, str]) -> str:
    """The picture in words."""
    said = []
    for number, name in enumerate(names):
        counts = found.counts(number)
        shown = ", ".join(f"{count} {ink.STATUS_WORDS[one]}" for one, count in counts.items())
        said.append(f"{name}: {shown}")
    return f"After ten years. {'; '.join(said)}. {found.different()} ended differently."


def _cell(x: float, y: float, status: str, nth: int, *, changed: bool, shown: bool) -> str:
    mark = ink.status_mark(x, y, status, 9)
    if changed:
        mark = (
            f'<rect x="{x - 13:.1f}" y="{y - 13:.1f}" width="26" height="26" rx="5" fill="none" '
            f'stroke="{PURPLE}" stroke-width="2"/>{mark}'
        )
    if shown:
        mark += ink.line(x - 13, y + 14.5, x + 13, y + 14.5, SOOT, 3.5)
    title = f"partnership {nth + 1}: {ink.STATUS_WORDS[status]}"
    return f'<g class="fate {status}"><title>{title}</title>{mark}</g>'
