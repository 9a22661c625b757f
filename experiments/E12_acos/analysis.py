"""Paid partnerships of the model beside organisations that left Medicare's programmes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from designation import plot_predictive_bands
from E10_stp_dates import dates
from harness import Analysis
from predictive import (
    Floats,
    band_row,
    exact,
    mean_over_points,
    most_at_a_point,
    over_points,
    p_row,
    within,
)

import trustsim as ts
from trustsim import data
from trustsim.analysis.intervals import wilson
from trustsim.report import Figure, Table, picture

TITLE = "Accountable care organisations that leave their programme"
FULL = {"points": 200, "replicates": 250, "draws": 2000, "seed": 120, "months": 72}
TOY = {"points": 4, "replicates": 30, "draws": 200, "seed": 120, "months": 72}
MSSP, PIONEER = 624, 32  # organisations: bleser2019, mcwilliams2015
ENTRIES = 5  # yearly cohorts; an assumption
LOOKS = (19, 34, 48)  # months at which Pioneer organisations were counted
STAYED_48 = 12  # of 32 (healthaffairs2016)
DOSES = (0.0, 0.25, 0.5, 1.0)
MAIN = "dose_1"


def arms(base: ts.Scenario) -> dict[str, ts.Scenario]:
    """The incentive at several doses, and with five members at the full one."""
    paid = {f"dose_{dose:g}": base + ts.interventions.incentive(dose=dose) for dose in DOSES}
    return paid | {"members_5": paid[MAIN].with_(organisations=5)}


class Lives:
    """When the partnerships of every arm ended, at every point."""

    def __init__(self, base: ts.Scenario, sizes: Mapping[str, int], progress) -> None:
        self.sizes, self.seed = sizes, sizes["seed"]
        self.ended: dict[str, Floats] = {}
        for name, scenario in arms(base).items():
            table = dates.lived(
                enumerate(dates.places(scenario, points=sizes["points"])),
                replicates=sizes["replicates"],
                seed=self.seed,
                months=sizes["months"],
                progress=progress,
            )
            self.ended[name] = dates.months_until(table, "month_dissolved")
            self.points = table["point"].to_numpy()

    def draws(self, size: int, *, alike: bool = True):
        """Rows of draws of so many partnerships."""
        return dates.drawn(
            self.points, size=size, draws=self.sizes["draws"], seed=self.seed, alike=alike
        )


def staggered(ended: Floats) -> Floats:
    """Share of each draw that left, if equal yearly entries are followed for 1 to 5 years."""
    followed = 12 * (1 + np.arange(ended.shape[1]) % ENTRIES)
    return np.asarray((ended <= followed).mean(axis=1))


def analyse(
    scenario: ts.Scenario, sizes: Mapping[str, int], progress: Callable[[int], object]
) -> Analysis:
    lives = Lives(scenario, sizes, progress)
    published = left_published()
    measured = pd.DataFrame([*mssp_rows(lives, published), *pioneer_rows(lives, published)])
    measured = pd.concat([measured, pd.DataFrame([*pooled_rows(lives)])], ignore_index=True)
    bands, risks = banded(lives), yearly(lives)
    captions = "Middle 95 % of draws of 32 or 624 partnerships of one calibrated point."
    return Analysis(
        measured,
        [
            Table("published", "Published shares that left", "Wilson's interval.", published),
            Table("bands", "Predictive bands, month by month", captions, bands),
            Table(
                "risks",
                "Risk of leaving, by year and dose",
                "Ends a partnership-year over all points; intervals from resampling points.",
                risks,
            ),
        ],
        figures(bands, published),
        sentences(measured.set_index("quantity")),
        limits(),
    )


def left_published() -> pd.DataFrame:
    """Shares that left, with their numbers: MSSP pooled, Pioneer at three looks."""
    table = data.read("survival_targets")
    pooled = table[table["population"].str.contains("Shared Savings")]["value_low"].item()
    pioneer = table[table["population"].str.contains("Pioneer")].set_index("horizon_years")
    gone = [1 - float(pioneer.loc[year, "value_low"]) for year in ("1.6", "2.8")]
    gone.append(1 - STAYED_48 / PIONEER)
    rows = [("MSSP", 60, float(pooled), MSSP)]
    rows += [("Pioneer", month, share, PIONEER) for month, share in zip(LOOKS, gone, strict=True)]
    found = []
    for programme, month, share, size in rows:
        low, high = wilson(round(share * size), size)
        found.append((programme, month, share, low, high, size))
    return pd.DataFrame(found, columns=["programme", "month", "estimate", "low", "high", "n"])


def mssp_rows(lives: Lives, published: pd.DataFrame):
    """Draws of 624: all followed for five years, and staggered; by dose."""
    seen = published.loc[published["programme"] == "MSSP", "estimate"].item()
    for arm, ended in lives.ended.items():
        name = "mssp." if arm == MAIN else f"mssp.{arm}."
        for alike in (True, False):
            end = "" if alike else ".own"
            when = ended[lives.draws(MSSP, alike=alike)]
            kinds = {"left_60": (when <= 60).mean(axis=1), "staggered": staggered(when)}
            for kind, values in kinds.items():
                yield band_row(f"{name}{kind}{end}", values, "share of 624")
                inside = within(seen, values)
                yield exact(f"{name}{kind}.inside{end}", inside, "of 1 inside", len(values))


def pioneer_rows(lives: Lives, published: pd.DataFrame):
    """Draws of 32 at the three looks; by dose."""
    seen = published.loc[published["programme"] == "Pioneer", "estimate"].to_numpy()
    for arm, ended in lives.ended.items():
        name = "pioneer." if arm == MAIN else f"pioneer.{arm}."
        for alike in (True, False):
            end = "" if alike else ".own"
            shares = dates.shares_by(ended, lives.draws(PIONEER, alike=alike), LOOKS)
            for month, share, values in zip(LOOKS, seen, shares.T, strict=True):
                yield band_row(f"{name}{month}{end}", values, "share of 32")
                inside = within(share, values)
                yield exact(f"{name}{month}.inside{end}", inside, "of 1 inside", len(values))
            key = "p.pioneer" if arm == MAIN else f"p.pioneer.{arm}"
            yield p_row(f"{key}{end}", dates.compared(seen, shares), len(shares))


def pooled_rows(lives: Lives):
    """The incentive's paired effect, and how the risk moves from year 4 to 5, over points."""
    unpaid = lives.ended["dose_0"] <= 60
    for dose in DOSES[1:]:
        arm = f"dose_{dose:g}"
        change = (lives.ended[arm] <= 60).astype(float) - unpaid
        name = "incentive.left_60" if arm == MAIN else f"incentive.{arm}.left_60"
        yield mean_over_points(name, lives.points, change, seed=lives.seed)
    gone = lives.ended[MAIN] <= LOOKS[0]
    yield most_at_a_point(f"pioneer.{LOOKS[0]}.most", lives.points, gone)
    for arm, ended in lives.ended.items():
        name = "risk." if arm == MAIN else f"risk.{arm}."
        yield over_points(
            f"{name}year_5_over_4",
            lives.points,
            [*in_year(ended, 5), *in_year(ended, 4)],
            lambda sums: (
                float((sums[0] / sums[1]) / (sums[2] / sums[3]))
                if sums[1] and sums[2]
                else float("nan")
            ),
            "ratio of rates",
            seed=lives.seed,
        )


