"""A repeated dilemma that one may leave: how many defections to forgive before going.

A small exact model of the question of Phelan, Arend and Seale, not of their tournament, whose field
of strategies the abstract does not give. One player cooperates until the partner has defected k
times and then takes an outside payoff for the rest of the game. The partner is loyal, and defects
only by mistake, or is an exploiter, who always defects.

Reference for the file: phelan2005.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

REWARD, SUCKER = 3.0, 0.0
"""Payoffs a period of mutual cooperation, and of being exploited; mutual defection would pay 1."""

CHANCES = tuple(range(1, 9))
"""Defections at which a player leaves: 1 forgives none, 2 gives a second chance."""

NEVER = 10**6
"""A player who never leaves."""


class Game(NamedTuple):
    """What is at stake.

    outside: payoff a period to one who has left, in (1, 3); mistake: chance that a loyal partner
    defects; loyal: share of such partners; periods: length of the game.
    """

    outside: float
    mistake: float
    loyal: float
    periods: int


def payoff(chances: int, game: Game) -> float:
    """Mean payoff a period to a player who leaves at the k-th defection.

    >>> payoff(1, Game(outside=2.0, mistake=0.0, loyal=0.5, periods=10))
    2.4
    """
    loyal = _against(chances, game, game.mistake)
    exploiter = _against(chances, game, 1.0)
    return (game.loyal * loyal + (1.0 - game.loyal) * exploiter) / game.periods


def best_chances(game: Game, tried: Sequence[int] = (*CHANCES, NEVER)) -> int:
    """The k that pays most, the smallest where several pay the same; `NEVER` if staying does.

    >>> best_chances(Game(outside=1.5, mistake=0.0, loyal=0.5, periods=20))
    1
    """
    return max(tried, key=lambda k: (payoff(k, game), -k))


def _against(chances: int, game: Game, defects: float) -> float:
    """Summed payoff against a partner who defects with this chance in every period."""
    stage = (1.0 - defects) * REWARD + defects * SUCKER
    if chances >= NEVER:
        return stage * game.periods
    # counts[d]: chance of having seen d defections and of being there still
    counts = [1.0] + [0.0] * (chances - 1)
    total = 0.0
    for _ in range(game.periods):
        there = sum(counts)
        total += there * stage + (1.0 - there) * game.outside
        counts = [
            counts[d] * (1.0 - defects) + (counts[d - 1] * defects if d else 0.0)
            for d in range(chances)
        ]
    return total
