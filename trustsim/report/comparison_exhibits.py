"""Tables and figures of a comparison, each with what it shows and the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from trustsim.report.comparison_words import same_seats, worst_off
from trustsim.report.exhibits import Figure, Table, picture

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.comparison import Comparison

MOST_LINES = 6
"""Arms on one figure; more are drawn on further figures."""

FOLLOWED = ("value", "maturity", "nominal_maturity", "smoke", "mature", "alive")
TITLES = {
    "value": "Value, month by month",
    "maturity": "Maturity, month by month",
    "nominal_maturity": "Visible show, month by month",
    "smoke": "Smoke, month by month",
    "mature": "Share mature, month by month",
    "alive": "Share alive, month by month",
}
COUNTED = {
    "matured": "which they can only before they dissolve",
    "dissolved": "whether or not they had matured before",
}
MOST_HELPED, TYPICAL, MOST_HARMED = "most helped", "typical", "most harmed"


class Chosen(NamedTuple):
    """A partnership to look at: why, its number, and what the arm changed in its value."""

    role: str
    replicate: int
    difference: float


def to_look_at(comparison: Comparison, arm: str) -> list[Chosen]:
    """The partnership most helped in value, the one most harmed, and one with the median effect.

    Those that don't exist (nobody was helped) are left out.
    """
    table = comparison.individual(arm).set_index("replicate")["value"]
    nearest = table.index[int((table - table.median()).abs().argmin())]
    wanted = {
        MOST_HELPED: comparison.helped(arm, 1),
        TYPICAL: [int(nearest)],
        MOST_HARMED: comparison.harmed(arm, 1),
    }
    return [
        Chosen(role, number, float(table[number]))
        for role, numbers in wanted.items()
        for number in numbers
    ]


def comparison_tables(comparison: Comparison) -> list[Table]:
    """The tables of a comparison, all arms below one another, by name."""
    import pandas as pd

    names = comparison.names
    chosen = [(arm, *one) for arm in names for one in to_look_at(comparison, arm)]
    paired = [arm for arm in names if same_seats(comparison, arm)]
    tables = [
        Table(
            "effects",
            "What changed",
            "Arm minus baseline, the same partnerships with the same luck. Better, worse: share of "
            "the pairs. In brackets: 95 % intervals. Outcomes that grow with life are sums over "
            "the months alive, unless their name says per month alive.",
            comparison.effects,
        ),
        Table(
            "crossings",
            "Better before worse",
            "How the monthly mean went beside the baseline's. A side counts once the interval has "
            "left out no change for three months in a row; months are those in which that "
            "began, and in which the mean first changed over to the second side.",
            comparison.crossings,
        ),
        Table(
            "costs",
            "What it costs",
            "Stated person-months of all interventions, mean over partnerships, and for each "
            "partnership more that matured by that month (a dash: no gain is certain).",
            comparison.costs,
        ),
        Table(
            "fates",
            "What became of them",
            "Status at the end, of the same partnerships; shares of all pairs.",
            _below_one_another(names, [comparison.fates(arm) for arm in names]),
        ),
        Table(
            "partnerships",
            "Partnerships to look at",
            "By what the arm changed in the value that they delivered.",
            pd.DataFrame(chosen, columns=["arm", "role", "replicate", "value_difference"]),
        ),
    ]
    if paired:
        tables.append(
            Table(
                "who_pays",
                "Who pays",
                "Paired differences by member. Worst and best off: the member whose change is "
                "least and most good in each partnership, which is chosen after the fact.",
                _below_one_another(paired, [comparison.who_pays(arm) for arm in paired]),
            )
        )
    return tables


def comparison_figures(comparison: Comparison) -> list[Figure]:
    """The figures of a comparison: those of all arms first, then those of each arm.

    Figures of arm number 2 have names that end in _2; the number is the arm's place, from 1.
    """
    found: list[Figure] = []
    for number, names in enumerate(_groups(comparison.names)):
        mark = f"_part_{number + 1}" if number else ""
        found += [_curves(comparison, quantity, names, mark) for quantity in FOLLOWED]
        found += [_incidence(comparison, event, names, mark) for event in ("matured", "dissolved")]
    for number, arm in enumerate(comparison.names, start=1):
        found += _of_arm(comparison, arm, f"_{number}")
    return found


def _groups(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[first : first + MOST_LINES] for first in range(0, len(names), MOST_LINES)]


def _below_one_another(names: Sequence[str], tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    parts = []
    for name, table in zip(names, tables, strict=True):
        part = table.copy()
        part.insert(0, "arm", name)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _curves(comparison: Comparison, quantity: str, names: Sequence[str], mark: str) -> Figure:
    from trustsim.comparison.curves import CURVES
    from trustsim.figures import plot_curves

    better = next(one.better for one in CURVES if one.name == quantity)
    table = comparison.curves
    table = table[(table["quantity"] == quantity) & table["arm"].isin(list(names))]
    return Figure(
        f"curves_{quantity}{mark}",
        TITLES[quantity],
        "Mean paired difference from the baseline; a partnership that has dissolved counts as 0. "
        "Bands: 95 % intervals, each month by itself. A diamond: the mean changes sides.",
        picture(plot_curves(table, quantity, better=better)),
        table,
    )


def _incidence(comparison: Comparison, event: str, names: Sequence[str], mark: str) -> Figure:
    from trustsim.figures import plot_arms_incidence

    tables = {
        name: comparison.runs(name).cumulative_incidence(event) for name in ("baseline", *names)
    }
    ax = plot_arms_incidence(tables)
    return Figure(
        f"incidence_{event}{mark}",
        f"{event.capitalize()} by then",
        f"Share of all partnerships that have {event} by each month, {COUNTED[event]}, in every "
        "arm. Bands are each arm's own; the paired differences are surer than the bands suggest.",
        picture(ax),
        _below_one_another(list(tables), list(tables.values())),
    )


def _of_arm(comparison: Comparison, arm: str, mark: str) -> list[Figure]:
    from trustsim.figures import plot_fates, plot_individual_effects, plot_paired_effect

    effects, fates = comparison.between("baseline", arm), comparison.fates(arm)
    individual = comparison.individual(arm)
    found = [
        (
            "effects",
            "What changed",
            "Paired differences with 95 % intervals. Filled: the interval leaves out no change.",
            plot_paired_effect(effects),
            effects,
        ),
        (
            "individual",
            "How unequal the effect is",
            (
                "Every partnership's own difference in value, sorted. A mean hides these; chance "
                "is in each of them."
            ),
            plot_individual_effects(individual),
            individual,
        ),
        (
            "fates",
            "From where to where",
            (
                "Status at the end in the baseline, and of the same partnerships in the arm. In "
                "brackets: 95 % intervals of the share of the bar."
            ),
            plot_fates(fates),
            fates,
        ),
    ]
    if same_seats(comparison, arm):
        found += _of_members(comparison, arm)
    return [
        Figure(f"{name}{mark}", f"{title}: {arm}", caption, picture(ax), data)
        for name, title, caption, ax, data in found
    ]


def _of_members(comparison: Comparison, arm: str) -> list[tuple[str, str, str, Any, pd.DataFrame]]:
    from trustsim.comparison.arms import targets
    from trustsim.figures import plot_payers, plot_worst_off

    aimed = targets(comparison.baseline.scenario, comparison.runs(arm).scenario)
    payers, worst = comparison.who_pays(arm), worst_off(comparison, arm)
    received = payers[payers["quantity"] == "value_received"]
    return [
        (
            "payers",
            "Who pays",
            (
                "Value received by each member, paired. Worst and best off are chosen in each "
                "partnership after the fact, so they lie apart even where no seat is favoured."
            ),
            plot_payers(received, targets=aimed),
            received,
        ),
        (
            "worst_off",
            "The worst off member",
            "What the member that fares worst in each partnership gains or loses, sorted.",
            plot_worst_off(worst),
            worst,
        ),
    ]
