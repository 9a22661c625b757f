"""What was found, section by section: a table of results in, a section of the page out."""

from __future__ import annotations

from collections.abc import Mapping

import caveats
import pandas as pd
import sentences as say
import story as one_story
from arms import ARMS, LIFTED, MANDATED, STP, VOLUNTARY, VOLUNTARY_COORDINATOR
from tables import CONTRASTS

from trustsim.report import (
    Markup,
    Sources,
    bullets,
    element,
    folded,
    paragraph,
    section,
    table,
)
from trustsim.report.words import Estimate, by_month, cell, moment

STATUSES = ("mature", "tokenistic", "forming", "dissolved", "tokenistic among survivors")
NAMES = {arm.key: arm.name for arm in ARMS}


def attrition(found: Mapping[str, pd.DataFrame], drawn: Mapping[str, Markup]) -> Markup:
    """Ends and talking shops."""
    ended = ["dissolved", "lost a member", "mean members lost"]
    parts = [
        table(by_month(say.of(found["attrition"], arm), ended), caption=say.capital(arm.name))
        for arm in (VOLUNTARY, VOLUNTARY_COORDINATOR, MANDATED)
    ]
    stand = [
        table(by_month(say.of(found["status"], arm), STATUSES), caption=say.capital(arm.name))
        for arm in (STP, VOLUNTARY)
    ]
    causes = [
        {
            "arm": NAMES[row.arm],
            "cause": row.cause,
            "share of ends": cell(Estimate(row.estimate, row.low, row.high, "share", row.n)),
        }
        for row in found["causes"].itertuples()
    ]
    return section(
        "How many fall apart, and how many become talking shops",
        paragraph(say.falling_apart(found)),
        paragraph(say.talking_shops(found)),
        paragraph(
            "A talking shop meets, but for two years on end delivers less than half of what a "
            "mature partnership does; so none can be called one in its first two years."
        ),
        drawn["status_stp"],
        drawn["status_voluntary"],
        drawn["dissolved"],
        *parts,
        folded("Where they stand at the end of every year", *stand),
        folded(
            "Why they ended", table(pd.DataFrame(causes, columns=["arm", "cause", "share of ends"]))
        ),
    )


def maturity(found: Mapping[str, pd.DataFrame], drawn: Mapping[str, Markup]) -> Markup:
    """Time-to-maturity in all arms."""
    rows = []
    for arm in ARMS:
        row = {"arm": arm.name}
        for one in say.of(found["maturity"], arm).itertuples():
            name = f"by {moment(one.month)}" if one.quantity == "matured" else one.quantity
            row[name] = cell(Estimate(one.estimate, one.low, one.high, one.unit, one.n))
        rows.append(row)
    shown = pd.DataFrame(rows)
    shares = ["arm", *(name for name in shown if name.startswith("by "))]
    return section(
        "How long maturity takes",
        paragraph(say.maturity(found, STP), " ", say.maturity(found, VOLUNTARY)),
        drawn["matured"],
        table(shown[shares], caption="Matured: cumulative incidence."),
        table(
            shown[["arm", *(name for name in shown if name not in shares)]],
            caption="First decile and median month of those that matured within the time simulated "
            "(no average: the others never got there), and mean months without maturity, all "
            "partnerships counted.",
        ),
    )


def coordinator(found: Mapping[str, pd.DataFrame], drawn: Mapping[str, Markup]) -> Markup:
    """What a coordinator changed in the same partnerships."""
    questions = [question for question in CONTRASTS if question.startswith("a coordinator")]
    return section(
        "What a coordinator would have changed",
        *(
            paragraph(element("b", say.capital(question)), ". ", say.coordinator(found, question))
            for question in questions
        ),
        drawn["coordinator_stp"],
        drawn["coordinator_voluntary"],
        *(paired(found["contrasts"], question) for question in questions),
        paragraph(
            "Variance ratio: variance of the paired difference over that of a difference between "
            "strangers. Under 1, sharing luck has made the comparison sharper."
        ),
    )


def mandate(found: Mapping[str, pd.DataFrame], drawn: Mapping[str, Markup]) -> Markup:
    """The mandate and the ban on leaving, each alone."""
    questions = [question for question in CONTRASTS if "mandate" in question]
    return section(
        "What the mandate does",
        paragraph(
            "An STP differs from its voluntary twin in two things: it is ordered from above, and "
            "its members may not leave. Two more arms take them apart."
        ),
        paragraph(say.mandate(found)),
        drawn["mandate_matured"],
        drawn["mandate_tokenistic"],
        *(
            folded(say.capital(question), paired(found["contrasts"], question))
            for question in questions
        ),
    )


def paired(contrasts: pd.DataFrame, question: str) -> Markup:
    """All paired differences of one question."""
    rows = [
        {
            "outcome": row.outcome
            if row.outcome not in ("matured", "dissolved")
            else f"{row.outcome} by {moment(row.month)}",
            "before and after, change": say.change(pd.Series(row._asdict())),
            "better": say.percent(row.better),
            "worse": say.percent(row.worse),
            "variance ratio": row.variance_ratio,
        }
        for row in contrasts[contrasts["question"] == question].itertuples()
        if row.spread > 0  # nothing can differ where all partnerships are alike in both arms
    ]
    return table(pd.DataFrame(rows), caption=say.capital(question))


