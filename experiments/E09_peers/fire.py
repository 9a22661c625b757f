"""Whom to choose in an open market: four sources of trust together, or one of them alone.

A small market in the spirit of FIRE, from its abstract and what is remembered of its weights: an
ordering can be held against it, numbers can't. Consumers choose among providers of hidden quality
in rounds; in every round some providers are replaced by newcomers nobody knows, and once half of
them are. What a consumer may go by: its own dealings (interaction), its acquaintances' (witness),
what the provider shows of its best (certified), and what is usual for its kind (role).

Reference for the file: huynh2006.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

SOURCES = {"interaction": 2.0, "role": 2.0, "witness": 1.0, "certified": 0.5}
"""The four sources, and how much each weighs where all are used (recalled from the paper)."""

STRATEGIES = {"all four": tuple(SOURCES), **{name: (name,) for name in SOURCES}, "none": ()}
"""Which sources a market's consumers go by."""

CONSUMERS, PROVIDERS, ACQUAINTANCES, OFFERS = 40, 100, 4, 10
ROUNDS, CHANGE = 160, 100  # the great replacement comes before this round, counted from 0
REPLACED, REPLACED_AT_CHANGE = 0.02, 0.5  # share of providers, each round and once
KINDS = (0.6, 0.1, -0.5)  # mean quality of good, ordinary and bad providers
LOOKS_ITS_KIND = 0.6  # share whose role tells their kind; the others' is drawn at random
SPREAD_OF_QUALITY, SPREAD_OF_SERVICE = 0.2, 0.3
REMEMBERED = 0.98  # of a rating, a round later
SHOWN = 5  # ratings that a provider shows, its best
EXPLORES = 0.1


