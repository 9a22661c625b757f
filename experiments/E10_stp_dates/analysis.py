"""Designation of the 42 English systems beside draws of the calibrated STP."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from E10_stp_dates import dates
from E10_stp_dates.arms import ARMS, DUE, INSPECTIONS, MAIN, MONTHS, cells, rates
from E10_stp_dates.pictures import figures
from harness import Analysis
from predictive import (
    Floats,
    band_row,
    curve_over_points,
    exact,
    mean_over_points,
    most_at_a_point,
    over_points,
    p_row,
    ratio,
    row,
)

import trustsim as ts
from trustsim import data
from trustsim.report import Table

TITLE = "When the English systems were designated, and when the model's are"
FULL = {"points": 200, "replicates": 20, "draws": 4000, "seed": 100, "months": 96}
TOY = {"points": 4, "replicates": 6, "draws": 200, "seed": 100, "months": 96}
SYSTEMS = 42
COLUMNS = {"shown": "month_nominal", "real": "month_matured"}
LAST_MONTHS = (57, 61)  # of the rollout, in which 24 of 42 were designated


class Lives:
    """Every arm at every cell; asked for months and draws."""

    def __init__(self, base: ts.Scenario, sizes: Mapping[str, int], progress) -> None:
        self.sizes = sizes
        self.tables = {
            arm.key: dates.lived(
                cells(arm.of(base), sizes["points"]),
                replicates=sizes["replicates"],
                seed=sizes["seed"],
                months=sizes["months"],
                progress=progress,
            )
            for arm in ARMS
        }
        self.points = self.tables[MAIN]["point"].to_numpy()

    def when(self, arm: str, kind: str) -> Floats:
        """Month of declared ("shown") or real maturity of each system."""
        return dates.months_until(self.tables[arm], COLUMNS[kind])

    def shares(self, arm: str, kind: str, by, *, alike: bool = True) -> Floats:
        """Shares by these months of draws of 42 systems."""
        rows = dates.drawn(
            self.points,
            size=SYSTEMS,
            draws=self.sizes["draws"],
            seed=self.sizes["seed"],
            alike=alike,
        )
        return dates.shares_by(self.when(arm, kind), rows, by)

    def mean(self, quantity: str, values) -> dict[str, object]:
        """A mean over all systems of all points."""
        return mean_over_points(quantity, self.points, values, seed=self.sizes["seed"])

    def gain(self, quantity: str, arm: str, base: str, kind: str, month: int) -> dict[str, object]:
        """Share by a month in one arm minus that in another, the same systems."""
        one, two = (self.when(name, kind) <= month for name in (arm, base))
        return self.mean(quantity, one.astype(float) - two)


def analyse(
    scenario: ts.Scenario, sizes: Mapping[str, int], progress: Callable[[int], object]
) -> Analysis:
    units = data.read("ics_units")
    published = dates.designation_band(
        units, INSPECTIONS, resamples=1000 if sizes["draws"] > 1000 else 100, seed=sizes["seed"]
    )
    lives = Lives(scenario, sizes, progress)
    shape, scale = dates.weibull_fit(units)
    fitted = dates.weibull_draws(
        shape, scale, INSPECTIONS, size=SYSTEMS, draws=sizes["draws"], seed=sizes["seed"]
    )
    tests = tested(lives, published["estimate"].to_numpy(), fitted)
    measured = pd.DataFrame([*of_dates(lives, tests), *of_arms(lives)])
    bands = banded(lives, shape, scale)
    pooled = lives_over_time(lives)
    return Analysis(
        measured,
        tables(published, tests, bands, measured, (shape, scale)),
        figures(bands, published, pooled),
        sentences(measured.set_index("quantity"), tests, (shape, scale)),
        limits(),
    )


def tested(lives: Lives, published: Floats, fitted: Floats) -> pd.DataFrame:
    """D, p and share of inspections inside, for each arm and kind of maturity."""
    rows = []
    for arm in ARMS:
        for kind in COLUMNS:
            for alike in (True, False):
                found = dates.compared(published, lives.shares(arm.key, kind, MONTHS, alike=alike))
                drawn = "alike" if alike else "each its own"
                rows.append({"arm": arm.name, "key": arm.key, "maturity": kind, "systems": drawn})
                rows[-1] |= found._asdict()
    naive = {"arm": "Weibull, fitted", "key": "weibull", "maturity": "dates", "systems": "alike"}
    rows.append(naive | dates.compared(published, fitted)._asdict())
    return pd.DataFrame(rows)


def comparison(tests: pd.DataFrame, key: str, kind: str, systems: str = "alike"):
    """One row of `tested` as a Comparison."""
    which = (tests["key"] == key) & (tests["maturity"] == kind) & (tests["systems"] == systems)
    found = tests[which].iloc[0]
    return dates.Comparison(*(float(found[name]) for name in dates.Comparison._fields))


def of_dates(lives: Lives, tests: pd.DataFrame):
    """The dates of the main arm and of the Weibull, against those published."""
    draws = lives.sizes["draws"]
    found = {kind: comparison(tests, MAIN, kind) for kind in COLUMNS}
    for kind, one in found.items():
        own = comparison(tests, MAIN, kind, "each its own")
        yield exact(f"{kind}.inside", one.inside, "share of inspections", draws)
        yield exact(f"{kind}.inside.own", own.inside, "share of inspections", draws)
        yield p_row(f"p.{kind}", one, draws)
        yield p_row(f"p.{kind}.own", own, draws)
        shares = lives.shares(MAIN, kind, MONTHS)
        for month, values in zip(MONTHS, shares.T, strict=True):
            yield band_row(f"{kind}.by_{month}", values, "share of 42 systems")
    yield spans(lives)
    first = lives.when(MAIN, "shown") <= MONTHS[0]
    yield most_at_a_point(f"shown.most_by_{MONTHS[0]}", lives.points, first)
    for systems, end in (("alike", ""), ("each its own", ".own")):
        one = comparison(tests, "lifted", "shown", systems)
        yield exact(f"lifted.shown.inside{end}", one.inside, "share of inspections", draws)
        yield p_row(f"p.lifted.shown{end}", one, draws)
    naive = comparison(tests, "weibull", "dates")
    yield p_row("p.weibull", naive, draws)
    yield exact("weibull.inside", naive.inside, "share of inspections", draws)
    real = found["real"]
    # Newcombe: two independent shares, each with its Wilson interval.
    difference = naive.p - real.p
    down = ((naive.p - naive.low) ** 2 + (real.high - real.p) ** 2) ** 0.5
    up = ((naive.high - naive.p) ** 2 + (real.p - real.low) ** 2) ** 0.5
    yield row("p.weibull_minus_real", difference, difference - down, difference + up, "p", draws)


def spans(lives: Lives) -> dict[str, object]:
    """Months that the middle four fifths of declarations at one point take; median over points.

    Asked after the run was seen. The interval is the middle four fifths of the points.
    """
    when = pd.Series(np.minimum(lives.when(MAIN, "shown"), lives.sizes["months"]))
    tenths = when.groupby(lives.points).quantile([0.1, 0.9]).unstack()
    low, middle, high = (tenths[0.9] - tenths[0.1]).quantile([0.1, 0.5, 0.9])
    return row("shown.span", middle, low, high, "months", len(tenths))


def of_arms(lives: Lives):
    """What the mandate, the deadline and the number of members change; turnover."""
    main = lives.tables[MAIN]
    left, years = main["departures"], main["person_months"] / 12
    yield over_points(
        "turnover",
        lives.points,
        [one.to_numpy(dtype=float) for one in (left, years)],
        ratio,
        "changes of a key person a year",
        seed=lives.sizes["seed"],
    )
    yield lives.gain("deadline.shown_46", "deadline", MAIN, "shown", 46)
    yield lives.gain("deadline.shown_61", "deadline", MAIN, "shown", DUE)
    yield lives.gain("deadline.real_61", "deadline", MAIN, "real", DUE)
    yield lives.gain("deadline.real_84", "deadline", MAIN, "real", 84)
    for arm in ("deadline", "rush", MAIN, "lifted"):
        shown, real = (lives.when(arm, kind) <= DUE for kind in COLUMNS)
        yield lives.mean(f"{arm}.gap_61", shown.astype(float) - real)
        yield lives.mean(f"{arm}.bunching", bunched(lives, arm))
    for arm in ("deadline", "rush"):
        difference = bunched(lives, arm) - bunched(lives, MAIN)
        yield lives.mean(f"{arm}.bunching_minus_none", difference)
    yield lives.gain("lifted.real_56", "lifted", MAIN, "real", 56)
    yield lives.gain("lifted.shown_26", "lifted", MAIN, "shown", 26)
    yield lives.gain("members.8_minus_12.real_56", "members_8", MAIN, "real", 56)
    yield lives.gain("members.8_minus_12.shown_26", "members_8", MAIN, "shown", 26)
    yield lives.gain("members.20_minus_12.real_56", "members_20", MAIN, "real", 56)
    yield lives.gain("members.20_minus_12.shown_26", "members_20", MAIN, "shown", 26)


def bunched(lives: Lives, arm: str) -> Floats:
    """1 for each system declared in the last months of the rollout."""
    when = lives.when(arm, "shown")
    return ((when >= LAST_MONTHS[0]) & (when <= LAST_MONTHS[1])).astype(float)


def banded(lives: Lives, shape: float, scale: float) -> pd.DataFrame:
    """Predictive bands of 42 systems month by month, by kind and by how systems are drawn."""
    by = np.arange(1, 73)
    parts = []
    for kind, name in (("shown", "declared"), ("real", "mature in fact")):
        for alike in (True, False):
            shares = lives.shares(MAIN, kind, by, alike=alike)
            band = dates.predictive_band(shares, by, size=SYSTEMS)
            parts.append(band.assign(line=name, systems="alike" if alike else "each its own"))
    curve = dates.weibull_by(shape, scale, by / 12)
    naive = pd.DataFrame({"month": by, "estimate": curve, "mean": curve})
    both = [
        naive.assign(line="Weibull, fitted", low=np.nan, high=np.nan, n=SYSTEMS, systems=systems)
        for systems in ("alike", "each its own")
    ]
    return pd.concat([*parts, *(one.assign(draws=lives.sizes["draws"]) for one in both)])


def lives_over_time(lives: Lives) -> pd.DataFrame:
    """Share of all simulated systems declared, and mature, by quarter, with and without."""
    by = range(0, lives.sizes["months"] + 1, 3)
    names = {MAIN: "no deadline", "deadline": "deadline", "rush": "late rush"}
    tables = [
        curve_over_points(
            name, lives.points, lives.when(arm, kind), by, seed=lives.sizes["seed"]
        ).assign(maturity=kind)
        for kind in COLUMNS
        for arm, name in names.items()
    ]
    return pd.concat(tables, ignore_index=True)


def tables(published, tests, bands, measured, weibull) -> list[Table]:
    return [
        Table(
            "published",
            "Designated, by inspection",
            "Turnbull's share of 42 systems, the last 13 censored; bootstrap over systems.",
            published,
        ),
        Table(
            "tests",
            "Draws of 42 systems against the dates",
            "discrepancy: largest distance from the mean of the draws; p: share of draws at least "
            "as far; inside: share of the five inspections in the band. Systems alike: one "
            "calibrated point a draw.",
            tests.drop(columns="key"),
        ),
        Table(
            "bands",
            "Predictive bands, month by month",
            "Middle 95 % of draws of 42 systems. Weibull: shape "
            f"{weibull[0]:.2f}, scale {weibull[1]:.2f} years, fitted to the dates.",
            bands,
        ),
    ]


def sentences(measured: pd.DataFrame, tests: pd.DataFrame, weibull) -> list[str]:
    def say(quantity: str, scale: float = 100, digits: int = 1) -> str:
        numbers = (scale * measured.loc[quantity, name] for name in ("estimate", "low", "high"))
        return "{:.{d}f} ({:.{d}f} to {:.{d}f})".format(*numbers, d=digits)

    def inside(quantity: str) -> str:
        return f"{round(5 * measured.loc[quantity, 'estimate'])} of 5"

    low, high = rates()
    return [
        (
            f"Declared maturity: {inside('shown.inside')} inspections inside the band of 42 "
            f"systems, p {say('p.shown', 1, 3)}; each system of a point of its own: "
            f"{inside('shown.inside.own')}, p {say('p.shown.own', 1, 3)}."
        ),
        (
            f"Maturity in fact: {inside('real.inside')} inside, p {say('p.real', 1, 3)}; each of "
            f"its own: {inside('real.inside.own')}, p {say('p.real.own', 1, 3)}."
        ),
        (
            f"A Weibull with two fitted numbers (shape {weibull[0]:.2f}, scale {weibull[1]:.2f} "
            f"years): {inside('weibull.inside')} inside, p {say('p.weibull', 1, 3)}."
        ),
        (
            f"By the fifth inspection (published 69 %): declared {say('shown.by_56')} %, mature in "
            f"fact {say('real.by_56')} % of 42 systems (bands)."
        ),
        (
            f"The deadline: {say('deadline.shown_46')} points more declared within a year of its "
            f"being set (a restated input), {say('deadline.real_84')} points mature in fact by "
            "year 7."
        ),
        (
            f"Declared in months 57 to 61: {say('deadline.bunching')} % with the deadline, "
            f"{say('stp.bunching')} % without, {say('rush.bunching')} % with a late rush; 24 of 42 "
            "in England. Bunching made by the rush is put in, not found."
        ),
        (
            f"Without the mandate {say('lifted.real_56')} points mature in fact by the fifth "
            f"inspection; with 8 members rather than 12 {say('members.8_minus_12.real_56')}, with "
            f"20 {say('members.20_minus_12.real_56')}."
        ),
        (
            "Looked at afterwards: within one point the middle four fifths of declarations take "
            f"{say('shown.span', 1, 0)} months (median and middle four fifths of the points); at "
            f"no point are more than {100 * measured.loc['shown.most_by_15', 'estimate']:.1f} % "
            "declared by the first inspection."
        ),
        (
            "Not predicted, looked at afterwards: without the mandate the dates are no rare draw "
            f"of declared maturity ({inside('lifted.shown.inside')} inside, p "
            f"{say('p.lifted.shown', 1, 3)}), unless each system has a point of its own (p "
            f"{say('p.lifted.shown.own', 1, 4)})."
        ),
        (
            f"Leads change {say('turnover', 1, 2)} times a year; {low:g} to {high:g} in England, "
            "from which it was set."
        ),
    ]


def limits() -> list[str]:
    return [
        (
            "Designation is an act of policy. That the model's declared maturity stands for it is "
            "our reading: a system can be designated for reasons that no model of trust holds."
        ),
        (
            "42 dates known at five inspections, 13 of them censored, can refuse a curve, not "
            "choose between mechanisms. A curve with two fitted numbers does as well as the data "
            "allow."
        ),
        (
            "The points were calibrated on voluntary partnerships; the mandate's dose, the pace "
            "and twelve members are assumptions that were eased after runs "
            "(experiments/E00_calibration)."
        ),
        (
            "A draw of alike systems is wide because the points differ; that the dates lie inside "
            "a wide band is weak support."
        ),
        (
            "Covid, mergers of footprints, two systems by devolution that began earlier, and the "
            "fact that the inspections are announcements are in the data and not in the model."
        ),
        (
            "The deadline's show is an input, so its effect on declarations is none of the "
            "model's findings."
        ),
        (
            "Intervals of effects come from resampling whole points: they hold luck and the "
            "spread of the points, not doubt about the rules."
        ),
    ]
