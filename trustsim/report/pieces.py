"""Pieces of a self-contained page: templates filled in, paragraph, table, figure, section, sources.

Plain text given to any piece is escaped. Only `Markup`, which the pieces return, is taken as it is:
a scenario called `<script>` has a funny name and nothing else.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup as Markup  # for those who compose pages
from markupsafe import escape

from trustsim.catalogue import GRADES
from trustsim.citations import Reference, reference
from trustsim.report.words import counted, plain_number, spoken

if TYPE_CHECKING:
    import pandas as pd

TEMPLATES = Environment(
    loader=PackageLoader("trustsim.report"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def rendered(template: str, **values: Any) -> Markup:
    """A template of this package with these values filled in; text is escaped."""
    return Markup(TEMPLATES.get_template(template).render(values))


def joined(*parts: object) -> Markup:
    """Parts one after another, text escaped.

    >>> joined("<b>", Markup("<i>"))
    Markup('&lt;b&gt;<i>')
    """
    return Markup("").join(parts)  # type: ignore[arg-type]


def element(tag: str, *parts: object, **attributes: str) -> Markup:
    """An HTML element; `class_` stands for the attribute class.

    >>> element("p", "1 < 2", class_="note")
    Markup('<p class="note">1 &lt; 2</p>')
    """
    written = "".join(f' {name.rstrip("_")}="{escape(text)}"' for name, text in attributes.items())
    return Markup(f"<{tag}{written}>{joined(*parts)}</{tag}>")


def paragraph(*parts: object) -> Markup:
    """A paragraph."""
    return element("p", *parts)


def bullets(items: Iterable[object], *, class_: str = "plain") -> Markup:
    """An unordered list."""
    return element("ul", *(element("li", item) for item in items), class_=class_)


def code(text: str) -> Markup:
    """Text to be typed, as a block."""
    return element("pre", element("code", text))


def folded(summary: str, *parts: object) -> Markup:
    """Something long that opens with a click (and stays out of print until opened)."""
    return element("details", element("summary", summary), *parts)


def section(title: str, *parts: object) -> Markup:
    """A titled part of a page; its title can be linked to."""
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return element("section", element("h2", title), *parts, id=name)


def table(
    data: pd.DataFrame | Sequence[Mapping[str, object]],
    *,
    caption: object = "",
    names: Mapping[str, str] | None = None,
    forms: Mapping[str, Callable[[object], str]] | None = None,
) -> Markup:
    """A table for reading.

    Parameters
    ----------
    data : pandas.DataFrame or sequence of mapping
        What to show, or its rows. Cells may be `Markup`; in a data frame only in columns of dtype
        object, as pandas' text columns make plain text of it.
    caption : str, optional
        Stands above it.
    names : mapping of str to str, optional
        Headings in place of column names.
    forms : mapping of str to function, optional
        How to write the cells of a column, in place of `plain_number`.
    """
    names, forms = names or {}, forms or {}
    if isinstance(data, Sequence):
        columns, cells = list(data[0]) if data else [], [tuple(row.values()) for row in data]
    else:
        columns = [str(name) for name in data.columns]
        cells = list(data.itertuples(index=False, name=None))
    heads = [names.get(name, name) for name in columns]
    write = [forms.get(name, plain_number) for name in columns]
    rows = [
        [
            (
                "text" if isinstance(value, str) else "number",
                value if isinstance(value, Markup) else form(value),
            )
            for form, value in zip(write, values, strict=True)
        ]
        for values in cells
    ]
    return rendered("table.html", heads=heads, rows=rows, caption=caption)


def figure(png: bytes, *, caption: object, alternative: str) -> Markup:
    """A picture within the page, with its caption and what to read where it can't be seen."""
    address = f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
    image = Markup('<img src="{}" alt="{}">').format(address, alternative)
    return element("figure", image, element("figcaption", caption))


class Sources:
    """Sources of a page, numbered as they are first mentioned.

    >>> sources = Sources()
    >>> sources.mark("slovic1993")
    Markup('<a class="source" href="#source-1">[1]</a>')
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def mark(self, *keys: str) -> Markup:
        """Links to the entries of these sources."""
        numbers = [self._numbers.setdefault(key, len(self._numbers) + 1) for key in keys]
        return joined(
            *(element("a", f"[{n}]", class_="source", href=f"#source-{n}") for n in numbers)
        )

    def numbered(self) -> list[tuple[int, Reference]]:
        """All sources mentioned, in the order of their numbers."""
        return [(number, reference(key)) for key, number in self._numbers.items()]


def sources_section(sources: Sources) -> Markup:
    """Every source that the page mentions, numbered; place it last."""
    return rendered("sources.html", sources=sources)


def page(title: str, *parts: object, lead: object = "", footer: object = "") -> str:
    """A whole page as one file that needs no other: pictures and style are within it.

    Parameters
    ----------
    title : str
        Title of the page.
    *parts : str or Markup
        Sections, one after another.
    lead, footer : str or Markup, optional
        What stands below the title and at the end.
    """
    body = joined(*parts)
    return str(rendered("page.html", title=title, body=body, lead=lead, footer=footer))


def in_two_lines(text: str) -> Markup:
    """An estimate, and its interval below it."""
    estimate, bracket, bounds = text.partition(" (")
    if not bracket:
        return escape(spoken(text))
    return joined(spoken(estimate), Markup("<br>"), spoken(f"({bounds}"))


def may_break(name: str) -> Markup:
    """A name that may go on in the next line after a comma or a colon, as typed arms have them.

    >>> may_break("mandate:start=12,months=24")
    Markup('mandate:<wbr>start=12,<wbr>months=24')
    """
    return Markup("<wbr>").join(re.split("(?<=[:,])", name))


TEMPLATES.filters |= {"counted": counted, "in_paragraph": paragraph, "spoken": spoken}
TEMPLATES.globals["grades_of_sources"] = [(one, GRADES[one]) for one in ("verified", "recalled")]
