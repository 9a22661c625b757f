"""Generated parts of calibration.md: tables of the shipped posterior and of its check."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pandas as pd

from trustsim.analysis.intervals import wilson
from trustsim.calibration import FACTORS, informed, posterior, predictive, provenance
from trustsim.calibration.prior import OBSERVED, SEED, agrees, outcomes_at

DERIVED = ("dissolved by 5 years", "median months to maturity")


def shipped(name: str) -> pd.DataFrame:
    """A table that ships beside the posterior."""
    with (files("trustsim.calibration") / f"{name}.csv").open() as file:
        return pd.read_csv(file)


def lines(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Markdown table."""
    return "\n".join("| " + " | ".join(one) + " |" for one in (head, ("---",) * len(head), *rows))


def parameters() -> str:
    """Prior against posterior, the most informed first."""
    rows = []
    for row in informed(posterior()).to_dict("records"):
        ratio = f"{row['sd_ratio']:.2f} ({row['sd_ratio_low']:.2f} to {row['sd_ratio_high']:.2f})"
        prior = f"{row['prior_low']:g} to {row['prior_high']:g}"
        found = f"{row['median']:.3g} ({row['low']:.3g} to {row['high']:.3g})"
        p = "below .001" if row["p"] < 0.001 else f"{row['p']:.3f}".lstrip("0")
        rows.append((f"`{row['parameter']}`", prior, found, ratio, f"{row['shift']:+.2f}", p))
    head = ("parameter", "prior", "posterior median (95 % interval)", "spread left", "shift", "p")
    return lines(head, rows)


def outcomes() -> str:
    """The calibrated outcomes over the posterior."""
    rows = []
    for row in predictive(posterior()).to_dict("records"):
        band = f"{row['band_low']:g} to {row['band_high']:g}"
        found = f"{row['median']:.3g} ({row['low']:.3g} to {row['high']:.3g})"
        rows.append((row["target"], row["unit"], band, found))
    return lines(("target", "unit", "band", "posterior median (95 % interval)"), rows)


def draws() -> str:
    """How the posterior was drawn, in one sentence."""
    record = provenance()
    low, high = record["accepted_share_interval_95"]
    return (
        f"{record['draws']} draws, all of equal weight and independent, so the effective sample "
        f"size is {record['effective_sample_size']}; {record['simulations']:,} simulations were "
        f"needed, so {record['accepted_share']:.1%} of the prior agrees (95 % interval {low:.1%} "
        f"to {high:.1%}); "
        f"seed {record['seed']}, {record['library']}, trustsim {record['versions']['trustsim']}, "
        f"{record['time_utc'][:10]}."
    )


def coverage(errors: str) -> str:
    """Coverage of intervals and uniformity of ranks under one kind of errors."""
    found, even = shipped("coverage"), shipped("uniformity")
    found, even = found[found["errors"] == errors], even[even["errors"] == errors]
    wide = found.pivot_table(index="quantity", columns="nominal", values=["covered", "low", "high"])
    tests = even.set_index("quantity")
    rows = []
    for quantity in (*DERIVED, *FACTORS):
        cells = [
            f"{wide.loc[quantity, ('covered', n)]:.3f} ({wide.loc[quantity, ('low', n)]:.3f} to "
            f"{wide.loc[quantity, ('high', n)]:.3f})"
            for n in (0.5, 0.8, 0.95)
        ]
        test = tests.loc[quantity]
        p = "below .001" if test["p"] < 0.001 else f"{test['p']:.3f}"
        rows.append((quantity, *cells, p, f"{test['furthest']:.3f}"))
    head = ("quantity", "50 % covers", "80 % covers", "95 % covers", "p", "furthest")
    return lines(head, rows)


def fresh_luck(draws: pd.DataFrame, *, replicates: int = 400, seed: int = 2026) -> pd.DataFrame:
    """The calibrated outcomes at the draws, with luck for which none of them was chosen."""
    rows = []
    for number, point in enumerate(draws.to_dict("records")):
        state = np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)[0]
        rows.append(outcomes_at({**point, SEED: int(state >> 11)}, replicates=replicates))
    return pd.DataFrame(rows)


def agreement(found: pd.DataFrame) -> str:
    """How many simulations lie within all bands.

    No generated part: simulating anew takes a minute, so a slow test compares it with the page.
    """
    inside, size = int(agrees(found).sum()), len(found)
    low, high = wilson(inside, size)
    return f"{inside} of {size} ({inside / size:.0%}, {100 * low:.0f} to {100 * high:.0f})"


def outside(found: pd.DataFrame) -> dict[str, float]:
    """Share of simulations outside each band by itself, in %."""
    return {
        name: 100 * float((~agrees(pd.DataFrame({**OBSERVED, name: found[name]}))).mean())
        for name in OBSERVED
    }


def doubt(found: pd.DataFrame) -> str:
    """Levels of the baseline and effects of the arms, from `with_parameter_uncertainty`.

    No generated part: it takes a minute, so a slow test compares it with the page.
    """
    rows = []
    chosen = found[(found["kind"] == "effect") | (found["arm"] == "baseline")]
    for row in chosen.sort_values("arm", kind="stable").to_dict("records"):
        share, effect = row["unit"] == "share of partnerships", row["kind"] == "effect"
        scale, sign = 100 if share else 1, "+" if effect else ""
        unit = ("points" if effect else "%") if share else row["unit"]
        by = f" by year {row['month'] // 12}" if share else ""
        default, median = (
            "{:{sign}.1f} ({:{sign}.1f} to {:{sign}.1f})".format(
                *(scale * row[name] for name in names), sign=sign
            )
            for names in (("default", "default_low", "default_high"), ("median", "low", "high"))
        )
        spread = f"{scale * row['parameter_sd']:.1f}, {scale * row['luck_sd']:.1f}"
        rows.append((row["arm"], f"{row['quantity']}{by} ({unit})", default, median, spread))
    head = ("arm", "quantity", "at the defaults", "over the posterior", "spread: parameters, luck")
    return lines(head, rows)


PARTS = {
    "posterior-draws": draws,
    "posterior-parameters": parameters,
    "posterior-outcomes": outcomes,
    "coverage-assumed": lambda: coverage("errors as assumed"),
    "coverage-sampled": lambda: coverage("sampling errors of the studies"),
}
