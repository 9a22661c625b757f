"""Hand-made and drawn runs tables."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def runs_of():
    """Runs table from months matured and dissolved (0 = never) and months lived."""

    def build(matured, dissolved, months) -> pd.DataFrame:
        matured, dissolved = np.asarray(matured), np.asarray(dissolved)
        months = np.broadcast_to(months, matured.shape)
        return pd.DataFrame(
            {
                "replicate": np.arange(len(matured)),
                "months": np.where(dissolved > 0, dissolved, months),
                "matured": matured > 0,
                "month_matured": pd.arrays.IntegerArray(matured, matured == 0),
                "dissolved": dissolved > 0,
                "month_dissolved": pd.arrays.IntegerArray(dissolved, dissolved == 0),
            }
        )

    return build


@pytest.fixture
def drawn_runs(runs_of):
    """Runs with constant competing monthly hazards, and if asked random ends of watching."""

    def build(generator, size, *, mature=0.02, dissolve=0.01, horizon=60, censor=0.0):
        months = np.full(size, horizon)
        if censor:
            months = np.minimum(generator.geometric(censor, size), horizon)
        when = generator.geometric(mature + dissolve, size)
        is_maturity = generator.random(size) < mature / (mature + dissolve)
        seen = when <= months
        matured = np.where(seen & is_maturity, when, 0)
        dissolved = np.where(seen & ~is_maturity, when, 0)
        return runs_of(matured, dissolved, months)

    return build
