"""Whether partnerships of one scenario part into two kinds by luck alone.

The dip test asks whether one peak can explain a sample. Ask it about trust or joint action, not
about an index that was itself made with a threshold. The package `diptest` on PyPI has the same
statistic in C++; the core carries its own, so that it needs no compiler.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from E00_propositions.dip import dip
from numpy.typing import ArrayLike

from trustsim.analysis.tables import Floats, TableError
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
