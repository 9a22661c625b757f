"""Do intervals from the posterior cover the truth? Pseudo-studies ranked among its draws."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from E00_calibration.picture import plot_rank_histograms
from E00_calibration.pseudo_studies import study_facts
from E00_calibration.ranking import coverage, histograms, ranks, uniformity, with_band_errors

from trustsim.calibration.sampling import DIGITS, REPLICATES, SEED, Prior, outcomes_at
from trustsim.report import picture

ASSUMED, SAMPLED = "errors as assumed", "sampling errors of the studies"
Progress = Callable[[int], object] | None


def bank(
    size: int,
    seed: int,
    *,
    replicates: int = REPLICATES,
    workers: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> pd.DataFrame:
    """Simulations at points drawn from the prior.

    Parameters
    ----------
    size : int
        Points.
    seed : int
        Of the points and of their luck; the first points of a larger bank are those of a smaller.
    replicates : int, optional
        Partnerships a point.
    workers : int, optional
        Threads; all cores if left out.
    progress : callable, optional
        Told 1 after every point.

    Returns
    -------
    pandas.DataFrame
        One row a point: the 21 parameters, luck (the seed of its simulation), the six outcomes.
    """
    prior, rows = Prior(seed), []
    for _ in range(size):
        point = prior.draw()
        rows.append({**point, **outcomes_at(point, replicates=replicates, workers=workers)})
        if progress is not None:
            progress(1)
    return pd.DataFrame(rows).astype({SEED: np.int64})


def checked_coverage(
    studies: int,
    size: int,
    *,
    seed: int,
    draws: int = 199,
    workers: int | None = None,
    progress: Progress = None,
) -> pd.DataFrame:
    """Ranks of pseudo-studies under both kinds of error, from one bank of fresh simulations.

    Parameters
    ----------
    studies : int
        Truths drawn from the prior.
    size : int
        Simulations in the bank beside them.
    seed : int
        Of the bank; the errors take the next one.
    draws : int, optional
        Of each posterior, among which the truth is ranked.
    workers, progress
        As for `bank`; 2 studies + size steps.

    Returns
    -------
    pandas.DataFrame
        As from `ranks`, with the column errors.
    """
    whole = bank(studies + size, seed, workers=workers, progress=progress)
    truths, rest = whole.iloc[:studies], whole.iloc[studies:]
    facts = {
        ASSUMED: with_band_errors(truths, seed=seed + 1),
        SAMPLED: study_facts(truths, workers=workers, progress=progress),
    }
    parts = [
        ranks(truths, seen, rest, seed=seed + 1, draws=draws).assign(errors=errors)
        for errors, seen in facts.items()
    ]
    return pd.concat(parts, ignore_index=True)


def write_coverage(folder: Path, ranked: pd.DataFrame) -> None:
    """Coverage, uniformity and histograms of ranks, as CSV, and a figure a kind of errors."""
    tables: dict[str, list[pd.DataFrame]] = {"coverage": [], "uniformity": [], "histograms": []}
    for number, (errors, part) in enumerate(ranked.groupby("errors", sort=False)):
        counted = histograms(part, bins=10)
        tables["coverage"].append(coverage(part).assign(errors=errors))
        tables["uniformity"].append(uniformity(part).assign(errors=errors))
        tables["histograms"].append(counted.assign(errors=errors))
        drawn = picture(plot_rank_histograms(counted))
        (folder / f"ranks_{number}.png").write_bytes(drawn)
    for name, parts in tables.items():
        table = pd.concat(parts, ignore_index=True)
        table.to_csv(folder / f"{name}.csv", index=False, float_format=DIGITS)
