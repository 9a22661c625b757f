"""The shipped posterior: its draws, its scenarios, and what it says about each parameter."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import scipy

from trustsim.analysis.tables import Floats, require_columns
from trustsim.arguments import whole
from trustsim.calibration.targets import FACTORS, TARGETS
from trustsim.scenarios.scenario import Scenario

RESAMPLES = 2000
UNINFORMED_SD = 1 / np.sqrt(12)
"""Standard deviation of a uniform distribution over [0, 1]."""


@functools.cache
def _shipped() -> pd.DataFrame:
    with (files("trustsim.calibration") / "posterior.csv").open() as file:
        return pd.read_csv(file)


def posterior() -> pd.DataFrame:
    """The shipped draws from the posterior, independent of each other and of equal weight.

    One row a draw: the 21 parameters of FACTORS, luck (the seed of its simulation), and the six
    outcomes that were simulated there with that luck, named as in TARGETS. These lie within all
    bands; simulated with fresh luck, three draws in four do so again (docs/calibration.md).
    """
    return _shipped().copy()


def provenance() -> dict[str, Any]:
    """How the shipped posterior was made: seed, tolerance, versions, date, simulations taken."""
    text = (files("trustsim.calibration") / "posterior.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def posterior_scenarios(base: Scenario, draws: int = 60) -> list[Scenario]:
    """The scenario at the first draws of the posterior.

    A calibrated parameter that the scenario itself sets (the tenure of `stp`, a pressure that you
    chose) stays as it is: that is what the scenario is about, and no doubt about it is drawn.

    Raises ParameterError if there are fewer draws.
    """
    table = _shipped()
    meaning = "the draws that are shipped; `trustsim calibrate` makes more"
    whole("posterior_scenarios", "draws", draws, 1, len(table), meaning)
    return [at_point(base, point) for point in table.head(draws).to_dict("records")]


def at_point(base: Scenario, point: Mapping[Any, float]) -> Scenario:
    """The scenario with the calibrated parameters of a point, but for those it sets itself."""
    free = [name for name in FACTORS if name not in base.overrides]
    return base.with_(**{name: float(point[name]) for name in free})


def informed(draws: pd.DataFrame) -> pd.DataFrame:
    """Prior against posterior: what the facts say about each parameter, if anything.

    Parameters
    ----------
    draws : pandas.DataFrame
        From `posterior`: at least the 21 parameters, equally weighted.

    Returns
    -------
    pandas.DataFrame
        One row a parameter, the most informed first: parameter, prior_low, prior_high, median,
        low and high (95 % interval), quarter_low and quarter_high (50 %), sd_ratio (standard
        deviation, posterior over prior: 1 = nothing learnt about the spread) with its 95 %
        bootstrap interval, shift (of the mean, in the prior's standard deviations), p
        (Kolmogorov-Smirnov test that the posterior is the prior), n.
    """
    require_columns(draws, FACTORS, where="informed")
    rows = [
        _against_prior(name, draws[name].to_numpy(dtype=np.float64), *bounds)
        for name, bounds in FACTORS.items()
    ]
    return pd.DataFrame(rows).sort_values("sd_ratio", kind="stable", ignore_index=True)


def _against_prior(
    name: str, values: Floats, prior_low: float, prior_high: float
) -> dict[str, Any]:
    places = (values - prior_low) / (prior_high - prior_low)
    generator = np.random.default_rng(0)
    again = generator.choice(places, (RESAMPLES, len(places))).std(axis=1, ddof=1) / UNINFORMED_SD
    ratio_low, ratio_high = np.quantile(again, [0.025, 0.975])
    shares = {"median": 0.5, "low": 0.025, "high": 0.975, "quarter_low": 0.25, "quarter_high": 0.75}
    return {
        "parameter": name,
        "prior_low": prior_low,
        "prior_high": prior_high,
        **dict(zip(shares, np.quantile(values, list(shares.values())), strict=True)),
        "sd_ratio": places.std(ddof=1) / UNINFORMED_SD,
        "sd_ratio_low": ratio_low,
        "sd_ratio_high": ratio_high,
        "shift": (places.mean() - 0.5) / UNINFORMED_SD,
        "p": float(scipy.stats.kstest(places, "uniform").pvalue),
        "n": len(values),
    }


def predictive(draws: pd.DataFrame) -> pd.DataFrame:
    """The six calibrated outcomes over the posterior, beside their bands.

    Returns
    -------
    pandas.DataFrame
        One row a target: target, unit, band_low, band_high, median, low and high (95 % interval
        over draws, luck of one simulation included), n.
    """
    require_columns(draws, [target.name for target in TARGETS], where="predictive")
    rows = []
    for target in TARGETS:
        low, median, high = np.quantile(draws[target.name], [0.025, 0.5, 0.975])
        rows.append((target.name, target.unit, target.low, target.high, median, low, high))
    columns = ["target", "unit", "band_low", "band_high", "median", "low", "high"]
    return pd.DataFrame(rows, columns=columns).assign(n=len(draws))
