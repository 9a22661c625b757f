"""What every handout is put into: one file with its style, its pictures and a small script.

Nothing is asked from anywhere: a rule in the page itself (its Content-Security-Policy) forbids it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from trustsim.app.handouts.frames import DIGITS, ONE, TWO, Pieces
from trustsim.report.pieces import Markup, element, joined, page

ALONE = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">"
)
BEAT = 600
"""Milliseconds that a month lasts while the picture plays."""

Data = Mapping[str, Any]


def handout(
    title: str, *parts: object, kind: str, lead: object = "", footer: object = "",
    data: Data | None = None,
) -> str:  # fmt: skip
    """A whole handout.

    Parameters
    ----------
    title : str
        Title of the page.
    *parts : str or Markup
        What stands on it, one after another.
    kind : str
        story, lesson, sheet or index: how wide it is and how it prints.
    lead, footer : str or Markup, optional
        What stands below the title and at the end.
    data : mapping, optional
        What the script of the page needs; no script without it.
    """
    style = _asset("handout.css")
    script = Markup("") if data is None else _script(data)
    whole = page(title, *parts, script, lead=lead, footer=footer)
    # The template's own tags come before anything that a user has named.
    whole = whole.replace("<body>", f'<body class="{kind}">', 1)
    return whole.replace("</head>", f"{ALONE}\n<style>\n{style}</style>\n</head>", 1)


def drawn(pieces: Pieces, **data: Any) -> Data:
    """Data of a page with its table of pieces."""
    return {
        "pieces": pieces.table(),
        "digits": DIGITS,
        "one": ONE,
        "two": TWO,
        "beat": BEAT,
        **data,
    }


def in_script(data: Data) -> str:
    r"""Data as JSON that can't end the script it stands in.

    >>> in_script({"name": "</script><!--"})
    '{"name":"<\\/script>\\u003c!--"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("</", "<\\/").replace("<!", "\\u003c!")


def button(label: object, *, pressed: bool | None = None, **data: str) -> Markup:
    """A button; its data say what it does; pressed: one of several that can be."""
    named = {f"data-{name}": value for name, value in data.items()}
    state = {} if pressed is None else {"aria-pressed": str(pressed).lower()}
    return element("button", label, type="button", **named, **state)


def raw(html: str) -> Markup:
    """HTML that the pictures and words of the app are made of, taken as it is."""
    return Markup(html)


def box(name: str, *parts: object, **attributes: str) -> Markup:
    """A part of a page with a class."""
    return element("div", *parts, class_=name, **attributes)


def transport(months: list[int], at: int) -> Markup:
    """Buttons to step, play and rewind, and the months as a slider.

    at: place of the month that is shown first.
    """
    words = (("Start", "start"), ("Back", "back"), ("Play", "play"), ("Next", "next"),
             ("End", "end"))  # fmt: skip
    slider = Markup(
        f'<label class="month"><b>Month <span class="value">{months[at]}</span></b> of '
        f'{months[-1]}<input type="range" min="0" max="{len(months) - 1}" value="{at}" '
        f'aria-label="Month" aria-valuetext="month {months[at]}"></label>'
    )
    return box("transport", *(button(label, go=act) for label, act in words), slider)


def panel(name: object) -> Markup:
    """Where the script draws one life."""
    parts = [box("network"), box("timeline"), box("now")]
    return box("twin", *([element("h2", name)] if name else []), *parts)


def still(caption: object, picture: str, said: str) -> Markup:
    """One month of one life, for paper."""
    return element(
        "figure", raw(picture), element("figcaption", element("strong", caption), " ", raw(said))
    )


def _script(data: Data) -> Markup:
    held = f'<script type="application/json" id="handout">{in_script(data)}</script>'
    return joined(Markup(held), Markup(f"<script>\n{_asset('handout.js')}</script>"))


def _asset(name: str) -> str:
    return (files("trustsim.app.handouts") / name).read_text(encoding="utf-8")
