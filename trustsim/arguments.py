"""Checks of arguments: whole numbers, names, texts, paths, months, switches.

Every public call checks here before any work is done, so that a wrong argument gives one line for a
person and never an error of Python from somewhere inside. In all functions, `where` is the call,
`what` the argument, `meaning` what it stands for, and `kind` the error that is raised.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from trustsim.errors import ParameterError, TrustsimError, nearest, refusal

LONGEST = 12_000
"""Months that can be asked for: a thousand years."""

FORMULA = re.compile(r"\s*[=@]|\s*[+-].*[|!]", re.DOTALL)

Kind = type[TrustsimError]


def plain(value: Any) -> Any:
    """A scalar of NumPy as one of Python; anything else unchanged."""
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return value.item()
    return value


def plain_whole(value: Any) -> Any:
    """The same, and a float that is a whole number (12.0, 1e3) as an int.

    >>> plain_whole(1e3), plain_whole(2.5), plain_whole("3")
    (1000, 2.5, '3')
    """
    value = plain(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def whole(
    where: str,
    what: str,
    value: Any,
    low: int,
    high: int,
    meaning: str,
    kind: Kind = ParameterError,
) -> int:
    """The whole number as an int, if it lies within limits.

    >>> whole("simulate", "months", 12.0, 1, 120, "horizon")
    12
    """
    number = plain_whole(value)
    if isinstance(number, int) and not isinstance(number, bool) and low <= number <= high:
        return number
    allowed = f"must be a whole number in [{low}, {high}] ({meaning})"
    raise kind(refusal(where, what, value, allowed, "Give one in that range."))


def text(where: str, what: str, value: Any, meaning: str, kind: Kind = ParameterError) -> str:
    """The text, if it is one that is not empty and can be written to a file."""
    if isinstance(value, str) and value.strip() and _can_be_written(value):
        return str(value)
    allowed = f"must be text, not empty ({meaning})"
    raise kind(refusal(where, what, value, allowed, "Put it in quotes."))


def label(where: str, what: str, value: Any, meaning: str, kind: Kind = ParameterError) -> str:
    """The text, if it can also stand in a cell of a table that a spreadsheet opens.

    >>> label("study", "name", "+mandate", "an arm")
    '+mandate'
    """
    chosen = text(where, what, value, meaning, kind)
    if FORMULA.match(chosen):
        allowed = (
            "begins like a formula, which a spreadsheet would calculate, or a command it would run"
        )
        raise kind(refusal(where, what, value, allowed, "Begin it with a letter."))
    return chosen


def one_of(
    where: str, what: str, value: Any, known: Iterable[str], kind: Kind = ParameterError
) -> str:
    """The name, if it is one of those known."""
    names = list(known)
    if isinstance(value, str) and value in names:
        return str(value)
    step = f"Choose one of them.{nearest(value, names) if isinstance(value, str) else ''}"
    raise kind(refusal(where, what, value, f"must be one of {', '.join(names)}", step))


def expanded(written: str | os.PathLike[str]) -> Path:
    """The path with ~ or ~user at its beginning replaced by that home folder.

    Every path that a user gives goes through here, for a shell expands ~ only at the beginning of
    a word (not in --out=~/x), and Python and files not at all.
    """
    return Path(os.path.expanduser(written))


def path(where: str, what: str, value: Any, meaning: str, kind: Kind = ParameterError) -> Path:
    """The path, from text or a Path, with ~ replaced by the home folder."""
    written = os.fspath(value) if isinstance(value, str | os.PathLike) else ""
    if isinstance(written, str) and written and _can_be_written(written) and "\0" not in written:
        return expanded(written)
    step = "Pass text or a pathlib.Path."
    raise kind(refusal(where, what, value, f"must be a path, not empty ({meaning})", step))


def check_distinct(
    where: str, what: str, names: Iterable[str], kind: Kind = ParameterError
) -> None:
    """Refuse names that differ by capitals alone: some disks hold only one of the two."""
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            allowed = f"differs from {other!r} by capitals alone"
            raise kind(refusal(where, what, name, allowed, "Give one of them another name."))


def listed(value: Any) -> list[Any]:
    """The items of a list or the like; a list of the thing itself if it is not one (as text).

    >>> listed((1, 2)), listed("ab"), listed(None)
    ([1, 2], ['ab'], [None])
    """
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return [value]
    try:
        return list(value)
    except TypeError:  # an array without dimensions, which claims to be iterable
        return [value]


def months(where: str, value: Any, kind: Kind = ParameterError, what: str = "by") -> list[int]:
    """Months as a list of whole numbers.

    >>> months("attrition", (36, 60.0))
    [36, 60]
    """
    if not isinstance(value, Iterable):
        step = "Write them as a list, such as [36, 60]."
        raise kind(refusal(where, what, value, "must be a list of months", step))
    return [whole(where, what, one, 1, LONGEST, "a month", kind) for one in listed(value)]


def mapping(
    where: str, what: str, value: Any, meaning: str, kind: Kind = ParameterError
) -> dict[Any, Any]:
    """A copy of the mapping; an empty one for None."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return dict(value)
    step = f"Write it as a dict: {meaning}."
    raise kind(refusal(where, what, value, "must be a mapping by name", step))


def switch(where: str, what: str, value: Any, kind: Kind = ParameterError) -> bool:
    """The value, if it is True or False: the text "no" would count as true."""
    chosen = plain(value)
    if isinstance(chosen, bool):
        return chosen
    raise kind(refusal(where, what, value, "must be True or False", "Write one of the two."))


def check_crew(where: str, executor: Any, progress: Any, kind: Kind = ParameterError) -> None:
    """Refuse what can't be used as an executor or as a function that reports progress."""
    if executor is not None and not callable(getattr(executor, "submit", None)):
        allowed = "must be a concurrent.futures.Executor"
        step = "Pass a pool of processes or of threads, or leave it out."
        raise kind(refusal(where, "executor", executor, allowed, step))
    if progress is not None and not callable(progress):
        allowed = "must be a function, called with the number of partnerships just done"
        raise kind(refusal(where, "progress", progress, allowed, "Leave it out, or pass one."))


def _can_be_written(written: str) -> bool:
    try:
        written.encode()
    except UnicodeEncodeError:
        return False
    return True