def in_year(ended: Floats, year: int) -> tuple[Floats, Floats]:
    """Ends in a year of life and years lived in it, of each partnership."""
    begin, last = 12 * (year - 1), 12 * year
    lived = np.clip(np.minimum(ended, last) - begin, 0, None) / 12
    return ((ended > begin) & (ended <= last)) * 1.0, lived


def yearly(lives: Lives) -> pd.DataFrame:
    """Rate of leaving in each year of life, by arm."""
    rows = []
    for arm, ended in lives.ended.items():
        for year in range(1, lives.sizes["months"] // 12 + 1):
            found = over_points(
                arm,
                lives.points,
                in_year(ended, year),
                lambda sums: float(sums[0] / sums[1]) if sums[1] else float("nan"),
                "a partnership-year",
                seed=lives.seed,
            )
            rows.append({"arm": found.pop("quantity"), "year": year, **found})
    return pd.DataFrame(rows)


def banded(lives: Lives) -> pd.DataFrame:
    """Share that left of draws, month by month, by dose and size of the draw."""
    by = np.arange(0, 73)
    names = {MAIN: "full incentive", "dose_0.25": "a quarter of it", "dose_0": "no incentive"}
    parts = []
    for size in (PIONEER, MSSP):
        for arm, name in names.items():
            shares = dates.shares_by(lives.ended[arm], lives.draws(size), by)
            band = dates.predictive_band(shares, by, size=size)
            parts.append(band.assign(line=name, arm=arm))
    return pd.concat(parts, ignore_index=True)


def figures(bands: pd.DataFrame, published: pd.DataFrame) -> list[Figure]:
    shown = []
    for programme, size in (("Pioneer", PIONEER), ("MSSP", MSSP)):
        rows = bands[bands["n"] == size]
        dots = published[published["programme"] == programme]
        what = "pooled over staggered\nentry, so a lower bound" if size == MSSP else "organisations"
        shown.append(
            Figure(
                programme.lower(),
                f"{programme}: left, in the model and as published",
                "Partnerships that ended in the model, organisations that left the programme.",
                picture(
                    plot_predictive_bands(
                        rows, dots, outcome="share that left by then", label=f"{programme}: {what}"
                    )
                ),
                rows,
            )
        )
    return shown


def sentences(measured: pd.DataFrame) -> list[str]:
    def say(quantity: str, scale: float = 100, digits: int = 0) -> str:
        numbers = (scale * measured.loc[quantity, name] for name in ("estimate", "low", "high"))
        return "{:.{d}f} ({:.{d}f} to {:.{d}f})".format(*numbers, d=digits)

    def inside(quantity: str) -> str:
        return "inside" if measured.loc[quantity, "estimate"] else "outside"

    return [
        (
            f"Shared Savings (published 30 %): paid partnerships left within five years "
            f"{say('mssp.left_60')} %, with staggered entry {say('mssp.staggered')} % "
            f"({inside('mssp.staggered.inside')} the band)."
        ),
        (
            f"Staggered, without the incentive {say('mssp.dose_0.staggered')} % "
            f"({inside('mssp.dose_0.staggered.inside')}), a quarter of it "
            f"{say('mssp.dose_0.25.staggered')} % ({inside('mssp.dose_0.25.staggered.inside')}), "
            f"half {say('mssp.dose_0.5.staggered')} % ({inside('mssp.dose_0.5.staggered.inside')})."
        ),
        f"The incentive: {say('incentive.left_60', 100, 1)} points more end within five years.",
        (
            f"Risk of year 5 over year 4: {say('risk.year_5_over_4', 1, 2)} with the incentive, "
            f"{say('risk.dose_0.year_5_over_4', 1, 2)} without (published: lower after year 4)."
        ),
        (
            f"Pioneer (published 28, 41, 62 % gone after 19, 34, 48 months): {say('pioneer.19')} % "
            f"({inside('pioneer.19.inside')}), {say('pioneer.34')} % "
            f"({inside('pioneer.34.inside')}), {say('pioneer.48')} % "
            f"({inside('pioneer.48.inside')}); together p {say('p.pioneer', 1, 3)}."
        ),
        (
            f"With five members, paid: staggered {say('mssp.members_5.staggered')} % "
            f"({inside('mssp.members_5.staggered.inside')}). Looked at afterwards: at no point are "
            f"more than {100 * measured.loc['pioneer.19.most', 'estimate']:.1f} % of paid "
            "partnerships gone after 19 months."
        ),
    ]


def limits() -> list[str]:
    return [
        (
            "Leaving a programme is not the end of an organisation: most of Pioneer went on "
            "elsewhere. The model has ends, no change of programme."
        ),
        (
            "When the 624 entered is not known to us; five equal yearly entries are an assumption "
            "that moves the level by tens of points."
        ),
        (
            "Levels are no test: the points were calibrated on bands that cite the same study, "
            "wide enough to let almost any draw in."
        ),
        (
            "The catalogue's incentive pays for acts; shared savings pay for results, at a size "
            "that the model does not know. Its dose is an assumption, so which dose fits says "
            "nothing."
        ),
        (
            "Pioneer let organisations go at yearly accounts; exits come in lumps that a monthly "
            "hazard does not make."
        ),
    ]
