"""Synthetic partnerships, drawn once, and the figures of the gallery, of small simulations."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trustsim.analysis import cumulative_incidence, hazard, paired_contrast, smoothed_hazard
from trustsim.schema import MONTHS, OCCUPANCY, frame

DOCS = Path(__file__).parents[2] / "docs"
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


@pytest.fixture(scope="session")
def gallery():
    """docs/gallery.py, which makes the page and its pictures."""
    spec = importlib.util.spec_from_file_location("docs_gallery", DOCS / "gallery.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def shown(gallery):
    """Each figure of the gallery by name, drawn by the code of the page at toy size."""
    return {piece.name: made for piece, made in gallery.drawn(replicates=40)}
