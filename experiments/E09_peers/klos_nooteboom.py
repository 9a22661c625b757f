"""Trust out of loyalty: the form of Klos and Nooteboom, without their market.

Only the curve is here: who makes or breaks a tie in their model, and at what profit, can't be told
from the abstract. Reference for the file: klos2001 (the curve is recalled, with moderate
confidence; that trust grows with loyalty is in the abstract).
"""

from __future__ import annotations

from collections.abc import Iterable


def trust_after_loyalty(periods: float, *, base: float, speed: float) -> float:
    """Trust in [0, 1] in a partner who has stayed for so many periods on end.

    ``base + (1 - base) (1 - 1 / (1 + speed (x - 1)))``: `base` in the first period (x = 1), then
    ever more slowly towards 1. base, speed in [0, 1].

    >>> trust_after_loyalty(3.0, base=0.5, speed=0.5)
    0.75
    """
    # Written so that the first period gives the base to the bit.
    return base + (1.0 - base) * (1.0 - 1.0 / (1.0 + speed * (periods - 1.0)))


def trust_along(stays: Iterable[bool], *, base: float, speed: float) -> list[float]:
    """Trust after each period in which the partner stayed or left; a break starts it again.

    >>> trust_along([True, True, False, True], base=0.5, speed=1.0)
    [0.5, 0.75, 0.5, 0.5]
    """
    levels, length = [], 0
    for stayed in stays:
        length = length + 1 if stayed else 0
        levels.append(trust_after_loyalty(max(length, 1), base=base, speed=speed))
    return levels
