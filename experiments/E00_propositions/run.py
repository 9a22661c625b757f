"""Do the propositions hold at the defaults, and in how much of the calibrated ensemble?

python experiments/E00_propositions/run.py [--replicates 2000] [--ensemble-replicates 300]

Writes effects.csv (every effect at the defaults with its interval) and ensemble.csv (the
share of calibrated points in which it holds, and the range of the effect) into --out.
"""

import argparse
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # neighbours

import pandas as pd
from E00_calibration.ensemble import ensemble
from E00_propositions.propositions import PROPOSITIONS, examine
from null_models import barrier_hazard, barrier_survival, frailty_hazard, frailty_survival
from scipy.optimize import brentq
from tqdm import tqdm

from trustsim.analysis.survival import hazard
from trustsim.arguments import expanded
from trustsim.scenarios.files import scenario
from trustsim.simulation import simulate

HERE = Path(__file__).parent


def at_defaults(replicates: int, seed: int) -> pd.DataFrame:
    """Every effect at the defaults."""
    return examine(scenario("voluntary"), replicates=replicates, seed=seed)


def over_the_ensemble(replicates: int, seed: int, points: int | None) -> pd.DataFrame:
    """Every effect at every calibrated point, then the share in which it holds."""
    parts = [
        examine(chosen, replicates=replicates, seed=seed).assign(point=number)
        for number, chosen in enumerate(tqdm(ensemble(scenario("voluntary"))[:points]))
    ]
    # The year of the peak differs between points: it is not part of the claim.
    table = pd.concat(parts)
    table["claim"] = table["claim"].str.replace(r" \(year \d+\)", "", regex=True)
    grouped = table.groupby(["proposition", "claim"], sort=False)
    return grouped.agg(
        median=("estimate", "median"),
        lowest=("estimate", "min"),
        highest=("estimate", "max"),
        holds_in=("holds", "mean"),
        points=("point", "nunique"),
    ).reset_index()


def hazards(replicates: int, seed: int) -> pd.DataFrame:
    """Yearly hazard of dissolution beside two null models that also make a hump.

    Each null model has one free number, set so that as many are left after 7 years; monthly
    hazards are multiplied by 12.
    """
    base = scenario("voluntary")
    parts = []
    for name, chosen in (("trustsim", base), ("trustsim, goodwill off", base.with_(goodwill=0.0))):
        runs = simulate(chosen, replicates=replicates, seed=seed).runs
        table = hazard(runs, event="dissolved", width=12)
        parts.append(table.assign(model=name)[["model", "month", "estimate", "low", "high"]])
        if name == "trustsim":
            left = float((runs["month_dissolved"].fillna(999) > 84).mean())
    months = parts[0]["month"].to_numpy()
    walk = {"drift": 0.0, "spread": 1.0}
    distance = brentq(lambda d: float(barrier_survival(84, distance=d, **walk)) - left, 0.1, 90)
    mixed = {"variance": 1.0, "ageing": 2.0}
    own = brentq(lambda h: float(frailty_survival(84, hazard=h, **mixed)) - left, 1e-9, 1)
    for name, monthly in (
        ("random walk to a barrier", barrier_hazard(months, distance=distance, **walk)),
        ("pure heterogeneity", frailty_hazard(months, hazard=own, **mixed)),
    ):
        parts.append(pd.DataFrame({"model": name, "month": months, "estimate": 12 * monthly}))
    return pd.concat(parts, ignore_index=True)


def main() -> None:
    """Both tables, into a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--ensemble-replicates", type=int, default=300)
    parser.add_argument("--points", type=int, default=None, help="calibrated points, default all")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--toy", action="store_true", help="a minute, not a quarter of an hour")
    parser.add_argument("--out", type=expanded, default=HERE)
    options = parser.parse_args()
    if options.toy:
        options.replicates, options.ensemble_replicates, options.points = 100, 20, 1
    options.out.mkdir(parents=True, exist_ok=True)
    effects = at_defaults(options.replicates, options.seed)
    effects.to_csv(options.out / "effects.csv", index=False, float_format="%.4g")
    hazards(options.replicates, options.seed).to_csv(
        options.out / "hazards.csv", index=False, float_format="%.4g"
    )
    held = int(effects["holds"].sum())
    print(
        f"{held} of {len(effects)} claims of {len(PROPOSITIONS)} propositions hold at the defaults"
    )
    shares = over_the_ensemble(options.ensemble_replicates, options.seed, options.points)
    shares.to_csv(options.out / "ensemble.csv", index=False, float_format="%.4g")
    print(f"ensemble of {int(shares['points'].max())} points written to {options.out}")


if __name__ == "__main__":
    main()
