"""The living picture: organisations, people, ties by trust, acts as they happen; a timeline."""

from __future__ import annotations

import math
from collections import Counter

from trustsim.app import ink
from trustsim.app.living import Deed, Happening, Life, Moment
from trustsim.figures.style import BLUE, DARK, GREEN, ORANGE, PALE, PURPLE, SOOT, VERMILION

SIDE, RING = 400.0, 152.0
MIDDLE = SIDE / 2
LOW, HIGH = 0.4, 0.15  # below it: little trust; so far above what counts: much
Place = tuple[float, float]

TIES = (
    ("little trust", VERMILION, 1.6, "1.5 4"),
    ("some", ORANGE, 2.2, "7 4"),
    ("enough to count", BLUE, 2.8, ""),
    ("much", BLUE, 6.0, ""),
)
"""Kinds of ties: name, colour, width, dash."""


def tie_kind(trust: float, counts: float) -> int:
    """Which of `TIES` a mutual trust is; counts: from where it makes a partnership mature."""
    return sum(trust >= bound for bound in (min(LOW, counts), counts, min(counts + HIGH, 0.95)))


def network(life: Life, month: int) -> str:
    """The partnership in a month, with everything done in it."""
    moment = life.at(month)
    before = life.at(month - 1) if month else moment
    counts = life.scenario.values()["breadth_threshold"]
    places = _places(len(moment.names))
    parts = [
        _tie(places, pair, trust, counts)
        for pair, trust in sorted(moment.trust.items(), key=lambda item: item[1])
    ]
    if moment.month == month:
        parts += [
            _coordinator(places, pair) for pair in sorted(moment.attended) if pair[0] < pair[1]
        ]
        parts += _deeds(places, moment.deeds)
    for seat, name in enumerate(moment.names):
        came = moment.month == month and set(moment.people[seat]) - set(before.people[seat])
        parts.append(_organisation(places[seat], seat, name, moment.people[seat], set(came or ())))
    if moment.status == "dissolved":
        parts.append(
            f'<rect x="95" y="{MIDDLE - 24}" width="210" height="48" rx="8" fill="{SOOT}"/>'
            + ink.text(MIDDLE, MIDDLE + 7, f"dissolved, month {moment.month}", 20, colour=ink.WHITE)
        )
    return ink.svg(SIDE, SIDE, description(moment), parts, "network")


def description(moment: Moment) -> str:
    """The picture in words."""
    here = sum(bool(name) for name in moment.names)
    deeds = Counter(deed.action for deed in moment.deeds)
    done = ", ".join(f"{ink.ACTION_WORDS[name]} {count}" for name, count in deeds.most_common())
    return (
        f"Month {moment.month}: {here} organisations, mean trust {moment.mean_trust:.2f}, "
        f"{ink.STATUS_WORDS[moment.status]}. {f'Done: {done}.' if done else ''}"
    ).strip()


def _places(seats: int) -> list[Place]:
    turns = [2 * math.pi * seat / seats - math.pi / 2 for seat in range(seats)]
    return [(MIDDLE + RING * math.cos(turn), MIDDLE + RING * math.sin(turn)) for turn in turns]


def _tie(places: list[Place], pair: tuple[int, int], trust: float, counts: float) -> str:
    name, colour, width, dash = TIES[tie_kind(trust, counts)]
    drawn = ink.line(*places[pair[0]], *places[pair[1]], colour, width, dash)
    return f'<g class="tie" data-trust="{trust:.4f}"><title>{name}: {trust:.2f}</title>{drawn}</g>'


def _organisation(
    place: Place, seat: int, name: str, people: tuple[str, ...], came: set[str]
) -> str:
    x, y = place
    if not name:
        return ink.circle(x, y, 20, ink.WHITE, PALE, 1.5, "3 3") + ink.text(
            x, y + 5, "left", 13, colour=DARK
        )
    size = 20 if len(name) < 3 else 13
    parts = [ink.circle(x, y, 20, ink.WHITE, SOOT, 2)]
    parts.append(ink.text(x, y + 0.35 * size, name, size, weight=700))
    away = math.atan2(y - MIDDLE, x - MIDDLE)
    for nth, person in enumerate(people):
        turn = away + 0.42 * (nth - (len(people) - 1) / 2)
        px, py = x + 34 * math.cos(turn), y + 34 * math.sin(turn)
        new = person in came
        dot = ink.circle(px, py, 7, ink.WHITE if new else DARK, PURPLE if new else "none", 3)
        parts.append(f"<g><title>{person}{' (new)' if new else ''}</title>{dot}</g>")
    return f'<g class="organisation">{"".join(parts)}</g>'


