"""Search for parameter points that meet the calibration targets: search.py.

Latin hypercubes are screened, points that pass are run again with other luck and more
replicates, and those that pass twice are written. Nothing but TARGETS is looked at.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from E00_calibration.ensemble import design
from tqdm import tqdm

from trustsim.calibration.targets import FACTORS, distance, outcomes
from trustsim.scenarios.files import scenario
from trustsim.simulation import simulate

BASE = scenario("voluntary")


def screened(points: int, replicates: int, seed: int) -> pd.DataFrame:
    """A Latin hypercube of this size and seed, with its outcomes and distance to the targets."""
    rows = []
    for _, row in tqdm(design(points, seed).iterrows(), total=points, desc="screening"):
        chosen = {name: float(row[name]) for name in FACTORS}
        found = outcomes(simulate(BASE.with_(**chosen), replicates=replicates, seed=seed))
        rows.append({**chosen, **found, "distance": distance(found)})
    return pd.DataFrame(rows)


def confirmed(table: pd.DataFrame, replicates: int, seed: int) -> pd.DataFrame:
    """Those of the screened points that meet all targets again, with other luck."""
    rows = []
    passed = table[table["distance"] == 0.0]
    for _, row in tqdm(passed.iterrows(), total=len(passed), desc="confirming"):
        chosen = {name: float(f"{row[name]:.6g}") for name in FACTORS}
        found = outcomes(simulate(BASE.with_(**chosen), replicates=replicates, seed=seed))
        if distance(found) == 0.0:
            rows.append({**chosen, **found})
    return pd.DataFrame(rows)


def main() -> None:
    """Screen, confirm, write."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument(
        "--points", type=int, nargs="+", default=[1000, 500], help="size of each Latin hypercube"
    )
    parser.add_argument("--screen", type=int, default=250, help="replicates when screening")
    parser.add_argument("--confirm", type=int, default=1000, help="replicates when confirming")
    parser.add_argument("--seed", type=int, default=2018, help="of the first; the next adds 1")
    parser.add_argument("--out", type=Path, required=True, help="folder for points.csv")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    parts = []
    for number, size in enumerate(options.points):
        seed = options.seed + number
        table = screened(size, options.screen, seed)
        table.to_csv(options.out / f"screened-{seed}.csv", index=False, float_format="%.6g")
        parts.append(confirmed(table, options.confirm, seed + 1))
    points = pd.concat(parts)
    points.to_csv(options.out / "points.csv", index=False, float_format="%.6g")
    tqdm.write(f"{len(points)} of {sum(options.points)} points meet all targets twice")


if __name__ == "__main__":
    main()
