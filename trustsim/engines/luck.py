"""The luck of one partnership, looked up by address: the same numbers as `rng.draw`.

What every month needs is drawn a few months at a time with NumPy (plain Python would take
most of a run's time over it); any other address is drawn when it is asked for.
"""

from __future__ import annotations

from itertools import combinations
from typing import TypeAlias

import numpy as np

from trustsim import rng
from trustsim.model.rules.numeric import bell

Address: TypeAlias = tuple[int, int, int]  # who, about whom, purpose
Draws: TypeAlias = tuple[float, float, float, float]

BEFORE_THE_FIRST_MONTH = 0
YEAR = 12  # months drawn at once: enough to be quick
LARGEST_BLOCK = 20_000  # draws made at once: small enough to be light


class Luck:
    """Uniform numbers in (0, 1) of one replicate, four at each address.

    regular: addresses that are asked for in every month.
    """

    def __init__(self, seed: int, replicate: int, regular: list[Address]) -> None:
        self.key = rng.key_of_seed(seed)
        self.replicate = replicate
        self.regular = regular
        self.block = max(1, min(YEAR, LARGEST_BLOCK // max(1, len(regular))))
        self._pages: dict[int, dict[Address, Draws]] = {}

    def page(self, month: int) -> dict[Address, Draws]:
        """All regular draws of a month, by address."""
        if month not in self._pages:
            self._pages = self._drawn(month)
        return self._pages[month]

    def draw(self, month: int, who: int, about: int, purpose: int) -> Draws:
        """Four uniform numbers at one address."""
        found = self.page(month).get((who, about, purpose)) if month > 0 else None
        if found is not None:
            return found
        numbers: Draws = rng.draw(*self.key, self.replicate, month, who, about, purpose)
        return numbers

    def deviate(self, who: int, about: int, purpose: int) -> float:
        """One bell-shaped number, settled before the first month: a person's or pair's nature."""
        return bell(*self.draw(BEFORE_THE_FIRST_MONTH, who, about, purpose))

    def _drawn(self, month: int) -> dict[int, dict[Address, Draws]]:
        months = np.arange(month, month + self.block, dtype=np.int64)
        who, about, purpose = np.array(self.regular, dtype=np.int64).reshape(-1, 3).T
        words = rng.draw(*self.key, self.replicate, months[:, None], who, about, purpose)
        rows = [word.tolist() for word in words]
        return {
            month + nth: dict(zip(self.regular, zip(*four, strict=True), strict=True))
            for nth, four in enumerate(zip(*rows, strict=True))
        }


def regular_addresses(seats: int, each: int) -> list[Address]:
    """Addresses that are asked for in every month, with that many people at each seat."""
    persons = seats * each
    strangers = [(i, j) for i in range(persons) for j in range((i // each + 1) * each, persons)]
    return [
        *((i, j, purpose) for purpose in (rng.MEETING, rng.REPLY) for i, j in strangers),
        *((i, 0, rng.TURNOVER) for i in range(persons)),
        *((a, 0, rng.EXIT) for a in range(seats)),
        *((0, about, rng.PARTNERSHIP) for about in (0, 1)),
        (0, 0, rng.CAPACITY),
        *((a, b, rng.ATTENTION) for a, b in combinations(range(seats), 2)),
    ]
