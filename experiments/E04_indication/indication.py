"""Confounding by indication: what reaching for a silver bullet seems to do, and what it does.

Partnerships reach when they are frustrated, and the frustrated do badly anyway. Here the truth is
known (the same partnerships, kept from reaching), so the ways of estimating it can be judged:
a naive comparison, and a sequence of nested target trials (Hernán & Robins 2016) with weights for
the chance of being treated. Trials are analysed by intention to treat: the untreated of a month
may reach later, so their truth is "reach now" against "not now, perhaps later".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from E04_indication.trials import Trials, effect_on_treated, trials_of

from trustsim.analysis.intervals import normal
from trustsim.analysis.tables import Floats, Integers, TableError, month_numbers
from trustsim.errors import ParameterError, refusal
from trustsim.scenarios.change import Change
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.scenario import Scenario
from trustsim.simulation import Runs, simulate

Menu = Intervention | Sequence[Intervention]

NAIVE, UNADJUSTED = "naive", "trials, unadjusted"
SEEN, EVERYTHING = "trials, adjusted for what is seen", "trials, adjusted for everything"
TRUE_NEVER, TRUE_NOT_NOW = "truth, against never", "truth, against not now"
EARLY, LATE = "truth, reached early", "truth, reached late"
METHODS = (NAIVE, UNADJUSTED, SEEN, EVERYTHING, TRUE_NOT_NOW, TRUE_NEVER, EARLY, LATE)
DIFFERENCES = (
    (NAIVE, TRUE_NEVER),
    *((method, TRUE_NOT_NOW) for method in (UNADJUSTED, SEEN, EVERYTHING)),
    (NAIVE, UNADJUSTED),
    (SEEN, UNADJUSTED),
    (EARLY, LATE),
)
"""Pairs of methods whose difference is reported: biases first."""

OUTCOMES = {
    "dissolved": "share of partnerships",
    "matured": "share of partnerships",
    "value": "value of full trust",
    "months alive": "months",
}
ONE_A_LIFE = 1200.0  # months of pause: the longest that the parameter allows


class Worlds(NamedTuple):
    """The same partnerships three times.

    reaching: with months; never: nobody reaches; not_now: outcomes (as `outcomes_of`) of each
    that reached in time, kept from it in that very month only; reached: month of reaching, 0 if
    not by `latest`; in_force: those alive at the end of that month, to whom it can do something.
    """

    reaching: Runs
    never: Runs
    not_now: Floats
    reached: Integers
    in_force: Integers
    latest: int


def indication_contrast(
    scenario: Scenario | str,
    menus: Mapping[str, Menu],
    *,
    propensity: float = 0.03,
    replicates: int = 2000,
    seed: int = 0,
    by: int = 84,
    latest: int = 60,
    resamples: int = 200,
    progress: Callable[[int], object] = lambda _: None,
) -> pd.DataFrame:
    """Effect of reaching on those that reach, by the naive, the emulated and the true comparison.

    Parameters
    ----------
    scenario : Scenario or str
        Where they live; each partnership reaches once in its life at most.
    menus : mapping of str to Intervention or sequence of them
        What is reached for, by the name it gets in the table; of several, each is as likely.
    propensity : float
        Chance a month that a frustrated partnership reaches, in (0, 1).
    replicates, seed : int
        As for `simulate`.
    by : int
        Month by which outcomes are counted.
    latest : int
        Last month in which reaching counts as treatment, before `by`.
    resamples : int
        Partnerships are drawn again this often for the standard errors; intervals are normal.

    Returns
    -------
    pandas.DataFrame
        bullet, method (one of METHODS), against ("" or the method it is compared with, on the
        same partnerships: the estimate is then a difference of two, for example a bias),
        outcome (a key of OUTCOMES), month, unit, estimate, low, high, n (that reached).

    Raises
    ------
    ParameterError
        The months are not in order, or fewer than two resamples.
    TableError
        Nobody reaches, or everybody does.
    """
    chosen = scenario_of(scenario)
    if not 1 <= latest < by or resamples < 2:
        raise ParameterError(
            refusal(
                "indication_contrast",
                "latest, by, resamples",
                (latest, by, resamples),
                "needs 1 <= latest < by and at least 2 resamples",
                "Give months in that order.",
            )
        )
    never = simulate(
        chosen.with_(silver_bullet_propensity=0), replicates=replicates, seed=seed, months=by
    )
    progress(replicates)
    parts = []
    for name, menu in menus.items():
        lived = worlds(chosen, menu, never, propensity=propensity, latest=latest, progress=progress)
        parts.append(contrast_of(lived, resamples=resamples).assign(bullet=name))
    table = pd.concat(parts, ignore_index=True)
    return table[["bullet", *(column for column in table.columns if column != "bullet")]]


def worlds(
    scenario: Scenario,
    menu: Menu,
    never: Runs,
    *,
    propensity: float,
    latest: int,
    progress: Callable[[int], object] = lambda _: None,
) -> Worlds:
    """Lives with reaching beside those given without, and those kept from it for one month.

    Raises TableError if nobody reaches by `latest`, or everybody.
    """
    tempted = reaching_once(scenario, menu, propensity)
    reaching = _again(tempted, never, record="months")
    progress(len(never))
    when = month_numbers(reaching.runs, "month_first_bullet")
    reached = np.where(when <= latest, when, 0)
    ended = month_numbers(reaching.runs, "month_dissolved")
    in_force: Integers = np.flatnonzero((reached > 0) & ((ended == 0) | (ended > reached)))
    if not 0 < len(in_force) < len(reached):
        raise TableError(
            refusal(
                "indication_contrast",
                "partnerships that reached",
                len(in_force),
                f"must be some but not all of {len(reached)}",
                "Change the propensity, lower silver_bullet_threshold or simulate more of them.",
            )
        )
    not_now = np.array(
        [
            outcomes_of(_one_of(held_back(tempted, int(reached[place])), never, int(place)))[0]
            for place in in_force
        ]
    ).reshape(len(in_force), len(OUTCOMES))
    return Worlds(reaching, never, not_now, reached, in_force, latest)


def reaching_once(scenario: Scenario, menu: Menu, propensity: float) -> Scenario:
    """The scenario in which frustrated members may reach for one of the menu, once in a life."""
    bullets = (menu,) if isinstance(menu, Intervention) else tuple(menu)
    tempted = scenario.reaching_for(*bullets, propensity=propensity)
    return tempted.with_(silver_bullet_pause=ONE_A_LIFE)


def held_back(tempted: Scenario, month: int) -> Scenario:
    """The same scenario in which nobody can reach in that month."""
    change = Change("silver_bullet_propensity", "set", 0.0, start=month - 1, months=1)
    return tempted + Intervention("held_back", (("month", month),), (change,))


def outcomes_of(runs: Runs) -> Floats:
    """One row a partnership, one column for each of OUTCOMES, at the horizon."""
    table = runs.runs
    ended = month_numbers(table, "month_dissolved")
    return np.column_stack(
        [
            (ended > 0).astype(np.float64),
            (month_numbers(table, "month_matured") > 0).astype(np.float64),
            table["value"].to_numpy(dtype=np.float64),
            np.where(ended > 0, ended, runs.horizon).astype(np.float64),
        ]
    )


def contrast_of(lived: Worlds, *, resamples: int) -> pd.DataFrame:
    """All methods on these worlds; columns as for `indication_contrast`, but for the bullet."""
    compared = _Compared(lived)
    size = len(lived.reached)
    found = compared.estimates(np.ones(size), refine=False)
    dice = np.random.default_rng(lived.never.seed)
    drawn = np.array(
        [
            compared.estimates(
                np.bincount(dice.integers(0, size, size), minlength=size).astype(np.float64),
                refine=True,
            )
            for _ in range(resamples)
        ]
    )
    rows = [_row(found, drawn, METHODS.index(method), None) for method in METHODS]
    rows += [
        _row(found, drawn, METHODS.index(one), METHODS.index(other)) for one, other in DIFFERENCES
    ]
    table = pd.DataFrame([row for group in rows for row in group])
    return table.assign(month=lived.never.horizon, n=len(lived.in_force))


def _row(found: Floats, drawn: Floats, method: int, against: int | None) -> list[dict[str, object]]:
    """One row an outcome: a method's estimate, or its difference to another's."""
    middle, spread = found[method], drawn[:, method]
    if against is not None:
        middle, spread = middle - found[against], spread - drawn[:, against]
    rows: list[dict[str, object]] = []
    for column, (outcome, unit) in enumerate(OUTCOMES.items()):
        values = spread[:, column]
        error = float(np.nanstd(values, ddof=1)) if np.isfinite(values).sum() > 1 else np.nan
        rows.append(
            {
                "method": METHODS[method],
                "against": "" if against is None else METHODS[against],
                "outcome": outcome,
                "unit": unit,
                "estimate": float(middle[column]),
                **normal(float(middle[column]), error)._asdict(),
            }
        )
    return rows


class _Compared:
    """The worlds as arrays, so that each resample only weighs them anew."""

    def __init__(self, lived: Worlds) -> None:
        here, never = outcomes_of(lived.reaching), outcomes_of(lived.never)
        self.here, self.reached = here, lived.reached > 0
        self.effect_never = (here - never)[lived.in_force]
        self.effect_not_now = here[lived.in_force] - lived.not_now
        self.in_force = lived.in_force
        self.early = lived.reached[lived.in_force] <= lived.latest // 2
        trials = trials_of(lived.reaching, lived.reached, here, latest=lived.latest)
        self.trials: dict[str, Trials] = {
            UNADJUSTED: trials.seeing(()),
            SEEN: trials.seeing(trials.seen),
            EVERYTHING: trials.above_threshold().seeing(trials.everything),
        }

    def estimates(self, weight: Floats, *, refine: bool) -> Floats:
        """A row a method, a column an outcome, where each partnership has this weight."""
        treated = weight[self.in_force]
        untreated = weight * ~self.reached
        by_name = {
            NAIVE: _mean(self.here, weight * self.reached) - _mean(self.here, untreated),
            TRUE_NEVER: _mean(self.effect_never, treated),
            TRUE_NOT_NOW: _mean(self.effect_not_now, treated),
            EARLY: _mean(self.effect_never, treated * self.early),
            LATE: _mean(self.effect_never, treated * ~self.early),
            **{
                name: effect_on_treated(trials, weight, refine=refine)
                for name, trials in self.trials.items()
            },
        }
        return np.array([by_name[method] for method in METHODS])


def _mean(values: Floats, weight: Floats) -> Floats:
    total = weight.sum()
    if total == 0:
        return np.full(values.shape[1], np.nan)
    found: Floats = weight @ values / total
    return found


def _again(scenario: Scenario, like: Runs, *, record: str) -> Runs:
    return simulate(
        scenario,
        replicates=len(like),
        seed=like.seed,
        months=like.horizon,
        first=int(like.runs["replicate"].iloc[0]),
        record=record,
    )


def _one_of(scenario: Scenario, like: Runs, place: int) -> Runs:
    number = int(like.runs["replicate"].iloc[place])
    return simulate(
        scenario, replicates=1, first=number, seed=like.seed, months=like.horizon, workers=1
    )
