"""Errors for people: where, what, got, allowed and meaning, next step.

Everything that a user can cause is one of these. The command line prints it as one line, without a
traceback, and exits with code 2.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class TrustsimError(Exception):
    """Anything that trustsim refuses, with a message a person can act on."""


class ParameterError(TrustsimError, ValueError):
    """A parameter's name or value is not one the model knows."""


class ScenarioError(TrustsimError, ValueError):
    """A scenario, its file or its interventions do not make sense."""


class StudyError(TrustsimError, ValueError):
    """A study, its file or its folder of results does not make sense."""


class OutputError(TrustsimError, OSError):
    """A folder or file can't be written, or holds something that would be lost."""


class ResourceError(TrustsimError, MemoryError):
    """The work asked for does not fit in this machine."""


class MissingExtraError(TrustsimError, ImportError):
    """Something needs a package that trustsim does not install by itself."""


def refusal(where: str, what: str, got: object, allowed: str, next_step: str) -> str:
    """The five parts of an error as one line.

    Parameters
    ----------
    where : str
        The call, file or command.
    what : str
        The argument, parameter or column.
    got : object
        Its value; shortened if it is long.
    allowed : str
        What would be allowed, and what it means.
    next_step : str
        What to do now, as a sentence.

    Examples
    --------
    >>> refusal("simulate", "months", 0, "must be a whole number in [1, 120]", "Give another.")
    'simulate, months = 0: must be a whole number in [1, 120]. Give another.'
    """
    shown = _short(got if isinstance(got, str) else _written(got))
    place = where if len(where) <= 300 else f"...{where[-297:]}"
    line = f"{place}, {_short(what)} = {shown}: {allowed}. {next_step}".replace("\n", " ")
    # Other control characters would move the cursor of a terminal or break the line there.
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)


def _short(text: str) -> str:
    """Its beginning, if it is long."""
    return text if len(text) <= 80 else text[:77] + "..."


def _written(got: object) -> str:
    """What Python writes for it; its type where it can't (a number of a million digits)."""
    try:
        return repr(got)
    except Exception:
        return f"some {type(got).__name__}"


def plain_name(name: str) -> str:
    """A name without what people vary: capitals, hyphens and spaces.

    >>> plain_name(" Away-Day")
    'away_day'
    """
    return str(name).strip().casefold().replace("-", "_").replace(" ", "_")


def nearest(name: str, known: Iterable[str]) -> str:
    """Phrase that suggests the nearest known name, or nothing.

    >>> nearest("Away-Day", ["charter", "away_day"])
    ' Did you mean `away_day`?'
    """
    plain = {plain_name(one): one for one in known}
    found = difflib.get_close_matches(plain_name(name), list(plain), n=1, cutoff=0.6)
    return f" Did you mean `{plain[found[0]]}`?" if found else ""
