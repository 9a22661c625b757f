"""Do intervals from the posterior cover the truth? Coverage, uniformity and histograms of ranks.

python experiments/E00_calibration/run.py [--studies 500] [--bank 12000] [--toy] [--out DIR]

Truths are drawn from the prior, studied with errors of two kinds, and ranked among the draws of
their own posteriors. Writes coverage.csv, uniformity.csv, histograms.csv and two figures.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # neighbours

from E00_calibration.checking import checked_coverage, write_coverage
from tqdm import tqdm

HERE = Path(__file__).resolve().parent
FULL_DRAWS, TOY = 199, (20, 1500, 39)


def main() -> None:
    """The check, into a folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--studies", type=int, default=500)
    parser.add_argument("--bank", type=int, default=12_000)
    parser.add_argument("--seed", type=int, default=2018)
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--toy", action="store_true", help="few studies and a small bank")
    parser.add_argument("--out", type=Path, default=HERE)
    options = parser.parse_args()
    full = (options.studies, options.bank, FULL_DRAWS)
    studies, bank, draws = TOY if options.toy else full
    options.out.mkdir(parents=True, exist_ok=True)
    with tqdm(total=2 * studies + bank, disable=None) as bar:
        ranked = checked_coverage(
            studies,
            bank,
            seed=options.seed,
            draws=draws,
            workers=options.workers,
            progress=bar.update,
        )
    write_coverage(options.out, ranked)
    print(f"{studies} pseudo-studies; tables and figures are in {options.out}")


if __name__ == "__main__":
    main()
