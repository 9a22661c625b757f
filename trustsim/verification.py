"""Does this installation compute what it should? The theory checks, for `trustsim verify`.

The same comparisons stand in tests/, with more cases; these few need no checkout.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from trustsim import rng, theory
from trustsim.scenarios.files import scenario
from trustsim.scenarios.interventions import CATALOG
from trustsim.scenarios.scenario import Scenario
from trustsim.scenarios.settings import SETTINGS
from trustsim.simulation import simulate

if TYPE_CHECKING:
    import pandas as pd

SEED = 2024
ROUNDING = 1e-12
ERRORS = 4.9  # standard errors: false-alarm rate 1e-6 a check

PUBLISHED = (
    ((0, 0), (0, 0, 0, 0), 0x6627E8D5),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF,) * 4, 0x408F276D),
    (
        (0xA4093822, 0x299F31D0),
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        0xD16CFE09,
    ),
)
"""Key, counter and first word of the known-answer vectors of Random123 (salmon2011)."""

ALONE: Mapping[str, float] = {
    "organisations": 2, "people": 1, "tiers": 1, "trait_spread": 0, "may_exit": 0,
    "history": 0.5, "history_spread": 0, "history_depth": 2, "goodwill": 0, "disposition": 0.5,
    "tenure": 1200, "turnover_frustration": 0, "meetings": 60, "attention_floor": 1,
    "prior_weight": 4, "prior_drift": 0, "evidence_kept": 0.9, "depth_repair": 0, "hearsay": 0,
    "misreading": 0, "breach_rate": 0, "willingness": 10, "willingness_trust": 30,
    "willingness_collaboration": 30, "willingness_frustration": 0, "collaboration": 1,
    "command": 0, "delivery_floor": 1, "process_focus": 0.5, "routine_growth": 0.1,
    "routine_decay": 0.05, "institutionalising": 0, "pressure": 0.6, "pace": 16, "ratchet": 0,
    "outside_hazard": 0, "exit_option": 0, "exit_frustration": 0, "vote_rate": 0,
    "sponsor_stop": 0, "quorum": 0, "exit_memory": 0, "refill": 0,
}  # fmt: skip
"""Two people who always meet and keep every promise; all else is still."""


class Check(NamedTuple):
    """One comparison: what, what it should be, what it was, and how far apart they may be."""

    check: str
    expected: float
    got: float
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether the two are as close as they should be."""
        return abs(self.got - self.expected) <= self.tolerance


def verify(*, quick: bool = True) -> pd.DataFrame:
    """Check the installed package against closed forms, published numbers and its other engine.

    Parameters
    ----------
    quick : bool
        True: a few seconds, once the kernel is compiled. False: ten times as many partnerships.

    Returns
    -------
    DataFrame
        A row for each check: check, expected, got, tolerance, passed. A check whose expected value
        is 0 counts numbers that differ.

    Examples
    --------
    >>> bool(verify().passed.all())
    True
    """
    import pandas as pd

    scale = 1 if quick else 10
    checks = [check for family in FAMILIES for check in family(scale)]
    rows = [(*check, check.passed) for check in checks]
    return pd.DataFrame(rows, columns=[*Check._fields, "passed"])


def published_words(scale: int) -> Iterator[Check]:
    """The random number generator against its published vectors."""
    for key, counter, word in PUBLISHED:
        got = rng.philox(*key, *counter)[0]
        yield Check(f"Philox4x32-10, counter {counter[0]:08x}", word, got, 0.0)


