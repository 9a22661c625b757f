"""What a page is put together from: words, buttons, sliders."""

from __future__ import annotations

from collections.abc import Callable

import reacton.ipyvuetify as v
import solara


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
        label, on_click=act, classes=["chosen" if chosen else "plain"], attributes=attributes
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
    made = v.Slider(
        label=label, v_model=value, min=low, max=high, step=step, dense=True, hide_details=True,
        on_v_model=follow,
    )  # fmt: skip
    v.use_event(made, "change", lambda _widget, _event, data: let_go(float(data)))
