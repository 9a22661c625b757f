"""Do the posterior's intervals cover? Simulation-based calibration of the whole procedure.

A point is drawn from the prior, facts are made there as studies would have seen them, the posterior
given those facts is drawn by the same rule, and the true value is ranked among its draws. If the
procedure is right, every rank is as likely as any other.
Reference: Talts et al. 2018. That rejection with a kernel is exact if the kernel is the error of
the facts about what a simulation shows, its luck included: Wilkinson 2013.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy

from trustsim.analysis.intervals import wilson_bounds
from trustsim.analysis.tables import Floats, require_columns
from trustsim.calibration.sampling import HALF_WIDTHS, OBSERVED, agrees
from trustsim.calibration.targets import FACTORS
from trustsim.errors import StudyError, refusal

DERIVED = ("dissolved by 5 years", "median months to maturity")
QUANTITIES = (*FACTORS, *DERIVED)
NOMINAL = (0.5, 0.8, 0.95)
DRAWS = 199
STEP = 40
"""Ranks come in multiples of this, so that 50, 80 and 95 % of them are whole numbers."""


def with_band_errors(truths: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Pseudo-facts under the error that the posterior assumes: uniform over a band's width.

    Parameters
    ----------
    truths : pandas.DataFrame
        Rows of a bank.
    seed : int
        Of the errors.

    Returns
    -------
    pandas.DataFrame
        The six outcomes, a row a truth.
    """
    errors = np.random.default_rng(seed).uniform(-1, 1, (len(truths), len(OBSERVED)))
    widths = np.array([HALF_WIDTHS[name] for name in OBSERVED])
    found: pd.DataFrame = truths[list(OBSERVED)] + errors * widths
    return found


def ranks(
    truths: pd.DataFrame,
    facts: pd.DataFrame,
    bank: pd.DataFrame,
    *,
    draws: int = DRAWS,
    narrowed: float = 1.0,
    seed: int = 0,
) -> pd.DataFrame:
    """Rank of each truth among draws from the posterior given its pseudo-facts.

    Pseudo-facts that are not finite, or with which fewer than `draws` simulations of the bank
    agree, are left out; as that is seen from the facts alone, ranks stay uniform.

    Each posterior is the first `draws` simulations of the one bank that agree. So each rank is
    uniform, but those of different studies hang together, whatever the errors of the facts:
    `uniformity` and `coverage`, which take studies as independent, are somewhat too sure.

    Parameters
    ----------
    truths : pandas.DataFrame
        Points from the prior with their outcomes, none of them in the bank.
    facts : pandas.DataFrame
        The six outcomes as they were "seen", a row a truth.
    bank : pandas.DataFrame
        From `bank`.
    draws : int, optional
        Draws a posterior; one more must be a multiple of 40.
    narrowed : float, optional
        Planted mistake: every draw is moved towards the median until the posterior is narrower
        by this factor.
    seed : int, optional
        Breaks ties.

    Returns
    -------
    pandas.DataFrame
        One row a truth kept and quantity (21 parameters, 2 outcomes): study (row of the truth),
        quantity, rank (0 to draws), draws, agreed (simulations of the bank that agree).

    Raises
    ------
    StudyError
        Draws are of the wrong number, or no truth was kept.
    """
    if draws < 1 or (draws + 1) % STEP:
        step = "Take 39, 79, 199 or the like."
        allowed = f"must be one less than a multiple of {STEP}"
        raise StudyError(refusal("ranks", "draws", draws, allowed, step))
    generator = np.random.default_rng(seed)
    values = bank[list(QUANTITIES)].to_numpy(dtype=np.float64)
    true = truths[list(QUANTITIES)].to_numpy(dtype=np.float64)
    parts = []
    for study, seen in enumerate(facts[list(OBSERVED)].to_dict("records")):
        if not np.isfinite(list(seen.values())).all():
            continue
        chosen = np.flatnonzero(agrees(bank, {str(k): v for k, v in seen.items()}))
        if len(chosen) < draws:
            continue
        drawn = values[chosen[:draws]]
        middle = np.median(drawn, axis=0)
        found = _ranks(true[study], middle + (drawn - middle) / narrowed, generator)
        part = {"study": study, "quantity": QUANTITIES, "rank": found, "draws": draws}
        parts.append(pd.DataFrame({**part, "agreed": len(chosen)}))
    if not parts:
        allowed = f"must agree with {draws} simulations of the bank at least"
        step = "Take a larger bank or fewer draws."
        raise StudyError(refusal("ranks", "facts", f"{len(facts)} sets", allowed, step))
    return pd.concat(parts, ignore_index=True)


