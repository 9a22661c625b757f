"""The folder that `trustsim calibrate` writes: draws, what they say, whether intervals cover."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from trustsim.analysis.intervals import wilson
from trustsim.calibration.draws import informed, predictive
from trustsim.calibration.prior import MONTHS, REPLICATES, bank, base
from trustsim.calibration.pseudo_studies import study_facts
from trustsim.calibration.ranking import (
    coverage,
    histograms,
    ranks,
    uniformity,
    with_band_errors,
)
from trustsim.calibration.targets import FACTORS, TARGETS
from trustsim.engines.compiled import sources_digest
from trustsim.output import now, versions

DIGITS = "%.6g"
ASSUMED, SAMPLED = "errors as assumed", "sampling errors of the studies"
Progress = Callable[[int], object] | None


def provenance_of(draws: pd.DataFrame, simulations: int, *, seed: int) -> dict[str, Any]:
    """What it takes to draw the same posterior again, as plain data.

    Parameters
    ----------
    draws : pandas.DataFrame
        From `sampled`.
    simulations, seed : int
        How many it took, and the seed.
    """
    bounds = wilson(len(draws), simulations)
    return {
        "method": "rejection from a uniform prior, indicator kernel over the bands",
        "library": f"pyabc {version('pyabc')}",
        "seed": seed,
        "draws": len(draws),
        "effective_sample_size": len(draws),
        "simulations": simulations,
        "accepted_share": len(draws) / simulations,
        "accepted_share_interval_95": list(bounds),
        "partnerships_a_simulation": REPLICATES,
        "months": MONTHS,
        "tolerance": {target.name: [target.low, target.high] for target in TARGETS},
        "prior": {name: list(bounds) for name, bounds in FACTORS.items()},
        "scenario_digest": base().digest(),
        "sources_digest": sources_digest(),
        "versions": versions(),
        "time_utc": now(),
    }


def write_draws(folder: Path, draws: pd.DataFrame, record: dict[str, Any]) -> None:
    """The posterior, where it comes from, and what it says, as files in a folder."""
    from trustsim.figures import plot_posterior
    from trustsim.report import picture

    draws.to_csv(folder / "posterior.csv", index=False, float_format=DIGITS)
    text = json.dumps(record, indent=2) + "\n"
    (folder / "posterior.json").write_text(text, encoding="utf-8")
    against = informed(draws)
    against.to_csv(folder / "informed.csv", index=False, float_format=DIGITS)
    predictive(draws).to_csv(folder / "predictive.csv", index=False, float_format=DIGITS)
    (folder / "posterior.png").write_bytes(picture(plot_posterior(against)))


def checked_coverage(
    studies: int,
    size: int,
    *,
    seed: int,
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
        ranks(truths, seen, rest, seed=seed + 1).assign(errors=errors)
        for errors, seen in facts.items()
    ]
    return pd.concat(parts, ignore_index=True)


def write_coverage(folder: Path, ranked: pd.DataFrame) -> None:
    """Coverage, uniformity and histograms of ranks, as CSV, and a figure a kind of errors."""
    from trustsim.figures import plot_rank_histograms
    from trustsim.report import picture

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
