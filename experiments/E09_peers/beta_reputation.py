"""Reputation as the mean of a beta distribution: good and bad news count the same.

Reference for the file: josang2002 (the form is recalled, not seen).
"""

from __future__ import annotations


def expectation(positive: float, negative: float) -> float:
    """Expected share of good conduct, in (0, 1), after so many good and bad ratings.

    ``(r + 1) / (r + s + 2)``: every rating counts once and is never forgotten; without any it is
    one half. Both >= 0.

    >>> expectation(6.0, 0.0)
    0.875
    """
    return (positive + 1.0) / (positive + negative + 2.0)
