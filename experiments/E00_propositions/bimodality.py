"""Whether partnerships of one scenario part into two kinds by luck alone.

The dip test asks whether one peak can explain a sample. Ask it about trust or joint action, not
about an index that was itself made with a threshold. The package `diptest` on PyPI has the same
statistic in C++; the core carries its own, so that it needs no compiler.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy
from E00_propositions.dip import dip
from numpy.typing import ArrayLike

from trustsim.analysis.tables import Floats, TableError, require_columns
from trustsim.errors import refusal

LARGEST_NULL_SAMPLE = 1000
DRAWS = 1000


class DipTest(NamedTuple):
    """Dip of a sample, and the share of uniform samples of its size that dip as deep."""

    dip: float
    p_value: float


def dip_test(values: ArrayLike, *, draws: int = DRAWS, seed: int = 0) -> DipTest:
    """Whether one peak can explain a sample; a small p-value says that it can't.

    The bootstrap draws from the uniform, of all one-peaked distributions the one that dips most
    (asymptotically), so the test is cautious. Over 1,000 values the null is drawn at 1,000 and
    scaled by the square root of the size, as its limit is.

    Use it on measures that vary continuously: on few distinct values the grid itself dips.

    Parameters
    ----------
    values : array_like
        At least 4 finite numbers.
    draws : int, optional
        Uniform samples.
    seed : int, optional
        Of the uniform samples.

    Examples
    --------
    >>> two_lumps = [*np.linspace(0, 0.1, 50), *np.linspace(0.9, 1, 50)]
    >>> dip_test(two_lumps, draws=200).p_value < 0.01
    True
    """
    sample = _sample(values)
    found = dip(sample)
    size = min(len(sample), LARGEST_NULL_SAMPLE)
    null = np.array(_null_dips(size, draws, seed)) * np.sqrt(size / len(sample))
    # The sample counts as one of the draws, so no p-value is 0.
    deeper = int((null >= found - 1e-12).sum())
    return DipTest(found, (deeper + 1) / (draws + 1))


def bimodality_coefficient(values: ArrayLike) -> float:
    """Skewness and kurtosis in one number; over 5/9, that of the uniform, hints at two peaks.

    A hint only: a long tail does it too. Read it beside the dip test. Missing for a sample
    without any spread.

    Examples
    --------
    >>> round(bimodality_coefficient([0.0] * 50 + [1.0] * 50), 2)
    0.95
    """
    sample = _sample(values)
    if np.ptp(sample) == 0:
        return float("nan")
    size = len(sample)
    skewness = float(scipy.stats.skew(sample, bias=False))
    kurtosis = float(scipy.stats.kurtosis(sample, bias=False))
    return (skewness**2 + 1) / (kurtosis + 3 * (size - 1) ** 2 / ((size - 2) * (size - 3)))


def bimodality(
    table: pd.DataFrame, columns: Sequence[str], *, draws: int = DRAWS, seed: int = 0
) -> pd.DataFrame:
    """Dip, its p-value and the bimodality coefficient of some columns, missing values left out.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per partnership: a runs table, or one month of a months table.
    columns : sequence of str
        Which columns.
    draws, seed : int, optional
        As for `dip_test`.

    Returns
    -------
    pandas.DataFrame
        quantity, dip, p_value, coefficient, n.
    """
    require_columns(table, columns, where="bimodality")
    rows = []
    for column in columns:
        values = table[column].dropna().to_numpy(dtype=np.float64)
        test = dip_test(values, draws=draws, seed=seed)
        rows.append(
            {
                "quantity": column,
                "dip": test.dip,
                "p_value": test.p_value,
                "coefficient": bimodality_coefficient(values),
                "n": len(values),
            }
        )
    return pd.DataFrame(rows)


@lru_cache(maxsize=32)
def _null_dips(size: int, draws: int, seed: int) -> tuple[float, ...]:
    generator = np.random.default_rng(seed)
    return tuple(dip(generator.random(size)) for _ in range(draws))


def _sample(values: ArrayLike) -> Floats:
    sample = np.asarray(values, dtype=np.float64).ravel()
    if len(sample) < 4:
        allowed = "at least 4 values are needed"
        raise TableError(
            refusal("bimodality", "values", len(sample), allowed, "Simulate more runs.")
        )
    return sample