def nominal(found: Mapping[str, pd.DataFrame], drawn: Mapping[str, Markup]) -> Markup:
    """Show and fact."""
    parts = []
    for arm in (STP, VOLUNTARY, LIFTED):
        part = say.of(found["nominal"], arm)
        parts.append(
            table(by_month(part, list(part["quantity"].unique())), caption=say.capital(arm.name))
        )
    return section(
        "Mature by show, mature in fact",
        paragraph(say.show(found, STP), " ", say.show(found, LIFTED)),
        drawn["nominal"],
        *parts,
    )


def story(told: one_story.Story, drawn: Mapping[str, Markup]) -> Markup:
    """One partnership, twice."""
    chosen = (
        f"How it was picked: {one_story.RULE}. That is replicate {told.replicate}, and no typical "
        f"case: of all pairs {say.percent(told.helped)} matured only with the coordinator "
        f"and {say.percent(told.hurt)} only without."
    )
    parts = []
    for partnership, how in ((told.without, "without"), (told.coordinated, "with")):
        caption = f"At the end of every year, {how} a coordinator."
        shown = one_story.year_by_year(partnership)
        names = {name: name.replace("_", " ") for name in shown}
        parts += [
            drawn[f"story_{how}_coordinator"],
            table(shown, caption=caption, names=names),
            folded(
                f"The story in words, {how} a coordinator",
                *(paragraph(part) for part in partnership.story().split("\n\n")),
            ),
        ]
    people = (
        "People are named by organisation, rank and succession: C2#1 is the second holder of the "
        "deputy's seat of organisation C."
    )
    return section("One of them, told twice", paragraph(chosen), paragraph(people), *parts)


def england(
    found: Mapping[str, pd.DataFrame], drawn: Mapping[str, Markup], sources: Sources
) -> Markup:
    """Leaders and designation: simulated beside counted."""
    leaders = [
        {
            "who": row.who,
            "changes a year": f"{row.rate:.2f} ({row.low:.2f} to {row.high:.2f})",
            "of": f"{row.n:,} {'partnerships' if row.n > 42 else 'systems'}",
        }
        for row in found["turnover"].itertuples()
    ]
    beside = [
        {
            "years": f"{row.years:g}",
            "designated": cell(Estimate(row.designated, row.low, row.high, "share", 42)),
            "mature in fact": cell(
                Estimate(row.matured, row.matured_low, row.matured_high, "share", 0)
            ),
            "near": say.yes(row.matured_near),
            "mature by show": cell(
                Estimate(row.declared, row.declared_low, row.declared_high, "share", 0)
            ),
            "near ": say.yes(row.declared_near),
        }
        for row in found["designation"].itertuples()
    ]
    columns = ["years", "designated", "mature in fact", "near", "mature by show", "near "]
    return section(
        "Beside what happened in England",
        element("h3", "Changes of leader"),
        paragraph(say.leaders(found), sources.mark("hsj2019turnover", "hsj2020integrator")),
        table(pd.DataFrame(leaders)),
        element("h3", "Designation as an integrated care system"),
        paragraph(say.beside_england(found), sources.mark("rollout2026", "hsj2019units")),
        drawn["designation"],
        table(
            pd.DataFrame(beside, columns=columns),
            caption="Near: the simulated share lies within the data's own 95 % interval. Share "
            "designated: Turnbull's estimate; the two devolved systems, known only to have come "
            "before 1.88 years, put it between .14 and .19 at 1.25 years.",
        ),
        paragraph("Before reading anything into it:"),
        bullets(caveats.listed(caveats.DESIGNATION, sources)),
    )


def calibrated(found: Mapping[str, pd.DataFrame], drawn: Mapping[str, Markup]) -> Markup:
    """The same answers at other parameter values."""
    title = "How much hangs on the parameters"
    if "ranges" not in found:
        text = "Not looked at in this run: no calibrated points were used (--points)."
        return section(title, paragraph(text))
    ranges = found["ranges"]
    shown = ranges.drop(columns="points").astype(object)
    units = {"share of partnerships": "per cent", "difference of shares": "percentage points"}
    shown["unit"] = [units.get(unit, unit) for unit in ranges["unit"]]
    for name in ("defaults", "lowest", "tenth", "median", "ninetieth", "highest"):
        shown[name] = [
            say.signed(f"{100 * value:.1f}" if "share" in unit else f"{value:.2f}")
            for value, unit in zip(ranges[name], ranges["unit"], strict=True)
        ]
    return section(
        title,
        paragraph(
            "The defaults are one of many sets of values that meet the calibration targets of "
            "voluntary partnerships. This is what the others say; the setting's own choices (its "
            "tenure, its pace) stay. The spread holds some luck too, as fewer partnerships were "
            "simulated at each point. It is the honest width of these answers, where the brackets "
            "above are only that of the dice."
        ),
        paragraph(say.spread_over_points(ranges)),
        drawn["calibrated"],
        table(shown, names={"tenth": "10 %", "ninetieth": "90 %"}),
    )
