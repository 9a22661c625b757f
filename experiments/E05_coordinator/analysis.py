"""The coordinator: timing, removal, dose, independence, turnover and cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from E05_coordinator import doses, removal
from E05_coordinator.lab import Lab
from E05_coordinator.picture import plot_removal
from harness import Analysis

import trustsim as ts
from trustsim.figures.doses import plot_dose_response
from trustsim.report import Figure, Table, picture

TITLE = "A coordinator: when, how much, how independent"
FULL = {"replicates": 4000, "seed": 50, "months": 120}
TOY = {"replicates": 40, "seed": 50, "months": 120}
GAIN = "matured by 5 years, with minus without"


def analyse(
    scenario: ts.Scenario, sizes: Mapping[str, int], progress: Callable[[int], object]
) -> Analysis:
    lab = Lab(sizes, progress)
    starts, of_starts = removal.timing(lab, scenario)
    losses, kept, of_losses = removal.removal(lab, scenario)
    triggered, of_triggered = removal.at_maturity(lab, scenario, progress)
    curves, of_curves = doses.responses(lab, scenario)
    prices, of_prices = doses.costs(lab, scenario)
    tenures, of_tenures = doses.turnover(lab, scenario)
    measured = pd.DataFrame(
        [*of_starts, *of_losses, *of_triggered, *of_curves, *of_prices, *of_tenures]
    )
    return Analysis(
        measured,
        tables(starts, losses, kept, triggered, curves, prices, tenures),
        figures(starts, losses, curves, tenures),
        sentences(measured.set_index("quantity"), losses, triggered, prices),
        limits(),
    )


def tables(starts, losses, kept, triggered, curves, prices, tenures) -> list[Table]:
    paired = "Paired with nobody; 95 % intervals (Agresti and Min)."
    margin = f"Harmless: the interval lies wholly above minus {100 * removal.MARGIN:g} points."
    return [
        Table("timing", "By month of arrival", paired, starts),
        Table(
            "removal",
            "By month of leaving",
            f"Paired with a coordinator who stays. {margin}",
            losses,
        ),
        Table(
            "kept",
            "Share of the gain that is kept",
            "Gain of a coordinator who leaves over the "
            "gain of one who stays (Fieller's interval; none where the gain of staying may be "
            "0).",
            kept,
        ),
        Table(
            "at_maturity",
            "Leaving at maturity",
            "Gain in partnerships that stand mature at 10 "
            "years, against nobody, and person-months spent in 10 years.",
            triggered,
        ),
        Table("doses", "By dose", paired, curves),
        Table(
            "prices",
            "Cost by capacity",
            "Person-months in five years, a partnership; and for "
            "each further partnership matured by 5 years (Fieller's interval).",
            prices,
        ),
        Table("turnover", "By mean tenure of key people", paired, tenures),
    ]


def figures(starts, losses, curves, tenures) -> list[Figure]:
    by_five = curves[curves["outcome"] == "matured_60"]
    capacity = by_five[by_five["line"] == "capacity"]
    dials = by_five[by_five["line"] != "capacity"]
    arrivals = starts[starts["outcome"] == "matured_84"]
    leaving = losses[losses["outcome"] == "stands_120"]
    by_tenure = tenures.assign(line=tenures["line"] + " by 5 years")
    return [
        Figure(
            "timing",
            "When a coordinator comes",
            "Gain in partnerships matured by 7 years.",
            picture(
                plot_dose_response(
                    arrivals,
                    level="months after which the coordinator came",
                    outcome="matured by 7 years, with minus without",
                )
            ),
            arrivals,
        ),
        Figure(
            "removal",
            "When a coordinator leaves",
            "Partnerships that stand mature at 10 years, "
            "against a coordinator who stays; three strengths of institution.",
            picture(plot_removal(leaving, removal.MARGIN)),
            leaving,
        ),
        Figure(
            "capacity",
            "How much of a coordinator",
            "Pairs of members attended a month, of 28.",
            picture(
                plot_dose_response(
                    capacity.drop(columns="line"),
                    logarithmic=True,
                    level="pairs of members attended a month",
                    outcome=GAIN,
                )
            ),
            capacity,
        ),
        Figure(
            "dials",
            "Skill, independence and appointment",
            "One dial moved, the others at their defaults.",
            picture(plot_dose_response(dials, level="level of the dial (share)", outcome=GAIN)),
            dials,
        ),
        Figure(
            "turnover",
            "Where people change often",
            "The coordinator's effect by tenure.",
            picture(
                plot_dose_response(
                    by_tenure,
                    level="mean tenure of key people (months)",
                    outcome="with minus without a coordinator",
                )
            ),
            by_tenure,
        ),
    ]


def sentences(
    measured: pd.DataFrame, losses: pd.DataFrame, triggered: pd.DataFrame, prices: pd.DataFrame
) -> list[str]:
    points, plain = in_points(measured), in_numbers(measured)
    each = ", ".join(
        f"{row['cost_per_matured']:.0f} at {row['capacity']:g} pairs a month"
        for row in prices.dropna().to_dict("records")
    )
    return [
        (
            f"A coordinator from the start: {points('capacity.1.matured_60')} matured by 5 years "
            "(published: +5 to +20)."
        ),
        f"From the start, not after a year: {points('start.0_minus_12.matured_60')} by 5 years.",
        (
            "The same 36 months spent first, not after 4 years: "
            f"{points('spell.0_minus_48.matured_84')} matured by 7 years, "
            f"{points('spell.0_minus_48.stands_120')} that stand mature at 10 years."
        ),
        (
            "36 months that begin after half a year, not at once: "
            f"{points('spell.6_minus_0.matured_84')} matured by 7 years (asked after the run was "
            "seen)."
        ),
        (
            f"Share of the gain kept at 7 years: {plain('leaves.6.kept_84')} if gone after 6 "
            "months, "
            f"{plain('leaves.12.kept_84')} after 12, {plain('leaves.48.kept_84')} after 48."
        ),
        *when_harmless(losses[losses["outcome"] == "stands_120"]),
        at_maturity_in_words(points, triggered.set_index("coordinator")["person_months"]),
        (
            "Help turns into harm at an allegiance of "
            f"{plain('allegiance.turns.matured_60')} for maturity, and of "
            f"{plain('allegiance.turns.dissolved_60')} for dissolution."
        ),
        (
            "Tenure 15 months, not 60: a coordinator's effect on maturity by 5 years differs by "
            f"{points('turnover.15_minus_60.matured_60')}, on dissolution by "
            f"{points('turnover.15_minus_60.dissolved_60')}; in log odds by "
            f"{plain('turnover.15_minus_60.log_odds_matured_60')} and "
            f"{plain('turnover.15_minus_60.log_odds_dissolved_60')}."
        ),
        f"Person-months in five years for each further partnership matured: {each}.",
    ]


def in_points(measured: pd.DataFrame) -> Callable[[str], str]:
    """What says a quantity in percentage points, with its interval."""

    def say(quantity: str) -> str:
        row = measured.loc[quantity]
        numbers = (100 * row[name] for name in ("estimate", "low", "high"))
        return "{:+.1f} points ({:+.1f} to {:+.1f})".format(*numbers)

    return say


def in_numbers(measured: pd.DataFrame) -> Callable[[str], str]:
    """What says a quantity with its interval."""

    def say(quantity: str) -> str:
        row = measured.loc[quantity]
        if row[["estimate", "low", "high"]].isna().any():
            return "no certain number"
        return "{:.2f} ({:.2f} to {:.2f})".format(*row[["estimate", "low", "high"]])

    return say


def when_harmless(losses: pd.DataFrame) -> list[str]:
    """One sentence a strength of institution: after which months leaving is harmless."""
    found = []
    for line, rows in losses.groupby("line", sort=False):
        words = []
        for judgement, those in rows.groupby("judgement", sort=False):
            months = ", ".join(f"{month:g}" for month in those["level"])
            words.append(f"{judgement} after {months} months")
        found.append(
            f"Leaving, judged at 10 years with a margin of {100 * removal.MARGIN:g} points "
            f"({line}): {'; '.join(words)}."
        )
    return found


def at_maturity_in_words(points: Callable[[str], str], months: pd.Series) -> str:
    quantity = "leaves.at_maturity_minus_stays.stands_120"
    return (
        "Leaving each partnership once its own maturity is established, not staying: "
        f"{points(quantity)} that stand mature at 10 years, for "
        f"{months['leaves at maturity']:.0f} instead of {months['stays']:.0f} person-months "
        f"(leaving all after 48 months: {months['leaves after 48 months']:.0f})."
    )


def limits() -> list[str]:
    return [
        "The intervals cover luck in the simulation at one set of parameters, not doubt about it.",
        (
            "What a coordinator does, and that legitimacy is a product of skill, inclusiveness and "
            "independence, are assumptions: skill and inclusiveness are alike by construction. "
            "The capacity of 1 was chosen so that the effect is of the published size."
        ),
        "The size of the signal of allegiance is a hypothesis; the turning point hangs on it.",
        (
            "Leaving at maturity needs to know in which month a partnership matured. The library "
            "has no such trigger: each partnership was lived again with its own month as the end, "
            "which gives the same as a trigger would. A trigger on trust or routines was not tried."
        ),
        "Partnerships that dissolved count as not mature; no arm is judged among survivors only.",
        (
            "The catalogue's costs: half a person-month for each pair attended, without overheads "
            "and without savings at size."
        ),
    ]
