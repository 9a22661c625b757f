"""Generated parts of calibration.md: tables of the shipped posterior and of its check."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trustsim.calibration import informed, posterior, provenance

CHECKED = Path(__file__).parents[1] / "experiments" / "E00_calibration"


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


def coverage() -> str:
    """Whether intervals cover under the errors that the posterior assumes, in one sentence."""
    table = pd.read_csv(CHECKED / "coverage.csv")
    table = table[table["errors"] == "errors as assumed"]
    means = table.groupby("nominal")["covered"].mean()
    held = int(((table["low"] <= table["nominal"]) & (table["nominal"] <= table["high"])).sum())
    said = ", ".join(f"{share:.1%} for {nominal:.0%}" for nominal, share in means.items())
    return (
        "Facts were made at points drawn from the prior, with the errors that the posterior "
        "assumes, and the truth was ranked among the draws. Central intervals hold it this often, "
        f"on average over {table['quantity'].nunique()} quantities: {said}; "
        f"{held} of {len(table)} intervals of a coverage hold the nominal value."
    )


PARTS = {
    "posterior-draws": draws,
    "posterior-parameters": parameters,
    "posterior-coverage": coverage,
}
