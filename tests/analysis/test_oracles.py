"""Our estimators beside those of other packages, on tied and censored months.

scipy is always there. scikit-survival is an extra: without it its tests are skipped. lifelines
wants an older pandas and an environment of its own: `tests/oracles/lifelines_check.py`.
"""

import numpy as np
import pytest
from scipy import stats

from trustsim.analysis import aalen_johansen
from trustsim.analysis.events import first_events

EXACT = 1e-12


@pytest.fixture
def censored(drawn_runs):
    """Runs that mature or dissolve, each watched for another time."""
    return drawn_runs(np.random.default_rng(22), 300, censor=0.02)


def test_kaplan_meier_is_scipys(censored):
    first = first_events(censored, "dissolved")
    table = aalen_johansen(first.month, first.cause)
    ended = first.cause == 1
    data = stats.CensoredData(uncensored=first.month[ended], right=first.month[~ended])
    survival = stats.ecdf(data).sf
    theirs = survival.evaluate(table["time"].to_numpy())
    assert 1 - table["estimate"].to_numpy() == pytest.approx(theirs, abs=EXACT)


def test_kaplan_meier_and_nelson_aalen_are_those_of_scikit_survival(censored):
    nonparametric = pytest.importorskip("sksurv.nonparametric")
    first = first_events(censored, "dissolved")
    table = aalen_johansen(first.month, first.cause)
    ended = first.cause == 1
    time, survival = nonparametric.kaplan_meier_estimator(ended, first.month)
    assert table["time"].tolist() == time.tolist()
    assert 1 - table["estimate"].to_numpy() == pytest.approx(survival, abs=EXACT)
    time, cumulative = nonparametric.nelson_aalen_estimator(ended, first.month)
    ours = (first.events() / first.at_risk()).cumsum()
    assert ours[time.astype(int) - 1] == pytest.approx(cumulative, abs=EXACT)


def test_incidence_and_its_error_are_those_of_scikit_survival(censored):
    """Their variance comes back out of their interval; ours is their approximate Dinse-Larson."""
    nonparametric = pytest.importorskip("sksurv.nonparametric")
    first = first_events(censored, "matured")
    table = aalen_johansen(first.month, first.cause)
    time, incidence, bounds = nonparametric.cumulative_incidence_competing_risks(
        first.cause, first.month, conf_type="log-log", var_type="Dinse_Approx"
    )
    for cause in (1, 2):
        ours = table[table["cause"] == cause]
        theirs = incidence[cause]
        assert ours["time"].tolist() == time.tolist()
        assert ours["estimate"].to_numpy() == pytest.approx(theirs, abs=EXACT)
        low, high = np.log(-np.log(bounds[cause]))
        error = np.abs(high - low) / 2 / stats.norm.ppf(0.975) * theirs * np.abs(np.log(theirs))
        inside = theirs > 0
        assert ours["standard_error"].to_numpy()[inside] == pytest.approx(error[inside], rel=1e-9)
