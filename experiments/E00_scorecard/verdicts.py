"""The rule by which an interval passes or fails, and a fact with it."""

from __future__ import annotations

import math
from collections.abc import Collection

PASSES, FAILS, CANNOT_SAY, SILENT = "passes", "fails", "cannot say", "does not speak"
VERDICTS = (PASSES, FAILS, CANNOT_SAY, SILENT)
"""In the order of tables; a model that lacks what a fact is about does not speak to it."""


def verdict(low: float, high: float, band: tuple[float, float]) -> str:
    """Whether a 95 % interval lies inside an open band, outside it, or neither for sure.

    An interval that is not known says nothing.

    >>> verdict(0.1, 0.2, (0.0, 0.3)), verdict(0.4, 0.5, (0.0, 0.3)), verdict(0.2, 0.4, (0.0, 0.3))
    ('passes', 'fails', 'cannot say')
    >>> verdict(0.0, 0.0, (0.0, math.inf)), verdict(math.nan, 1.0, (0.0, math.inf))
    ('fails', 'cannot say')
    """
    floor, ceiling = band
    if math.isnan(low) or math.isnan(high):
        return CANNOT_SAY
    if low > floor and high < ceiling:
        return PASSES
    if high <= floor or low >= ceiling:
        return FAILS
    return CANNOT_SAY


def verdict_of_all(verdicts: Collection[str]) -> str:
    """The verdict on a fact from those on its measures: as bad as the worst of them.

    One that fails fails the fact. A fact of which a model can answer a part only has no answer
    from it: it does not speak to the fact, unless the part that it answers fails.

    >>> verdict_of_all(["passes", "cannot say"]), verdict_of_all(["passes", "fails"])
    ('cannot say', 'fails')
    """
    for worst in (FAILS, SILENT, CANNOT_SAY):
        if worst in verdicts:
            return worst
    return PASSES if verdicts else SILENT
