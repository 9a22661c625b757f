"""Nested target trials in a world that was only watched: one trial a month, weighted.

Each month is a trial of its own: eligible are those alive that have not reached before; treated are
those that reach in that month. Untreated are weighted by the odds of treatment, from a pooled
logistic regression on what was known in that month, so that they resemble the treated (the
effect on the treated); months count by their number of treated. No censoring: an untreated
partnership that reaches later stays untreated in that trial (intention to treat).
References: Hernán & Robins 2016 (target trials), Danaei et al. 2013 (a sequence of them).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trustsim.analysis.tables import Floats, Integers
from trustsim.model.actions import ACTIONS
from trustsim.simulation import Runs

ACTS = tuple(action.observable for action in ACTIONS)
WATCHED = (*ACTS, "meetings", "value")
"""Columns of the months table that a partner can see, averaged over three months."""

UNSEEN = (
    *("frustration", "expectation", "nominal_maturity", "mean_trust", "weakest_trust"),
    *("institutional_trust", "breadth", "routines", "maturity", "goodwill"),
)
VALUE = 2  # place of value among the outcomes: what came before the trial is taken off
WINDOW = 3
RIDGE = 1e-6
STEPS = 30


class Trials(NamedTuple):
    """All trials, one row an eligible partnership and month.

    place: which partnership; month: which trial; treated: it reaches in that month; outcome: one
    column an outcome; known: standardised covariates with a column of ones; above: frustration
    is above the threshold; seen, everything: covariates to choose from; model: coefficients.
    """

    place: Integers
    month: Integers
    treated: Floats
    outcome: Floats
    above: NDArray[np.bool_]
    seen: tuple[int, ...]
    everything: tuple[int, ...]
    known: Floats
    model: Floats

    def seeing(self, columns: tuple[int, ...]) -> Trials:
        """The same trials, where only these covariates are known."""
        ones = np.ones((len(self.month), 1))
        known = np.hstack([ones, self.known[:, list(columns)]])
        return self._replace(known=known).fitted()

    def above_threshold(self) -> Trials:
        """Only those that could reach: frustrated beyond the threshold."""
        keep = self.above
        return self._replace(
            place=self.place[keep],
            month=self.month[keep],
            treated=self.treated[keep],
            outcome=self.outcome[keep],
            above=self.above[keep],
            known=self.known[keep],
        )

    def fitted(self) -> Trials:
        """With the coefficients of the pooled logistic regression of treatment on `known`."""
        model = np.zeros(self.known.shape[1])
        model[0] = np.log(self.treated.mean() / (1 - self.treated.mean()))
        weight = np.ones(len(self.treated))
        for _ in range(STEPS):
            step = newton_step(self, model, weight)
            model = model + step
            if np.abs(step).max() < 1e-10:
                break
        return self._replace(model=model)


def trials_of(runs: Runs, reached: Integers, outcome: Floats, *, latest: int) -> Trials:
    """All trials of the months 1 to `latest`.

    Parameters
    ----------
    runs : Runs
        Simulated with record="months", in a world where members may reach.
    reached : numpy.ndarray
        Month of reaching of each partnership, 0 where it did not.
    outcome : numpy.ndarray
        Row a partnership: dissolved, matured, value over the run, months alive.
    latest : int
        Last month with a trial.
    """
    cubes, alive = _cubes(runs)
    number = np.arange(1, runs.horizon + 1)
    not_before = (reached[:, None] == 0) | (reached[:, None] >= number)
    who, when = np.nonzero((alive & not_before)[:, :latest])
    so_far: Floats = np.cumsum(cubes["value"], axis=1)[who, when]
    clock = when.astype(np.float64)
    seen: list[Floats] = [_recent(cubes[name])[who, when] for name in WATCHED]
    seen += [so_far / (when + 1), cubes["members"][who, when], clock, clock**2]
    unseen = [cubes[name][who, when] for name in UNSEEN]
    table = np.column_stack([*seen, *unseen])
    spread = table.std(axis=0)
    ends = outcome[who].copy()
    ends[:, VALUE] -= so_far
    threshold = runs.scenario.values()["silver_bullet_threshold"]
    return Trials(
        place=who,
        month=when,
        treated=(reached[who] == when + 1).astype(np.float64),
        outcome=ends,
        above=cubes["frustration"][who, when] > threshold,
        seen=tuple(range(len(seen))),
        everything=tuple(range(len(seen) + len(unseen))),
        known=(table - table.mean(axis=0)) / np.where(spread > 0, spread, 1.0),
        model=np.zeros(0),
    )


def _cubes(runs: Runs) -> tuple[dict[str, Floats], NDArray[np.bool_]]:
    """Columns of the months table by partnership and month, 0 after the end; and who is alive."""
    months = runs.months
    place = months["replicate"].to_numpy(dtype=np.int64) - int(runs.runs["replicate"].iloc[0])
    month = months["month"].to_numpy(dtype=np.int64) - 1
    shape = (len(runs), runs.horizon)
    cubes = {}
    for name in (*WATCHED, "members", *UNSEEN):
        cubes[name] = np.zeros(shape)
        cubes[name][place, month] = months[name].to_numpy(dtype=np.float64)
    alive = np.zeros(shape, dtype=np.bool_)
    alive[place, month] = months["status"].to_numpy() != "dissolved"
    return cubes, alive


def _recent(values: Floats) -> Floats:
    """Mean over the last three months, or as many as there were."""
    total = np.cumsum(values, axis=1)
    total[:, WINDOW:] -= total[:, :-WINDOW].copy()
    months = np.minimum(np.arange(1, values.shape[1] + 1, dtype=np.float64), WINDOW)
    return np.asarray(total / months, dtype=np.float64)


def newton_step(trials: Trials, model: Floats, weight: Floats) -> Floats:
    """Step towards the coefficients that fit best, where each row has this weight."""
    chance = 1 / (1 + np.exp(-np.clip(trials.known @ model, -30, 30)))
    slope = trials.known.T @ (weight * (trials.treated - chance))
    bend = trials.known.T @ (trials.known * (weight * chance * (1 - chance))[:, None])
    scale = float(np.trace(bend)) / len(model)
    step = np.linalg.solve(bend + RIDGE * scale * np.eye(len(model)), slope)
    return np.asarray(step, dtype=np.float64)


def effect_on_treated(trials: Trials, weight: Floats, *, refine: bool) -> Floats:
    """Mean outcome of the treated minus that of the untreated made alike, one an outcome.

    weight: how often each partnership counts; refine: fit the model to these weights by one
    Newton step from the whole sample's, which is as good as a new fit for standard errors.
    Missing where no month has both treated and untreated: there is nobody to compare.
    """
    counted = weight[trials.place]
    model = trials.model
    if refine and len(model) > 1:
        model = model + newton_step(trials, model, counted)
    odds = np.exp(np.clip(trials.known @ model, -30, 30))
    months = int(trials.month.max()) + 1
    treated, untreated = counted * trials.treated, counted * (1 - trials.treated) * odds
    size, other = (np.bincount(trials.month, one, months) for one in (treated, untreated))
    both = (size > 0) & (other > 0)
    if not both.any():
        return np.full(trials.outcome.shape[1], np.nan)
    effects = []
    for column in trials.outcome.T:
        with_it = np.bincount(trials.month, treated * column, months)[both] / size[both]
        without = np.bincount(trials.month, untreated * column, months)[both] / other[both]
        effects.append(float((size[both] * (with_it - without)).sum() / size[both].sum()))
    return np.array(effects)
