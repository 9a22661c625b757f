"""Coalitions whose grant ends after three years, beside 110 that did."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from designation import plot_predictive_bands
from E10_stp_dates import dates
from harness import Analysis
from predictive import (
    SHARE,
    Floats,
    band_row,
    chance_row,
    exact,
    mean_over_points,
    most_at_a_point,
    over_points,
    p_row,
    row,
    within,
)

import trustsim as ts
from trustsim import data
from trustsim.analysis.intervals import wilson
from trustsim.report import Figure, Table, picture

TITLE = "Community coalitions whose grant ends"
FULL = {"points": 200, "replicates": 170, "draws": 4000, "seed": 110, "months": 84}
TOY = {"points": 4, "replicates": 30, "draws": 200, "seed": 110, "months": 84}
COALITIONS, TEAMS = 110, 14  # feinberg2008, prosper2015
GRANT, END = 36, 84  # months
PUBLISHED = "Communities That Care coalitions, Pennsylvania (n=110)"
ENDED_BY_END = 37  # of 110: one third
RATIO = "ratio of rates"
WITH, WITHOUT = "with", "without"


def arms(base: ts.Scenario) -> dict[str, ts.Scenario]:
    """The grant ends, goes on, or ends in one of its two parts; and another setting."""
    ends = ts.interventions.funding_end
    funded = base.without("funding_end")
    capacity = base.values()["coordinator_capacity"]
    voluntary = ts.scenario("voluntary").with_(coordinator_capacity=capacity)
    return {
        WITH: base,
        WITHOUT: funded,
        "support_only": funded + ends(start=GRANT, meetings=0.0),
        "meetings_only": funded + ends(start=GRANT, support=0.0),
        "voluntary": voluntary + ends(start=GRANT),
        "voluntary_funded": voluntary,
    }


class Lives:
    """Every arm at every point: when coalitions ended, and what they were like in month 36."""

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
        self.functioning = functioning(base, sizes, progress)

    def draws(self, size: int = COALITIONS, *, alike: bool = True):
        """Rows of draws of so many coalitions."""
        return dates.drawn(
            self.points, size=size, draws=self.sizes["draws"], seed=self.seed, alike=alike
        )

    def dissolved(self, arm: str, month: int = END) -> Floats:
        """1 for each coalition that ended by a month."""
        return (self.ended[arm] <= month).astype(np.float64)


def functioning(base: ts.Scenario, sizes: Mapping[str, int], progress) -> Floats:
    """Maturity in the month in which the grant ends; not a number where nobody is left."""
    found = []
    for number, scenario in enumerate(dates.places(base, points=sizes["points"])):
        first = number * sizes["replicates"]
        months = ts.simulate(
            scenario,
            replicates=sizes["replicates"],
            first=first,
            seed=sizes["seed"],
            months=GRANT,
            record="months",
            progress=progress,
        ).months
        last = months[months["month"] == GRANT].set_index("replicate")["maturity"]
        numbers = range(first, first + sizes["replicates"])
        found.append(last.reindex(numbers).to_numpy(dtype=np.float64))
    return np.concatenate(found)


def spells(ended: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Ends and years lived, before and after the grant's last month, of each coalition."""
    early = np.minimum(ended, GRANT)
    late = np.clip(np.minimum(ended, END) - GRANT, 0, None)
    counts = (ended <= GRANT), (ended > GRANT) & (ended <= END)
    return counts[0] * 1.0, early / 12, counts[1] * 1.0, late / 12


def ratio_of_rates(sums: Floats) -> Floats:
    """Late over early ends a year; last axis as `spells`. Half an end more each keeps it finite."""
    early = (sums[..., 0] + 0.5) / sums[..., 1]
    late = (sums[..., 2] + 0.5) / np.maximum(sums[..., 3], 1 / 12)
    return np.asarray(late / early)


