"""What a page is put together from: words, buttons, sliders."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import reacton.ipyvuetify as v
import solara

LOG = logging.getLogger(__name__)
Given = ParamSpec("Given")

NOT_DONE = (
    "That did not work. It is our mistake, not yours. Everything else still does: try another "
    "button or lever, or load the page again; the terminal in which the app runs tells more."
)
trouble: solara.Reactive[str] = solara.reactive("")
"""What to tell a reader of the last thing done; Solara keeps one for each reader."""


def minded(act: Callable[Given, object]) -> Callable[Given, None]:
    """What a button or lever does; if it fails, the reader is told in a sentence."""

    @wraps(act)
    def tried(*given: Given.args, **named: Given.kwargs) -> None:
        try:
            act(*given, **named)
        except Exception:
            LOG.exception("something that was pressed or moved failed")
            trouble.value = NOT_DONE
        else:
            trouble.value = ""

    return tried


def html(tag: str, inside: str, name: str = "", role: str = "") -> None:
    """HTML in a tag, with a class and a role for those who listen; escaped by the caller."""
    attributes = {"role": role} if role else {}
    solara.HTML(tag=tag, unsafe_innerHTML=inside, classes=[name] if name else [],
                attributes=attributes)  # fmt: skip


def button(
    label: str,
    act: Callable[[], None],
    *,
    chosen: bool = False,
    pressed: bool | None = None,
    current: bool = False,
) -> None:
    """A button; pressed: one of several that can be, current: where the reader is."""
    attributes = {}
    if pressed is not None:
        attributes["aria-pressed"] = str(pressed).lower()
    if current:
        attributes["aria-current"] = "page"
    solara.Button(
        label,
        on_click=minded(act),
        classes=["chosen" if chosen else "plain"],
        attributes=attributes,
    )


def slider(
    label: str,
    value: float,
    limits: tuple[float, float, float],
    follow: Callable[[float], None],
    let_go: Callable[[float], None],
) -> None:
    """A slider within limits and a step: `follow` while it moves, `let_go` where it is left."""
    low, high, step = limits

    def sent(act: Callable[[float], None]) -> Callable[[object], None]:
        # The value comes over the wire, so it may be anything.
        def taken(value: object) -> None:
            if isinstance(value, int | float) and low <= value <= high:
                act(float(value))

        return minded(taken)

    made = v.Slider(
        label=label, v_model=value, min=low, max=high, step=step, dense=True, hide_details=True,
        on_v_model=sent(follow),
    )  # fmt: skip
    left = sent(let_go)
    v.use_event(made, "change", lambda _widget, _event, data: left(data))


def chooser(
    label: str, options: tuple[tuple[str, str], ...], value: str, choose: Callable[[str], None]
) -> None:
    """One of several names; options: each with what it is called."""

    def taken(name: object) -> None:
        for known, _ in options:
            if name == known:
                choose(known)

    v.Select(
        label=label,
        items=[{"text": called, "value": name} for name, called in options],
        v_model=value,
        on_v_model=minded(taken),
        outlined=True,
        dense=True,
        hide_details=True,
    )
