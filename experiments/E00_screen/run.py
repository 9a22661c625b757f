"""A Morris screen of the calibrated parameters around the defaults.

python experiments/E00_screen/run.py [--trajectories 20] [--replicates 500] [--out DIR]

Writes screen.csv: every parameter's mean effect (mu), mean size (mu_star) and spread (sigma) over
its calibration range, and over a fifth of its default to both sides, with the simulation's noise
taken out (columns that begin with "corrected").
"""

import argparse
from pathlib import Path

import pandas as pd

from trustsim.arguments import expanded
from trustsim.calibration import FACTORS
from trustsim.model.parameters import BY_NAME
from trustsim.sweeps import Study, sweep
from trustsim.sweeps.sensitivity import sensitivity_of

HERE = Path(__file__).parent
AROUND = 0.2  # of the default, to both sides
MONTH = 60


def ranges() -> dict[str, dict[str, list[float]]]:
    """Ranges of every factor, by what they are."""
    around = {}
    for name in FACTORS:
        known = BY_NAME[name]
        low, high = (known.default * factor for factor in (1 - AROUND, 1 + AROUND))
        around[name] = [max(known.low, low), min(known.high, high)]
    calibration = {name: list(ends) for name, ends in FACTORS.items()}
    return {"calibration": calibration, "twenty per cent": around}


def screened(trajectories: int, replicates: int) -> pd.DataFrame:
    """Both screens, both outcomes."""
    parts = []
    for kind, factors in ranges().items():
        study = Study(
            "voluntary",
            replicates=replicates,
            months=MONTH,
            seed=11,
            factors=factors,
            design="morris",
            points=trajectories,
            design_seed=5,
        )
        found = sweep(study)
        for outcome in ("dissolved", "matured"):
            part = sensitivity_of(found, outcome=outcome, month=MONTH, seed=1)
            parts.append(part.assign(ranges=kind))
    return pd.concat(parts, ignore_index=True)


def main() -> None:
    """The table, into a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trajectories", type=int, default=20)
    parser.add_argument("--replicates", type=int, default=500)
    parser.add_argument("--out", type=expanded, default=HERE)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    table = screened(options.trajectories, options.replicates)
    table.to_csv(options.out / "screen.csv", index=False, float_format="%.4g")
    print(f"{table['factor'].nunique()} factors written to {options.out}/screen.csv")


if __name__ == "__main__":
    main()