def analyse(
    scenario: ts.Scenario, sizes: Mapping[str, int], progress: Callable[[int], object]
) -> Analysis:
    lives = Lives(scenario, sizes, progress)
    published = alive_published()
    summary = pd.DataFrame([*drawn_rows(lives, published)])
    measured = pd.DataFrame(
        [*summary.to_dict("records"), *pooled_rows(lives), *functioning_rows(lives)]
    )
    bands = banded(lives)
    return Analysis(
        measured,
        [
            Table(
                "published",
                "Published shares alive",
                f"Of {COALITIONS} coalitions, Wilson's 95 % interval (feinberg2008).",
                published,
            ),
            Table(
                "bands",
                "Predictive bands, month by month",
                f"Share alive; middle 95 % of draws of {COALITIONS} coalitions.",
                bands,
            ),
        ],
        figures(bands, published),
        sentences(measured.set_index("quantity")),
        limits(),
    )


def alive_published() -> pd.DataFrame:
    """Share of the 110 alive at 3 and 7 years."""
    table = data.read("survival_targets").query("population == @PUBLISHED")
    by_year = table.set_index("horizon_years")["value_low"]
    counts = (round(COALITIONS * float(by_year["3"])), COALITIONS - ENDED_BY_END)
    rows = []
    for month, alive in zip((GRANT, END), counts, strict=True):
        low, high = wilson(alive, COALITIONS)
        share = alive / COALITIONS
        rows.append({"month": month, "estimate": share, "low": low, "high": high, "n": COALITIONS})
    return pd.DataFrame(rows)


def published_ratio(published: pd.DataFrame) -> tuple[float, float, float]:
    """Ratio of the two rates, constant in each stretch, with its interval from the counts."""
    alive = published["estimate"].to_numpy()
    rates = -np.log([alive[0], alive[1] / alive[0]]) / [GRANT / 12, (END - GRANT) / 12]
    ended = COALITIONS * np.array([1 - alive[0], alive[0] - alive[1]])
    spread = np.exp(1.96 * np.sqrt((1 / ended).sum()))
    middle = float(rates[1] / rates[0])
    return middle, middle / float(spread), middle * float(spread)


def drawn_rows(lives: Lives, published: pd.DataFrame):
    """Draws of 110 coalitions beside the published shares and ratio."""
    alive = published["estimate"].to_numpy()
    yield row("published.ratio", *published_ratio(published), RATIO, COALITIONS)
    for arm in (WITH, WITHOUT, "voluntary", "voluntary_funded"):
        name = "" if arm == WITH else f"{arm}."
        for alike in (True, False):
            rows = lives.draws(alike=alike)
            shares = 1 - dates.shares_by(lives.ended[arm], rows, (GRANT, END))
            end = "" if alike else ".own"
            count = len(rows)
            for month, values, seen in zip((GRANT, END), shares.T, alive, strict=True):
                key = f"{name}alive_{month}"
                yield band_row(f"{key}{end}", values, "share of 110 coalitions")
                yield exact(f"{key}.inside{end}", within(seen, values), "of 1 inside", count)
            found = dates.compared(alive, shares)
            yield p_row(f"{name}p.alive{end}", found, count)
            sums = np.stack([one[rows].sum(axis=1) for one in spells(lives.ended[arm])], axis=-1)
            ratios = ratio_of_rates(sums)
            yield band_row(f"{name}ratio{end}", ratios, RATIO)
            seen = published_ratio(published)[0]
            yield exact(f"{name}ratio.inside{end}", within(seen, ratios), "of 1 inside", count)
    shares = 1 - dates.shares_by(lives.ended[WITH], lives.draws(), (END,))
    low, high = np.quantile(shares, dates.MIDDLE)
    yield exact("alive_84.width", high - low, "share of coalitions", len(shares))
    teams = lives.ended[WITHOUT][lives.draws(TEAMS)] > 60
    yield chance_row("prosper.all_alive", teams.all(axis=1))