def _ranks(true: Floats, drawn: Floats, generator: np.random.Generator) -> Floats:
    below = (drawn < true).sum(axis=0)
    ties = (drawn == true).sum(axis=0)
    found: Floats = below + generator.integers(0, ties + 1)
    return found


def uniformity(ranks: pd.DataFrame, *, bins: int = 20) -> pd.DataFrame:
    """Whether ranks are uniform, quantity by quantity.

    Parameters
    ----------
    ranks : pandas.DataFrame
        From `ranks`.
    bins : int, optional
        Of the chi-square test; a divisor of draws + 1.

    Returns
    -------
    pandas.DataFrame
        quantity, chi_square, p (of that), furthest (largest distance of the ranks' cumulative
        share from the diagonal), band (what furthest stays below in 95 % of uniform samples),
        n (studies).
    """
    counted = histograms(ranks, bins=bins)
    rows = []
    for quantity, part in ranks.groupby("quantity", sort=False):
        counts = counted.loc[counted["quantity"] == quantity, "count"].to_numpy(dtype=np.float64)
        test = scipy.stats.chisquare(counts)
        cells = int(part["draws"].iloc[0]) + 1
        steps = np.bincount(part["rank"].to_numpy(dtype=np.int64), minlength=cells).cumsum()
        furthest = np.abs(steps / len(part) - np.arange(1, cells + 1) / cells).max()
        found = {"chi_square": float(test.statistic), "p": float(test.pvalue)}
        band = float(scipy.stats.kstwo.ppf(0.95, len(part)))
        size = {"furthest": float(furthest), "band": band, "n": len(part)}
        rows.append({"quantity": quantity, **found, **size})
    return pd.DataFrame(rows)


def histograms(ranks: pd.DataFrame, *, bins: int = 20) -> pd.DataFrame:
    """How many ranks fall into each of some equal bins.

    Returns
    -------
    pandas.DataFrame
        quantity, bin (from 0), count, expected, low and high (between which 95 % of counts lie
        if ranks are uniform), n (studies).
    """
    require_columns(ranks, ("quantity", "rank", "draws"), where="histograms")
    cells = int(ranks["draws"].iloc[0]) + 1
    if cells % bins:
        step = f"Take a divisor of {cells}."
        raise StudyError(refusal("histograms", "bins", bins, "must share out the ranks", step))
    rows = []
    for quantity, part in ranks.groupby("quantity", sort=False):
        places = part["rank"].to_numpy(dtype=np.int64) * bins // cells
        expected = scipy.stats.binom(len(part), 1 / bins)
        low, high = (float(expected.ppf(tail)) for tail in (0.025, 0.975))
        bounds = {"expected": len(part) / bins, "low": low, "high": high, "n": len(part)}
        for number, count in enumerate(np.bincount(places, minlength=bins)):
            rows.append({"quantity": quantity, "bin": number, "count": int(count), **bounds})
    return pd.DataFrame(rows)


def coverage(ranks: pd.DataFrame) -> pd.DataFrame:
    """How often central intervals hold the truth.

    Parameters
    ----------
    ranks : pandas.DataFrame
        From `ranks`.

    Returns
    -------
    pandas.DataFrame
        quantity, nominal (0.5, 0.8, 0.95), covered (share of studies) with its 95 % Wilson
        interval (low, high), n (studies).
    """
    require_columns(ranks, ("quantity", "rank", "draws"), where="coverage")
    rows = []
    for quantity, part in ranks.groupby("quantity", sort=False):
        cells = part["draws"].to_numpy(dtype=np.int64) + 1
        rank = part["rank"].to_numpy(dtype=np.int64)
        for nominal in NOMINAL:
            outside = np.rint(cells * (1 - nominal) / 2)
            covered = float(((rank >= outside) & (rank < cells - outside)).mean())
            low, high = wilson_bounds(covered, len(part))
            bounds = {"low": float(low), "high": float(high), "n": len(part)}
            rows.append({"quantity": quantity, "nominal": nominal, "covered": covered, **bounds})
    return pd.DataFrame(rows)