def _coordinator(places: list[Place], pair: tuple[int, int]) -> str:
    (x1, y1), (x2, y2) = places[pair[0]], places[pair[1]]
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    about = "the coordinator looks after these two"
    return (
        f"<g><title>{about}</title>{ink.line(x1, y1, x2, y2, PURPLE, 1.5, '2 3')}"
        f"{ink.diamond(x, y, 15, PURPLE, SOOT)}{ink.text(x, y + 5, 'C', 14, weight=700)}</g>"
    )


def _deeds(places: list[Place], deeds: tuple[Deed, ...]) -> list[str]:
    """Each act on its way from who did it; the worst are drawn last, so that they are seen."""
    parts, nth = [], Counter[tuple[int, int]]()
    worst = list(ink.ACTION_WORDS)
    for deed in sorted(deeds, key=lambda one: worst.index(one.action)):
        (x1, y1), (x2, y2) = places[deed.actor], places[deed.towards]
        length = math.hypot(x2 - x1, y2 - y1)
        gone = min((34 + 11 * nth[deed.actor, deed.towards]) / length, 0.48)
        nth[deed.actor, deed.towards] += 1
        # A little to the left of the line, so that two ways do not meet.
        x = x1 + gone * (x2 - x1) + 4 * (y2 - y1) / length
        y = y1 + gone * (y2 - y1) - 4 * (x2 - x1) / length
        mark = ink.action_mark(x, y, deed.action)
        if deed.as_read == "self-serving":
            mark += ink.circle(x, y, 6.5, "none", VERMILION, 1.2)
        parts.append(
            f'<g class="deed" style="--x:{x1 - x:.0f}px;--y:{y1 - y:.0f}px">'
            f"<title>{ink.ACTION_WORDS[deed.action]}, read {deed.as_read}</title>{mark}</g>"
        )
    return parts


WIDE, TALL, LEFT, TOP, FOOT = 420.0, 150.0, 38.0, 34.0, 24.0
EVENTS = {
    "intervention started": ("lever", 6),
    "incident": ("breach", 6),
    "member left": ("member", 5),
    "matured": ("mature", 7),
    "dissolved": ("dissolved", 7),
}


def timeline(life: Life, month: int) -> str:
    """Trust and maturity so far, and what befell the partnership."""

    def x(when: float) -> float:
        return LEFT + (WIDE - LEFT - 10) * when / life.horizon

    def y(share: float) -> float:
        return TOP + (TALL - TOP - FOOT) * (1 - share)

    end = x(life.horizon)
    parts = [ink.line(LEFT, y(share), end, y(share), PALE, 0.7) for share in (0, 0.5, 1)]
    parts += [ink.text(LEFT - 5, y(share) + 4, f"{share:g}", 11, anchor="end") for share in (0, 1)]
    parts += [ink.text(x(12 * year), TALL - 8, f"{year}", 11) for year in _years(life.horizon)]
    parts.append(ink.text(LEFT - 5, TALL - 8, "year", 11, anchor="end"))
    lived = life.until(month)
    trust = [(x(one.month), y(one.mean_trust)) for one in lived]
    mature = [(x(one.month), y(float(one.numbers.get("maturity", 0)))) for one in lived[1:]]
    parts += [_course(trust, BLUE, ""), _course(mature, GREEN, "6 3")]
    events = "".join(_event(x(one.month), one) for one in life.happenings(month))
    parts.append(f'<g class="events">{events}</g>')
    last = lived[-1]
    parts.append(ink.line(x(last.month), TOP - 4, x(last.month), TALL - FOOT, SOOT, 1.5))
    label = f"Timeline to month {last.month}: trust {last.mean_trust:.2f}. " + " ".join(
        f"Month {one.month}: {one.event}." for one in life.happenings(month)[-4:]
    )
    return ink.svg(WIDE, TALL, label, parts, "timeline")


def _years(months: int) -> range:
    """Years that are marked on an axis of so many months: at most seven."""
    years = months // 12
    return range(
        0, years + 1, next(step for step in (1, 2, 5, 10, 20, 50, 200) if years <= 6 * step)
    )


def _course(points: list[Place], colour: str, dash: str) -> str:
    if len(points) < 2:
        return ""
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    pattern = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2.5"{pattern}/>'
    )


def _event(x: float, one: Happening) -> str:
    if one.event.startswith("key person"):
        kind, size = "person", 3
    elif one.event in EVENTS:
        kind, size = EVENTS[one.event]
    else:
        return ""
    about = f"<title>month {one.month}: {one.event}, {one.who} {one.detail}</title>"
    y = TOP - 14.0
    if kind == "person":
        mark = ink.line(x, TALL - FOOT, x, TALL - FOOT - 7, DARK, 1.6)
    elif kind == "lever":
        mark = ink.triangle(x, y, size, PURPLE)
    elif kind == "breach":
        mark = ink.action_mark(x, y, "breach", size - 1)
    elif kind == "member":
        mark = ink.triangle(x, y, size, SOOT, down=True)
    else:
        mark = ink.status_mark(x, y, kind, size)
    return f"<g>{about}{mark}</g>"