def pooled_rows(lives: Lives):
    """Rates and paired effects over all points."""
    seed = lives.seed
    for arm in (WITH, WITHOUT, "voluntary", "voluntary_funded"):
        yield over_points(
            f"ratio.{arm}",
            lives.points,
            spells(lives.ended[arm]),
            lambda sums: float(ratio_of_rates(sums)),
            RATIO,
            seed=seed,
        )
    both = [*spells(lives.ended[WITH])[2:], *spells(lives.ended[WITHOUT])[2:]]
    yield over_points(
        "ratio.with_over_without",
        lives.points,
        both,
        lambda sums: float((sums[0] / sums[1]) / (sums[2] / sums[3])) if sums[2] else float("nan"),
        RATIO,
        seed=seed,
    )
    yield most_at_a_point("ended_36.most", lives.points, lives.dissolved(WITH, GRANT))
    base = lives.dissolved(WITHOUT)
    for arm in (WITH, "support_only", "meetings_only"):
        change = lives.dissolved(arm) - base
        name = "funding_end" if arm == WITH else arm
        yield mean_over_points(f"{name}.dissolved_84", lives.points, change, seed=seed)
    change = lives.dissolved("meetings_only") - lives.dissolved("support_only")
    yield mean_over_points(
        "meetings_only_minus_support_only.dissolved_84", lives.points, change, seed=seed
    )


def functioning_rows(lives: Lives):
    """The better and the worse half in month 36: what becomes of them, and what the end does."""
    known = np.isfinite(lives.functioning) & (lives.ended[WITH] > GRANT)
    points = lives.points[known]
    level = pd.Series(lives.functioning[known])
    better = (level > level.groupby(points).transform("median")).to_numpy()
    ended = lives.dissolved(WITH)[known]
    effect = ended - lives.dissolved(WITHOUT)[known]
    halves = (better * 1.0, ~better * 1.0)
    for name, values in (("functioning", ended), ("functioning.effect", effect)):
        yield over_points(
            f"{name}_better_minus_worse" if "." in name else f"{name}.better_minus_worse",
            points,
            (values * better, halves[0], values * ~better, halves[1]),
            lambda sums: float(sums[0] / sums[1] - sums[2] / sums[3]),
            SHARE,
            seed=lives.seed,
        )
        for half, which in (("better", better), ("worse", ~better)):
            yield mean_over_points(f"{name}.{half}", points[which], values[which], seed=lives.seed)
    for half, which in (("better", better), ("worse", ~better)):
        yield mean_over_points(
            f"functioning.maturity.{half}",
            points[which],
            level.to_numpy()[which],
            "maturity in month 36",
            seed=lives.seed,
        )


def banded(lives: Lives) -> pd.DataFrame:
    """Share alive of draws of 110, month by month, by arm."""
    by = np.arange(0, END + 1)
    ends, goes_on = "funding ends", "funding goes on"
    names = {WITH: ends, WITHOUT: goes_on, "voluntary": ends, "voluntary_funded": goes_on}
    parts = []
    for arm, name in names.items():
        shares = 1 - dates.shares_by(lives.ended[arm], lives.draws(), by)
        band = dates.predictive_band(shares, by, size=COALITIONS)
        parts.append(band.assign(line=name, arm=arm))
    return pd.concat(parts, ignore_index=True)


def figures(bands: pd.DataFrame, published: pd.DataFrame) -> list[Figure]:
    look = {"outcome": "share of coalitions alive", "label": "110 coalitions\nin Pennsylvania"}
    elsewhere = bands["arm"].str.startswith("voluntary")
    grant, other = bands[~elsewhere], bands[elsewhere]
    return [
        Figure(
            "coalition",
            "Alive with and without the end of funding, and as published",
            "The grant ends after three years.",
            picture(plot_predictive_bands(grant, published, **look)),
            grant,
        ),
        Figure(
            "voluntary",
            "The same in the voluntary setting with a coordinator",
            "A more hurried sponsor and eight members. With no end of funding it has the published "
            "numbers, which was looked at afterwards.",
            picture(plot_predictive_bands(other, published, **look)),
            other,
        ),
    ]


