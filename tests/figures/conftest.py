"""Synthetic partnerships, drawn once: enough for every figure."""

import numpy as np
import pandas as pd
import pytest

from trustsim import figures
from trustsim.analysis import cumulative_incidence, hazard, paired_contrast, smoothed_hazard
from trustsim.schema import MONTHS, OCCUPANCY, STATUSES, frame

CORRECTED = {"": "estimate", "_low": "low", "_high": "high"}
HORIZON = 120


def make_runs(seed=1, size=400, effect=0.0):
    """Runs whose arms share their luck, as those of the library do."""
    generator = np.random.default_rng(seed)
    waits = np.ceil(generator.gamma(3, 18, size) * np.exp(-effect)).astype(int)
    lives = np.ceil(generator.gamma(2, 60, size) * np.exp(effect)).astype(int)
    luck = generator.normal(30, 8, size)
    dissolved = np.where(lives <= HORIZON, lives, 0)
    matured = np.where((waits < lives) & (waits <= HORIZON - 6), waits, 0)
    lost = generator.poisson(2, size)
    return pd.DataFrame(
        {
            "replicate": np.arange(size),
            "months": np.minimum(lives, HORIZON),
            "month_matured": pd.arrays.IntegerArray(matured, matured == 0),
            "month_dissolved": pd.arrays.IntegerArray(dissolved, dissolved == 0),
            "value": luck + 6 * effect + generator.normal(0, 2, size),
            "smoke": 5 + generator.normal(0, 1, size),
            "tokenistic_months": np.maximum(generator.poisson(6, size) - (effect > 0), 0),
            "members_lost": lost,
            "departures": generator.poisson(30, size),
        }
    )


def make_occupancy(runs):
    month = np.arange(1, HORIZON + 1)
    dissolved = runs["month_dissolved"].fillna(999).to_numpy(dtype=int)
    matured = runs["month_matured"].fillna(999).to_numpy(dtype=int)
    gone = (dissolved[:, None] <= month).sum(axis=0)
    mature = ((matured[:, None] <= month) & (dissolved[:, None] > month)).sum(axis=0)
    rest = len(runs) - gone - mature
    talking = np.minimum((rest * 0.5 * month / HORIZON).astype(int), rest)
    columns = {
        "month": month,
        "forming": rest - talking,
        "mature": mature,
        "tokenistic": talking,
        "dissolved": gone,
        "members_lost": gone,
        "members_lost_squared": gone,
        "lost_a_member": gone,
    }
    return frame(OCCUPANCY, columns)


def make_months(seed=2, size=60, horizon=HORIZON):
    generator = np.random.default_rng(seed)
    month = np.tile(np.arange(1, horizon + 1), size)
    replicate = np.repeat(np.arange(size), horizon)
    level = np.repeat(generator.uniform(0.2, 0.8, size), horizon)
    rise = 1 - np.exp(-month / 25)
    shake = generator.normal(0, 0.02, len(month))
    trust = np.clip(0.3 + (level - 0.3) * rise + shake, 0, 1)
    columns = {column.name: np.zeros(len(month)) for column in MONTHS}
    columns |= {
        "replicate": replicate,
        "month": month,
        "mean_trust": trust,
        "maturity": np.clip(trust * rise, 0, 1),
        "nominal_maturity": np.clip(0.72 * rise, 0, 1),
        "frustration": np.clip(0.7 - trust * rise + shake, 0, 1),
    }
    return frame(MONTHS, columns)


@pytest.fixture(scope="session")
def runs():
    return make_runs()


@pytest.fixture(scope="session")
def occupancy(runs):
    return make_occupancy(runs)


@pytest.fixture(scope="session")
def months_table():
    return make_months()


@pytest.fixture(scope="session")
def maturity(runs):
    return cumulative_incidence(runs, event="matured")


@pytest.fixture(scope="session")
def arms():
    names = {"baseline": 0.0, "coordinator": 0.35, "mandate": -0.3, "away-day": 0.03}
    return {
        name: cumulative_incidence(make_runs(effect=effect), event="matured")
        for name, effect in names.items()
    }


@pytest.fixture(scope="session")
def dissolution_hazard(runs):
    return hazard(runs, event="dissolved", width=6)


@pytest.fixture(scope="session")
def smooth_hazard(runs):
    return smoothed_hazard(runs, event="dissolved")


@pytest.fixture(scope="session")
def contrast(runs):
    return paired_contrast(runs, make_runs(effect=0.2), horizon=HORIZON)