class Market:
    """Providers, and what consumers know of them; one strategy, one world of luck."""

    def __init__(self, sources: tuple[str, ...], seed: int) -> None:
        self.sources = sources
        # Providers and noise come from streams of their own: markets of one seed meet the same.
        self.world = np.random.default_rng([seed, 0])
        self.choosing = np.random.default_rng([seed, 1])
        self.quality = np.zeros(PROVIDERS)
        self.role = np.zeros(PROVIDERS, dtype=np.int64)
        self.rated = np.zeros((CONSUMERS, PROVIDERS))
        self.weight = np.zeros((CONSUMERS, PROVIDERS))
        self.best = np.full((PROVIDERS, SHOWN), np.nan)
        self.known = np.zeros((CONSUMERS, CONSUMERS))
        for consumer in range(CONSUMERS):
            others = np.delete(np.arange(CONSUMERS), consumer)
            self.known[consumer, self.world.choice(others, ACQUAINTANCES, replace=False)] = 1.0
        self._enter(np.ones(PROVIDERS, dtype=bool))

    def round(self, number: int) -> float:
        """Mean utility to a consumer of one round; then ratings age and newcomers come."""
        believed = self.believed()
        offers = np.argsort(self.world.random((CONSUMERS, PROVIDERS)), axis=1)[:, :OFFERS]
        service = self.world.normal(0.0, SPREAD_OF_SERVICE, (CONSUMERS, PROVIDERS))
        # A hair of luck decides between equals, so that an unknown first offer is not favoured.
        view = np.take_along_axis(believed, offers, axis=1)
        view = view + 1e-9 * self.choosing.random(view.shape)
        tries = self.choosing.random(CONSUMERS) < EXPLORES
        pick = np.where(
            tries, self.choosing.integers(0, OFFERS, CONSUMERS), np.argmax(view, axis=1)
        )
        who = np.arange(CONSUMERS)
        chosen = offers[who, pick]
        utility = np.clip(self.quality[chosen] + service[who, chosen], -1.0, 1.0)
        self.rated *= REMEMBERED
        self.weight *= REMEMBERED
        self.rated[who, chosen] += utility
        self.weight[who, chosen] += 1.0
        for provider, value in zip(chosen, utility, strict=True):
            self._show(int(provider), float(value))
        share = REPLACED_AT_CHANGE if number + 1 == CHANGE else REPLACED
        self._enter(self.world.random(PROVIDERS) < share)
        return float(utility.mean())

    def believed(self) -> Floats:
        """Expected utility of each provider to each consumer: sources by weight and reliability."""
        top = np.zeros((CONSUMERS, PROVIDERS))
        bottom = np.zeros((CONSUMERS, PROVIDERS))
        for name in self.sources:
            value, reliability = getattr(self, f"_{name}")()
            top += SOURCES[name] * reliability * value
            bottom += SOURCES[name] * reliability
        return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)

    def _interaction(self) -> tuple[Floats, Floats]:
        return _mean(self.rated, self.weight), _reliable(self.weight)

    def _witness(self) -> tuple[Floats, Floats]:
        heard, weight = self.known @ self.rated, self.known @ self.weight
        return _mean(heard, weight), _reliable(weight)

    def _certified(self) -> tuple[Floats, Floats]:
        shown = np.isfinite(self.best).sum(axis=1).astype(float)
        value = _mean(np.nansum(self.best, axis=1), shown)
        return np.tile(value, (CONSUMERS, 1)), np.tile(_reliable(shown), (CONSUMERS, 1))

    def _role(self) -> tuple[Floats, Floats]:
        usual = LOOKS_ITS_KIND * np.array(KINDS) + (1 - LOOKS_ITS_KIND) * np.mean(KINDS)
        value = np.tile(usual[self.role], (CONSUMERS, 1))
        return value, np.full((CONSUMERS, PROVIDERS), 0.5)

    def _show(self, provider: int, value: float) -> None:
        kept = np.append(self.best[provider], value)
        self.best[provider] = -np.sort(-kept)[:SHOWN]  # missing ones sort to the end

    def _enter(self, new: npt.NDArray[np.bool_]) -> None:
        kind = self.world.integers(0, len(KINDS), PROVIDERS)
        quality = np.array(KINDS)[kind] + self.world.normal(0.0, SPREAD_OF_QUALITY, PROVIDERS)
        honest = self.world.random(PROVIDERS) < LOOKS_ITS_KIND
        role = np.where(honest, kind, self.world.integers(0, len(KINDS), PROVIDERS))
        self.quality[new], self.role[new] = quality[new], role[new]
        self.rated[:, new] = self.weight[:, new] = 0.0
        self.best[new] = np.nan


class Utilities(NamedTuple):
    """Mean utility of one market, in [-1, 1], over four stretches.

    whole: all rounds after the twentieth; before: the 20 rounds before the change; after: the 5
    after it; later: the last 20.
    """

    whole: float
    before: float
    after: float
    later: float


def utilities(strategy: str, seed: int) -> Utilities:
    """How consumers of one strategy fare in one world; utility of a choice in [-1, 1]."""
    market = Market(STRATEGIES[strategy], seed)
    path = np.array([market.round(number) for number in range(ROUNDS)])
    return Utilities(
        float(path[20:].mean()),
        float(path[CHANGE - 20 : CHANGE].mean()),
        float(path[CHANGE : CHANGE + 5].mean()),
        float(path[ROUNDS - 20 :].mean()),
    )


def compared(worlds: int, *, seed: int) -> pd.DataFrame:
    """Every strategy in the same worlds: strategy, world, then the columns of `Utilities`."""
    import pandas as pd

    rows = [
        {"strategy": strategy, "world": world, **utilities(strategy, seed + world)._asdict()}
        for strategy in STRATEGIES
        for world in range(worlds)
    ]
    return pd.DataFrame(rows)


def _mean(total: Floats, weight: Floats) -> Floats:
    return np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)


def _reliable(weight: Floats) -> Floats:
    return np.asarray(1.0 - np.exp(-weight))