def stocks_along_closed_paths(scale: int) -> Iterator[Check]:
    """Trust, routines and expectation of two people whom nothing disturbs, after 60 months."""
    found = simulate(Scenario("alone", ALONE), replicates=20, months=60, seed=SEED, record="months")
    stayed = found.runs.replicate[found.runs.departures == 0]
    last = found.months[found.months.replicate.isin(stayed) & (found.months.month == 60)]
    trust = theory.trust_under_steady_news(
        60, good_news=1.0, bad_news=0.0, good_at_start=1.0, bad_at_start=1.0, kept=0.9,
        prior=0.5, prior_weight=4.0,
    )  # fmt: skip
    routines = theory.routines_after(60, start=0.0, practice=1.0, growth=0.1, decay=0.05)
    expected = theory.level_after(60, start=0.0, target=0.6, rate=1.0 / 16.0)
    for name, column, value in (
        ("trust under steady news", "mean_trust", trust),
        ("routines under steady practice", "routines", routines),
        ("expectation of the sponsor", "expectation", expected),
    ):
        yield Check(name, float(value), float(last[column].mean()), ROUNDING)


def leaving_at_constant_hazards(scale: int) -> Iterator[Check]:
    """Exits and departures at constant hazards, against geometric survival."""
    count = 2000 * scale
    leaving = {**ALONE, "may_exit": 1, "outside_hazard": 0.02, "tenure": 25}
    runs = simulate(Scenario("leaving", leaving), replicates=count, months=36, seed=SEED).runs
    alive = float(theory.geometric_survival(36, theory.hazard_of_any(0.02, 2)))
    survived = 1.0 - float(runs.dissolved.mean())
    yield Check("survival at 36 months", alive, survived, _error(alive, count))
    served = float(runs.person_months.sum())
    rate = float(runs.departures.sum()) / served
    yield Check("departures a month in post", 1.0 / 25.0, rate, _error(1.0 / 25.0, served))


def zero_doses(scale: int) -> Iterator[Check]:
    """Every intervention at dose zero, all at once, in every setting: no number may differ."""
    nothing = [definition(dose=0) for definition in CATALOG.values()]
    for name in SETTINGS:
        plain = _numbers(name, 10 * scale)
        dosed = _numbers(scenario(name) + nothing, 10 * scale)
        yield Check(f"zero dose is absence: {name}", 0.0, _differing(plain, dosed), 0.0)


def workers_and_chunks(scale: int) -> Iterator[Check]:
    """However the work is divided, no number may differ."""
    whole = _numbers("voluntary", 40 * scale)
    parts = _numbers("voluntary", 40 * scale, chunk=7, workers=2)
    yield Check("chunks and threads change nothing", 0.0, _differing(whole, parts), 0.0)


def both_engines(scale: int) -> Iterator[Check]:
    """The agents and the compiled kernel must give the same bits."""
    for name in SETTINGS:
        compiled = _numbers(name, scale, months=24)
        agents = _numbers(name, scale, months=24, engine="mesa")
        yield Check(f"both engines agree: {name}", 0.0, _differing(compiled, agents), 0.0)


FAMILIES: tuple[Callable[[int], Iterator[Check]], ...] = (
    published_words,
    stocks_along_closed_paths,
    leaving_at_constant_hazards,
    zero_doses,
    workers_and_chunks,
    both_engines,
)
"""What `verify` checks, in order."""


def _numbers(
    chosen: Scenario | str, replicates: int, *, months: int = 60, **options: Any
) -> list[np.ndarray]:
    found = simulate(
        chosen, replicates=replicates, months=months, seed=SEED, record="months", **options
    )
    return [
        table.to_numpy(dtype=np.float64, na_value=np.nan)
        for table in (
            found.runs.drop(columns=["status", "cause"]),
            found.months.drop(columns="status"),
            found.occupancy,
        )
    ]


def _differing(one: list[np.ndarray], other: list[np.ndarray]) -> float:
    """How many numbers differ; all of them where the shapes do."""
    count = 0
    for left, right in zip(one, other, strict=True):
        if left.shape != right.shape:
            count += max(left.size, right.size)
        else:
            count += int(np.sum(~np.isclose(left, right, rtol=0, atol=0, equal_nan=True)))
    return float(count)


def _error(share: float, count: float) -> float:
    return ERRORS * math.sqrt(share * (1.0 - share) / count)