def shares(rows, **columns):
    """A table of shares of partnerships with intervals, 400 pairs a row."""
    table = pd.DataFrame(rows)
    middle = np.linspace(-0.1, 0.1, len(table))
    numbers = {
        "difference": middle,
        "estimate": middle,
        "low": middle - 0.02,
        "high": middle + 0.02,
    }
    return table.assign(**numbers, unit="share of partnerships", n=400, **columns)


def crossed(**levels):
    """Every combination of these levels, a row each."""
    return pd.MultiIndex.from_product(levels.values(), names=levels).to_frame(index=False)


@pytest.fixture
def figures_of_comparisons():
    curve = shares({"month": range(1, 61)}, arm="mandate", quantity="value")
    fates = crossed(baseline=STATUSES, other=STATUSES).assign(count=25, n=400)
    seats = shares({"member": ["0", "1", "all", "worst off", "best off"]})
    seats = seats.assign(quantity="value_received", better=1, baseline=1.0, other=1.0)
    each = pd.DataFrame({"value": np.linspace(-2, 3, 400)})
    worst = pd.DataFrame({"difference": np.linspace(-3, 1, 400)})
    worst = worst.assign(quantity="value_received", unit="value of full trust", better=1)
    return {
        "curves": (figures.plot_curves, (curve,)),
        "individual": (figures.plot_individual_effects, (each,)),
        "fates": (figures.plot_fates, (fates,)),
        "payers": (figures.plot_payers, (seats,)),
        "worst off": (figures.plot_worst_off, (worst,)),
    }


@pytest.fixture
def figures_of_studies():
    left = shares({"level": [6, 12, 48]}, line="institutionalising 0")
    return {"doses": (figures.plot_dose_response, (left.drop(columns="line"),))}


@pytest.fixture
def figures_of_sensitivity():
    factors = crossed(index=["mu", "mu_star", "sigma", "first", "total"], factor=["tenure", "pace"])
    found = shares(factors, arm="baseline", outcome="dissolved", month=60, noise=0.1)
    # Sizes and shares of variance are not negative.
    found[list(CORRECTED.values())] += 0.2
    numbers = {f"corrected{end}": found[name] for end, name in CORRECTED.items()}
    found = found.assign(**numbers, replicates=500)
    plots = (figures.plot_tornado, figures.plot_morris, figures.plot_sobol)
    return {plot.__name__: (plot, (found,)) for plot in plots}


@pytest.fixture
def figures_of_calibration():
    found = shares({"parameter": ["pace", "tenure"]}, prior_low=8.0, prior_high=22.0, median=12.0)
    found = found.assign(low=9.0, high=21.0, quarter_low=11.0, quarter_high=15.0, sd_ratio=0.8)
    found = found.assign(sd_ratio_low=0.7, sd_ratio_high=0.9)
    return {"posterior": (figures.plot_posterior, (found,))}


@pytest.fixture
def every_figure(
    occupancy, maturity, arms, dissolution_hazard, smooth_hazard, months_table, contrast,
    figures_of_comparisons, figures_of_studies, figures_of_sensitivity,
    figures_of_calibration,
):  # fmt: skip
    one = months_table[months_table["replicate"] == 3]
    trust = pd.DataFrame({"observer": ["a", "b"], "partner": ["b", "a"], "trust": [0.2, 0.7]})
    ties = trust.assign(month=0, organisation=["A", "B"], partner_organisation=["B", "A"])
    acts = pd.DataFrame({"month": [1, 2], "actor": ["A1#0", "B1#0"], "action": "cooperate"})
    return {
        "status": (figures.plot_status_stack, (occupancy,)),
        "incidence": (figures.plot_cumulative_incidence, (maturity,)),
        "arms": (figures.plot_arms_incidence, (arms,)),
        "hazard": (figures.plot_hazard, (dissolution_hazard,)),
        "smoothed hazard": (figures.plot_smoothed_hazard, (smooth_hazard,)),
        "fan": (figures.plot_fan, (months_table, "mean_trust")),
        "effect": (figures.plot_paired_effect, (contrast,)),
        "story": (figures.plot_partnership_story, (one,)),
        "matrix": (figures.plot_trust_matrix, (trust,)),
        "network": (figures.plot_trust_network, (ties,)),
        "acts": (figures.plot_action_timeline, (acts,)),
        **figures_of_comparisons,
        **figures_of_studies,
        **figures_of_sensitivity,
        **figures_of_calibration,
    }
