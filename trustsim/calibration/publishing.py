"""The folder that `trustsim calibrate` writes: draws, where they come from, what they say."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from trustsim.analysis.intervals import wilson
from trustsim.calibration.draws import informed, predictive
from trustsim.calibration.prior import MONTHS, REPLICATES, base
from trustsim.calibration.targets import FACTORS, TARGETS
from trustsim.engines.compiled import sources_digest
from trustsim.output import now, versions

DIGITS = "%.6g"


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
