"""Search for parameter points that meet the calibration targets: `python -m trustsim.calibration`.

A Latin hypercube is screened, points that pass are run again with other luck and more
replicates, and those that pass twice are written. Nothing but TARGETS is looked at.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from trustsim.calibration import FACTORS, design, distance, outcomes
from trustsim.scenarios.files import scenario
from trustsim.simulation import simulate


def main() -> None:
    """Screen, confirm, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1000, help="size of the Latin hypercube")
    parser.add_argument("--screen", type=int, default=300, help="replicates a point when screening")
    parser.add_argument(
        "--confirm", type=int, default=2000, help="replicates a point when confirming"
    )
    parser.add_argument("--seed", type=int, default=2018, help="of the design and of the luck")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for screened.csv and points.csv"
    )
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    base = scenario("voluntary")
    rows = []
    for _, row in tqdm(design(options.points, options.seed).iterrows(), total=options.points):
        chosen = {name: float(row[name]) for name in FACTORS}
        found = outcomes(
            simulate(base.with_(**chosen), replicates=options.screen, seed=options.seed)
        )
        rows.append({**chosen, **found, "distance": distance(found)})
    screened = pd.DataFrame(rows)
    screened.to_csv(options.out / "screened.csv", index=False, float_format="%.6g")

    confirmed = []
    for _, row in tqdm(list(screened[screened["distance"] == 0.0].iterrows())):
        chosen = {name: float(f"{row[name]:.6g}") for name in FACTORS}
        found = outcomes(
            simulate(base.with_(**chosen), replicates=options.confirm, seed=options.seed + 1)
        )
        if distance(found) == 0.0:
            confirmed.append({**chosen, **found})
    pd.DataFrame(confirmed).to_csv(options.out / "points.csv", index=False, float_format="%.6g")
    tqdm.write(f"{len(confirmed)} of {options.points} points meet all targets twice")


if __name__ == "__main__":
    main()
