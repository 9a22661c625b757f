"""Our estimators beside those of lifelines, by hand: a table of the largest differences.

lifelines asks for an older pandas than trustsim's tests run with, so this is no test of pytest's:

    python -m venv lifelines-env
    lifelines-env/bin/pip install lifelines
    PYTHONPATH=. lifelines-env/bin/python tests/oracles/lifelines_check.py

No two events share a month here: lifelines breaks ties of competing events at random. The last
column is the largest difference allowed; one that is larger ends the script with an error.
"""

import sys
import warnings

import lifelines
import numpy as np
import pandas as pd
from lifelines.utils import restricted_mean_survival_time

from trustsim.analysis import aalen_johansen, restricted_mean, turnbull
from trustsim.analysis.events import first_events

SIZE, HORIZON = 200, 500


def runs_without_ties(generator, *, maturing, after=0):
    """Runs in which at most one event falls in a month; those without one are watched to the end.

    maturing: share of events that are maturity. All events fall after the month `after`, in
    every second month, so that two tables can be drawn that share no month.
    """
    month = after + 2 * generator.permutation(HORIZON // 2)[:SIZE]
    seen = (month > 0) & (generator.random(SIZE) < 0.8)
    matured = generator.random(SIZE) < maturing
    columns = {
        "month_matured": np.where(seen & matured, month, 0),
        "month_dissolved": np.where(seen & ~matured, month, 0),
    }
    months = {name: pd.arrays.IntegerArray(each, each == 0) for name, each in columns.items()}
    lived = np.where(seen & ~matured, month, HORIZON)
    return pd.DataFrame({"replicate": np.arange(SIZE), "months": lived, **months})


def censored_without_ties(generator):
    """Times, all different, and what ended them: 0 for nothing."""
    time = (1 + generator.permutation(2 * SIZE)[:SIZE]).astype(float)
    return time, generator.choice(3, SIZE, p=[0.3, 0.4, 0.3])


def survival_rows(generator):
    time, cause = censored_without_ties(generator)
    ended = (cause > 0).astype(int)
    ours = aalen_johansen(time, ended)
    fitter = lifelines.KaplanMeierFitter().fit(time, ended)
    theirs = fitter.survival_function_at_times(ours["time"]).to_numpy()
    yield "Kaplan-Meier", 1 - ours["estimate"].to_numpy(), theirs, 1e-12
    cumulative = lifelines.NelsonAalenFitter(nelson_aalen_smoothing=False).fit(time, ended)
    increments = (ours["events"] / ours["at_risk"]).cumsum()
    theirs = cumulative.cumulative_hazard_at_times(ours["time"]).to_numpy()
    yield "Nelson-Aalen", increments.to_numpy(), theirs, 1e-12
    for which in (1, 2):
        ours = aalen_johansen(time, cause).query("cause == @which")
        fitter = lifelines.AalenJohansenFitter(jitter_level=0).fit(time, cause, which)
        at = fitter.cumulative_density_.iloc[:, 0]
        theirs = at.reindex(ours["time"]).to_numpy()
        yield f"Aalen-Johansen, cause {which}", ours["estimate"].to_numpy(), theirs, 1e-12
        errors = np.sqrt(fitter.variance_.reindex(ours["time"]).to_numpy())
        yield f"its standard error, cause {which}", ours["standard_error"].to_numpy(), errors, 1e-12


def mean_rows(generator):
    runs = runs_without_ties(generator, maturing=0.0)
    first = first_events(runs, "dissolved")
    ours = restricted_mean(runs, event="dissolved", horizon=300).iloc[0]
    fitter = lifelines.KaplanMeierFitter().fit(first.month, first.cause)
    yield "restricted mean", ours["estimate"], restricted_mean_survival_time(fitter, t=300), 1e-9


def interval_rows(generator):
    left = generator.integers(0, 20, SIZE).astype(float)
    right = np.where(generator.random(SIZE) < 0.3, np.inf, left + generator.integers(1, 8, SIZE))
    ours = turnbull(left, right)
    # Theirs are closed on the left, ours are open: half a month later is the same set of months.
    fitter = lifelines.KaplanMeierFitter()
    fitter.fit_interval_censoring(left + 0.5, right, tol=1e-10)
    ends = ours["right"][np.isfinite(ours["right"])].to_numpy()
    theirs = 1 - fitter.survival_function_["NPMLE_estimate_lower"].reindex(ends, method="ffill")
    yield "Turnbull", ours["estimate"].to_numpy()[: len(ends)], theirs.to_numpy(), 1e-6


def main():
    warnings.simplefilter("ignore")
    generator = np.random.default_rng(1)
    print(f"lifelines {lifelines.__version__}\n")
    print("| estimate | largest difference | allowed |\n| --- | --- | --- |")
    wrong = 0
    for part in (survival_rows, mean_rows, interval_rows):
        for name, ours, theirs, allowed in part(generator):
            difference = float(np.max(np.abs(np.asarray(ours) - np.asarray(theirs))))
            wrong += not difference <= allowed
            print(f"| {name} | {difference:.1e} | {allowed:.0e} |")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
