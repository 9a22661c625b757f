"""What every picture of the app is drawn with: SVG made of text, sharp at any size, no scripts."""

from __future__ import annotations

from html import escape

from trustsim.figures.style import BLUE, DARK, GREEN, ORANGE, PALE, SKY, SOOT, VERMILION

WHITE = "#FFFFFF"
STATUS_WORDS = {
    "mature": "mature",
    "forming": "still forming",
    "tokenistic": "a talking shop",
    "dissolved": "dissolved",
}
STATUS_COLOURS = {"mature": GREEN, "forming": SKY, "tokenistic": ORANGE, "dissolved": SOOT}


def svg(width: float, height: float, label: str, parts: list[str], name: str) -> str:
    """A picture with its description for those who listen."""
    return (
        f'<svg class="{name}" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escape(label, quote=True)}" xmlns="http://www.w3.org/2000/svg" '
        f'preserveAspectRatio="xMidYMid meet">{"".join(parts)}</svg>'
    )


def text(
    x: float, y: float, words: str, size: float = 13, *, anchor: str = "middle",
    colour: str = SOOT, weight: int = 400,
) -> str:  # fmt: skip
    """Words at a place."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" '
        f'fill="{colour}" font-weight="{weight}">{escape(words)}</text>'
    )


def line(
    x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1, dash: str = ""
) -> str:
    """A straight line."""
    pattern = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width:g}"{pattern}/>'
    )


def circle(
    x: float, y: float, radius: float, fill: str, stroke: str = "none", width: float = 1,
    dash: str = "",
) -> str:  # fmt: skip
    """A circle."""
    pattern = f' stroke-dasharray="{dash}"' if dash else ""
    edge = "" if stroke == "none" else f' stroke="{stroke}" stroke-width="{width:g}"{pattern}'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}"{edge}/>'


def square(x: float, y: float, half: float, fill: str, stroke: str = "none") -> str:
    """A square around a point."""
    return (
        f'<rect x="{x - half:.1f}" y="{y - half:.1f}" width="{2 * half:g}" height="{2 * half:g}" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="1.2"/>'
    )


def path(points: list[tuple[float, float]], fill: str, stroke: str = "none") -> str:
    """A closed shape through points."""
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{joined}" fill="{fill}" stroke="{stroke}" stroke-width="1.2"/>'


def diamond(x: float, y: float, half: float, fill: str, stroke: str = "none") -> str:
    """A square on its corner."""
    return path([(x, y - half), (x + half, y), (x, y + half), (x - half, y)], fill, stroke)


def triangle(x: float, y: float, half: float, fill: str, *, down: bool = False) -> str:
    """A triangle around a point."""
    up = -half if down else half
    return path([(x, y - up), (x + half, y + up), (x - half, y + up)], fill)


def cross(x: float, y: float, half: float, colour: str, width: float = 2.2) -> str:
    """An X."""
    return line(x - half, y - half, x + half, y + half, colour, width) + line(
        x - half, y + half, x + half, y - half, colour, width
    )


def status_mark(x: float, y: float, status: str, size: float = 7) -> str:
    """The sign of a status: a shape as well as a colour."""
    colour = STATUS_COLOURS[status]
    if status == "mature":
        return circle(x, y, size, colour)
    if status == "forming":
        return circle(x, y, size - 1.5, WHITE, colour, 3)
    if status == "tokenistic":
        return diamond(x, y, size, colour, DARK)
    return cross(x, y, size - 2, colour, 2.6)


ACTION_WORDS = {
    "cooperate": "promise kept",
    "fail": "promise not kept",
    "challenge": "open disagreement",
    "comply": "done because ordered",
    "withdraw": "sat there silently",
    "control": "set conditions",
    "undercut": "undercut",
    "breach": "broke their word",
}
"""What the app calls each action."""


def action_mark(x: float, y: float, action: str, size: float = 4) -> str:
    """The sign of an action: a shape as well as a colour."""
    if action == "cooperate":
        return circle(x, y, size, BLUE, WHITE)
    if action == "fail":
        return circle(x, y, size - 0.5, WHITE, DARK, 1.4)
    if action == "challenge":
        return triangle(x, y, size, GREEN)
    if action == "comply":
        return square(x, y, size - 0.8, PALE, DARK)
    if action == "withdraw":
        return square(x, y, size - 0.8, WHITE, DARK)
    if action == "control":
        return diamond(x, y, size + 0.5, ORANGE, DARK)
    if action == "undercut":
        return cross(x, y, size - 0.5, VERMILION)
    return circle(x, y, size + 2, WHITE, VERMILION, 1.6) + cross(x, y, size - 0.5, VERMILION)
