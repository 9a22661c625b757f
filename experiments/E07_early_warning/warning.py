"""Early warning: what can be seen in the first months that foretells the end, and how well.

Trained on the partnerships of one seed, tested on those of another, and at other parameter
points; `skill.py` measures how good the forecasts are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from E07_early_warning.skill import ELSEWHERE, FRESH, forecast_skill

from trustsim.analysis.tables import TableError, month_numbers
from trustsim.errors import MissingExtraError, ParameterError, refusal
from trustsim.model.actions import ACTIONS
from trustsim.simulation import Runs, simulate

if TYPE_CHECKING:
    from trustsim.scenarios.scenario import Scenario

ACTS = tuple(action.observable for action in ACTIONS)
VISIBLE = (*ACTS, "meetings", "value", "members")
"""Columns of the months table that a partner can see."""

HIDDEN = ("mean_trust", "frustration", "routines", "goodwill")
"""Columns that nobody at the table can see; taken in the month of looking."""

SETS = ("visible", "hidden", "everything")
WINDOW = 3
LOGISTIC, TREES = "logistic", "trees"
EXACT = {"solver": "newton-cholesky", "tol": 1e-10, "max_iter": 1000}
"""Solved until rounding, so that every version and machine finds the same coefficients."""


def observations(runs: Runs, *, look: int, by: int) -> pd.DataFrame:
    """What is known at a month of looking of each partnership that is alive and not mature.

    Parameters
    ----------
    runs : Runs
        Simulated with record="months".
    look : int
        Month of looking, at least 3.
    by : int
        Month by which it may dissolve, after `look` and within the horizon.

    Returns
    -------
    pandas.DataFrame
        One row a partnership at risk: replicate; for each of `VISIBLE` its mean over the last
        three months ("value") and its change from the first three ("value, change");
        each of `HIDDEN` at `look`; dissolved (by then).

    Raises
    ------
    ParameterError
        The months are not in order or were not watched or recorded.
    """
    if not WINDOW <= look < by <= runs.horizon:
        raise ParameterError(
            refusal(
                "early warning",
                "look, by",
                (look, by),
                f"needs {WINDOW} <= look < by <= {runs.horizon}, the months that were watched",
                "Look earlier or simulate longer.",
            )
        )
    months = runs.months
    now = months[months["month"] == look].set_index("replicate")
    now = now[~now["status"].isin(["mature", "dissolved"])]
    first, last = (
        months[months["month"].between(start, start + WINDOW - 1)]
        .groupby("replicate")[list(VISIBLE)]
        .mean()
        .loc[now.index]
        for start in (1, look - WINDOW + 1)
    )
    ended = month_numbers(runs.runs.set_index("replicate").loc[now.index], "month_dissolved")
    change = (last - first).add_suffix(", change")
    table = pd.concat([last, change, now[list(HIDDEN)]], axis=1)
    return table.assign(dissolved=(ended > 0) & (ended <= by)).reset_index()


def columns_of(predictor: str) -> list[str]:
    """Columns of `observations` that a predictor uses: one of `VISIBLE` or of `SETS`."""
    visible = [name for one in VISIBLE for name in (one, f"{one}, change")]
    known = {"visible": visible, "hidden": list(HIDDEN), "everything": [*visible, *HIDDEN]}
    return known.get(predictor, [predictor, f"{predictor}, change"])


def learned(
    table: pd.DataFrame, *, look: int, predictors: Sequence[str] = SETS, trees: bool = False
) -> Forecaster:
    """Logistic regressions on standardised columns, one a predictor, learned from `observations`.

    trees: boosted trees on everything visible as well, to see what a straight line misses.

    Raises MissingExtraError without scikit-learn, TableError if all or none dissolved.
    """
    classes = _scikit_learn()
    happened = table["dissolved"].to_numpy(dtype=bool)
    if len(table) == 0 or happened.all() or not happened.any():
        raise TableError(
            refusal(
                "early warning",
                "partnerships that dissolved",
                int(happened.sum()),
                f"must be some but not all of {len(table)}",
                "Simulate more partnerships.",
            )
        )
    models = {}
    for predictor in predictors:
        model = classes.pipeline(classes.scaler(), classes.logistic(**EXACT))
        models[predictor, LOGISTIC] = model.fit(table[columns_of(predictor)], happened)
    if trees:
        boosted = classes.trees(random_state=0, max_leaf_nodes=7, learning_rate=0.05)
        models["visible", TREES] = boosted.fit(table[columns_of("visible")], happened)
    return Forecaster(look, float(happened.mean()), models)


class Forecaster(NamedTuple):
    """What was learned: models by (predictor, method), and how many dissolve on the whole."""

    look: int
    base_rate: float
    models: dict[tuple[str, str], Any]

    def forecasts(self, table: pd.DataFrame, *, test: str, point: int = 0) -> pd.DataFrame:
        """Chance of dissolving for each partnership of `observations`; columns as FORECASTS."""
        parts = [
            pd.DataFrame(
                {
                    "look": self.look,
                    "predictor": predictor,
                    "method": method,
                    "test": test,
                    "point": point,
                    "replicate": table["replicate"],
                    "chance": model.predict_proba(table[columns_of(predictor)])[:, 1],
                    "base_rate": self.base_rate,
                    "dissolved": table["dissolved"],
                }
            )
            for (predictor, method), model in self.models.items()
        ]
        return pd.concat(parts, ignore_index=True)


def early_warning_forecasts(
    scenario: Scenario | str = "voluntary",
    *,
    replicates: int = 2000,
    seed: int = 0,
    by: int = 60,
    looks: Sequence[int] = (3, 6, 12, 24),
    main: int = 12,
    elsewhere: Sequence[Scenario] = (),
    at_each: int = 200,
    progress: Callable[[int], object] = lambda _: None,
) -> pd.DataFrame:
    """Forecasts for partnerships that no model has seen: fresh luck, and other parameters.

    Trained on `replicates` partnerships of `seed`, tested on as many of `seed` + 1, and on
    `at_each` of `seed` + 1 at every scenario of `elsewhere`. Each of `VISIBLE` alone, and
    boosted trees, are tried at the month `main` only, as is `elsewhere`.

    Returns
    -------
    pandas.DataFrame
        One row a forecast: look, predictor, method, test, point (number in `elsewhere`),
        replicate, chance, base_rate (of the training), dissolved.

    Raises
    ------
    MissingExtraError
        scikit-learn is not installed.
    ParameterError, TableError
        A month was not watched; nobody or everybody dissolved.
    """
    _scikit_learn()

    def lived(chosen: Scenario | str, count: int, luck: int, first: int = 0) -> Runs:
        runs = simulate(
            chosen, replicates=count, first=first, seed=luck, months=by, record="months"
        )
        progress(count)
        return runs

    training, testing = (lived(scenario, replicates, luck) for luck in (seed, seed + 1))
    parts = []
    for look in sorted({*looks, main}):
        known = observations(training, look=look, by=by)
        alone = VISIBLE if look == main else ()
        forecaster = learned(known, look=look, predictors=(*SETS, *alone), trees=look == main)
        fresh = observations(testing, look=look, by=by)
        parts.append(forecaster.forecasts(fresh, test=FRESH))
        if look == main:
            for point, other in enumerate(elsewhere):
                # Luck of its own at each point: points are what the interval is made of.
                runs = lived(other, at_each, seed + 2, first=point * at_each)
                there = observations(runs, look=look, by=by)
                parts.append(forecaster.forecasts(there, test=ELSEWHERE, point=point))
    return pd.concat(parts, ignore_index=True)


def early_warning(scenario: Scenario | str = "voluntary", **how: Any) -> pd.DataFrame:
    """Skill of what can be seen early; arguments as for `early_warning_forecasts`.

    Returns the table of `forecast_skill`.
    """
    return forecast_skill(early_warning_forecasts(scenario, **how))


class _Classes(NamedTuple):
    """What is used of scikit-learn."""

    pipeline: Any
    scaler: Any
    logistic: Any
    trees: Any


def _scikit_learn() -> _Classes:
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
    except ImportError as missing:
        raise MissingExtraError(
            refusal(
                "early warning",
                "scikit-learn",
                "not installed",
                "is needed for this study only",
                'Install it with: pip install "trustsim[discovery]"',
            )
        ) from missing
    return _Classes(
        make_pipeline, StandardScaler, LogisticRegression, HistGradientBoostingClassifier
    )
