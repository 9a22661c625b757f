"""Where a number or a rule comes from, and how far that was checked.

Every source stands once, in `references.bib`, with the reason it is cited for and how
the statement was seen. Read on first use.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from trustsim.arguments import listed, text
from trustsim.errors import TrustsimError, nearest

SEEN = {
    "verified": "seen in stored text of the source, mostly the abstract or first page",
    "recalled": "from memory: check before printing",
    "computed": "computed by us from verified figures",
    "hypothesis": "no direct test is known to us",
}
"""The four grades of a statement, each with its meaning."""

_CONTAINERS = ("journal", "booktitle", "publisher", "howpublished")

_ENTRY = re.compile(r"^@[a-z]+\{([a-z][a-z0-9]*),\n(?:  .*\n)*\}", re.MULTILINE)
_FIELD = re.compile(r"^  ([a-z]+) = \{(.+)\},$", re.MULTILINE)


class Reference(NamedTuple):
    """One source and the statement it is cited for."""

    key: str
    text: str
    """The citation, ready to print."""
    seen: str
    """How the statement was seen: one of `SEEN`."""
    note: str
    """The statement: what the source is cited for."""
    url: str
    """Where to look, or nothing."""
    bibtex: str
    """The entry as it stands in `references.bib`."""


def reference(key: str) -> Reference:
    """One source by its key, such as "slovic1993".

    Parameters
    ----------
    key : str
        As in `references.bib`: author and year.

    Returns
    -------
    Reference
        The citation, what it is cited for, and how that was seen.

    Raises
    ------
    TrustsimError
        No source has that key; the message suggests the nearest.

    Examples
    --------
    >>> reference("slovic1993").text
    'Slovic, P. (1993). Perceived risk, trust, and democracy. Risk Analysis 13:675-682.'
    >>> reference("slovic1993").seen
    'recalled'
    """
    known = references()
    if key not in known:
        raise TrustsimError(
            f"no reference has the key `{key}`.{nearest(key, known)} "
            "`trustsim cite` lists them all; a new one goes into references.bib."
        )
    return known[key]


def cite(keys: Iterable[str]) -> str:
    """Print-ready bibliography: each source once, by author and year, with what it is cited for.

    Parameters
    ----------
    keys : iterable of str
        Keys of sources, such as "slovic1993", in any order.

    Returns
    -------
    str
        Two lines for each source.

    Raises
    ------
    TrustsimError
        No source has one of the keys; the message suggests the nearest.

    Examples
    --------
    >>> print(cite(["levinthal1991"]))
    Levinthal, D. A. (1991). Random walks and organizational mortality. \
Administrative Science Quarterly 36:397-420.
        [recalled] A random walk to a barrier already gives a hump-shaped hazard: \
the null model to beat.
    """
    wanted = list(keys) if isinstance(keys, Mapping) else listed(keys)
    for key in wanted:
        text("cite", "key", key, "of a source", TrustsimError)
    chosen = sorted({reference(key) for key in wanted}, key=lambda source: source.text)
    return "\n".join(f"{source.text}\n    [{source.seen}] {source.note}" for source in chosen)


@functools.cache
def references() -> dict[str, Reference]:
    """Every source by its key, in the order of the file."""
    from importlib.resources import files

    text = (files("trustsim") / "references.bib").read_text(encoding="utf-8")
    return parse(text)


def parse(text: str) -> dict[str, Reference]:
    """References in a BibTeX text of the form of `references.bib`: one field a line, in braces."""
    found = {}
    for entry in _ENTRY.finditer(text):
        fields = dict(_FIELD.findall(entry[0]))
        url = f"https://doi.org/{fields['doi']}" if "doi" in fields else fields.get("url", "")
        cited = _citation(fields), fields["seen"], fields["note"]
        found[entry[1]] = Reference(entry[1], *cited, url, entry[0])
    return found


def _citation(fields: dict[str, str]) -> str:
    """Author (year). Title. Container volume:pages."""
    place = next((fields[name] for name in _CONTAINERS if name in fields), "")
    if "volume" in fields:
        place += f" {fields['volume']}"
    if "pages" in fields:
        place += f":{fields['pages']}" if "volume" in fields else f", {fields['pages']}"
    title = fields["title"] if fields["title"].endswith("?") else f"{fields['title']}."
    text = f"{_authors(fields['author'])} ({fields['year']}). {title}"
    return f"{text} {place}." if place else text


def _authors(field: str) -> str:
    """Authors as printed: "A, B and C"; "others" becomes "et al."."""
    names = [name.strip("{}") for name in field.split(" and ")]
    if names[-1] == "others":
        return f"{', '.join(names[:-1])} et al."
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"