def sentences(measured: pd.DataFrame) -> list[str]:
    def say(quantity: str, scale: float = 100, digits: int = 0) -> str:
        numbers = (scale * measured.loc[quantity, name] for name in ("estimate", "low", "high"))
        return "{:.{d}f} ({:.{d}f} to {:.{d}f})".format(*numbers, d=digits)

    def inside(quantity: str) -> str:
        return "inside" if measured.loc[quantity, "estimate"] else "outside"

    return [
        (
            f"Alive at 3 years: {say('alive_36')} % of 110 (published 90, "
            f"{inside('alive_36.inside')} the band); at 7 years: {say('alive_84')} % (published "
            f"66, {inside('alive_84.inside')}). Both together: p {say('p.alive', 1, 3)}."
        ),
        (
            f"Rate of years 4 to 7 over years 1 to 3: {say('ratio', 1, 1)} in draws of 110, "
            f"published {say('published.ratio', 1, 1)}: {inside('ratio.inside')} the band."
        ),
        (
            f"Over all points the ratio is {say('ratio.with', 1, 2)} with the end of funding and "
            f"{say('ratio.without', 1, 2)} without it; the end multiplies the rate of years 4 to "
            f"7 by {say('ratio.with_over_without', 1, 2)}."
        ),
        (
            f"The end of funding: {say('funding_end.dissolved_84', 100, 1)} points more ended by "
            f"year 7; assistance alone {say('support_only.dissolved_84', 100, 1)}, meetings alone "
            f"{say('meetings_only.dissolved_84', 100, 1)}."
        ),
        (
            "Better functioning in month 36 (better minus worse half): "
            f"{say('functioning.better_minus_worse', 100, 1)} points ended in years 4 to 7; the "
            "end of funding does "
            f"{say('functioning.effect_better_minus_worse', 100, 1)} points more there."
        ),
        (
            f"PROSPER: all of 14 alive at 5 years in {say('prosper.all_alive', 100, 1)} % of draws "
            "whose funding goes on."
        ),
        (
            "Voluntary setting with a coordinator: alive at 7 years "
            f"{say('voluntary.alive_84')} % ({inside('voluntary.alive_84.inside')})."
        ),
        (
            "Not predicted, looked at afterwards: the voluntary setting with a coordinator whose "
            f"funding does NOT end has {say('voluntary_funded.alive_36')} % alive at 3 years, "
            f"{say('voluntary_funded.alive_84')} % at 7, a ratio of "
            f"{say('voluntary_funded.ratio', 1, 1)} (over points "
            f"{say('ratio.voluntary_funded', 1, 2)}) and p {say('voluntary_funded.p.alive', 1, 3)}:"
            " age alone gives the published numbers. At no point have more than "
            f"{100 * measured.loc['ended_36.most', 'estimate']:.1f} % ended when the grant ends."
        ),
    ]


def limits() -> list[str]:
    return [
        (
            "The data have no coalitions whose funding went on, and the grant ended at the same "
            "age for all. A rate that rises with age and one that rises because money stops give "
            "the same published numbers."
        ),
        (
            "Two shares, from one state, seen in an abstract: they can refuse a level, not choose "
            "a mechanism."
        ),
        (
            "The level is not held out: two of the bands that the points were calibrated on cite "
            "the same study. The ratio was not used."
        ),
        (
            "What the grant paid (four tenths of the meetings, the coordinator) and the setting's "
            "pressure and pace are assumptions."
        ),
        (
            "Better and worse halves differ in luck and people; that they fare differently is an "
            "association. The effect of the end of funding in each half is paired, and causal in "
            "the model."
        ),
        "A coalition that ends in the model has dissolved; a real one may go on in another form.",
    ]
