"""Pieces of a self-contained page: paragraph, table, figure, section, list of sources, page.

Plain text given to any piece is escaped; only `Markup`, which pieces return, is taken as it is.
So a scenario called `<script>` is a scenario with a funny name and nothing else.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING

from trustsim.citations import Reference, reference

if TYPE_CHECKING:
    import pandas as pd

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def escaped(text: object) -> Markup:
    """Any text made safe to stand in HTML; markup stays as it is.

    >>> escaped("<b> & so on")
    '&lt;b&gt; &amp; so on'
    """
    return text if isinstance(text, Markup) else Markup(html.escape(str(text)))


def joined(*parts: object) -> Markup:
    """Parts one after another, text escaped."""
    return Markup("".join(escaped(part) for part in parts))


def element(tag: str, *parts: object, **attributes: str) -> Markup:
    """An HTML element; `class_` stands for the attribute class.

    >>> element("p", "1 < 2", class_="note")
    '<p class="note">1 &lt; 2</p>'
    """
    written = "".join(
        f' {name.rstrip("_")}="{html.escape(value)}"' for name, value in attributes.items()
    )
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
    data: pd.DataFrame,
    *,
    caption: object = "",
    names: Mapping[str, str] | None = None,
    forms: Mapping[str, Callable[[object], str]] | None = None,
) -> Markup:
    """A table from a data frame.

    Parameters
    ----------
    data : pandas.DataFrame
        What to show. Cells may be `Markup`, in columns of dtype object: pandas' text columns
        make plain text of it.
    caption : str, optional
        Stands above it.
    names : mapping of str to str, optional
        Headings in place of column names.
    forms : mapping of str to function, optional
        How to write the cells of a column, in place of `plain_number`.
    """
    names, forms = names or {}, forms or {}
    heads = (element("th", names.get(name, name), scope="col") for name in map(str, data.columns))
    write = [forms.get(str(name), plain_number) for name in data.columns]
    rows = []
    for values in data.itertuples(index=False, name=None):
        cells = []
        for form, value in zip(write, values, strict=True):
            text = value if isinstance(value, Markup) else form(value)
            side = "text" if isinstance(value, str) else "number"
            cells.append(element("td", text, class_=side))
        rows.append(element("tr", *cells))
    head = [element("caption", caption)] if caption else []
    return element(
        "div",
        element("table", *head, element("thead", element("tr", *heads)), element("tbody", *rows)),
        class_="wide",
    )


def figure(png: bytes, *, caption: object, alternative: str) -> Markup:
    """A picture within the page, with its caption and what to read where it can't be seen."""
    data = base64.b64encode(png).decode("ascii")
    image = Markup(f'<img src="data:image/png;base64,{data}" alt="{html.escape(alternative)}">')
    return element("figure", image, element("figcaption", caption))


def unbroken(text: str) -> Markup:
    """Text in which no line breaks between a number and what it counts, nor within an interval.

    >>> unbroken("by year 3 5.0 % (4 to 6)").replace(NO_BREAK, "_")
    'by year_3 5.0_% (4_to_6)'
    """
    together = r"\([\d.,]+ to [\d.,]+\)|[\d.,]+ %|\b(?:year|month) \d+"
    return escaped(re.sub(together, lambda found: found[0].replace(" ", NO_BREAK), text))


class Sources:
    """Sources of a page, numbered as they are first mentioned.

    >>> sources = Sources()
    >>> sources.mark("slovic1993")
    '<a class="source" href="#source-1">[1]</a>'
    >>> len(sources.listed()) > 0
    True
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def mark(self, *keys: str) -> Markup:
        """Links to the entries of these sources; a key that is no reference is left out."""
        links = []
        for key in keys:
            number = self._numbers.setdefault(key, len(self._numbers) + 1)
            links.append(element("a", f"[{number}]", class_="source", href=f"#source-{number}"))
        return Markup("".join(links))

    def listed(self) -> Markup:
        """All sources mentioned, in the order of their numbers."""
        entries = [_entry(reference(key), number) for key, number in self._numbers.items()]
        return element("ol", *entries, class_="sources")


def _entry(source: Reference, number: int) -> Markup:
    where = element("a", source.url, href=source.url) if source.url.startswith("http") else ""
    note = element("span", f"Cited for ({source.seen}): {source.note}", class_="note")
    return element("li", source.text, " ", where, " ", note, id=f"source-{number}")


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
    template = (files("trustsim.report") / "template.html").read_text(encoding="utf-8")
    filled = {"title": title, "lead": lead, "body": joined(*parts), "footer": footer}
    # One pass: what is filled in is never looked at again, whatever it contains.
    return re.sub(r"\{\{(\w+)\}\}", lambda found: str(escaped(filled[found[1]])), template)


def plain_number(value: object) -> str:
    """A cell of a table: three significant digits, missing values as a dash.

    >>> plain_number(0.12345), plain_number(1234.5), plain_number(7), plain_number(None)
    ('0.123', '1,234', '7', '\N{EN DASH}')
    """
    if value is None or type(value).__name__ == "NAType" or value != value:
        return "\N{EN DASH}"
    if isinstance(value, str) or type(value).__name__ in ("bool", "bool_"):
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    if number == int(number):
        text = f"{int(number):,}"
    else:
        text = f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"
    return text.replace("-", MINUS, 1)


def percent(value: object) -> str:
    """A share as a percentage with one decimal.

    >>> percent(0.1234), percent(0.0)
    ('12.3 %', '0.0 %')
    """
    number = float(value)  # type: ignore[arg-type]
    return "\N{EN DASH}" if number != number else f"{100 * number:.1f} %"
