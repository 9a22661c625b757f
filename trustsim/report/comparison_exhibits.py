"""Tables and figures of a comparison, each with what it shows and the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from trustsim.report.comparison_words import same_seats, worst_off
from trustsim.report.exhibits import Figure, Table, picture, said

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.comparison import Comparison

MOST_LINES = 6
"""Arms on one figure; more are drawn on further figures."""

FOLLOWED = ("value", "maturity", "nominal_maturity", "smoke", "mature", "alive")
CURVES_SHOW = (
    "Mean paired difference from the baseline; a partnership that has dissolved counts as 0. "
    "Bands: 95 % intervals, each month by itself. A diamond: the mean changes sides."
)
BANDS = "Bands are each arm's own; the paired differences are surer than the bands suggest."
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
    found = {
        "effects": comparison.effects,
        "crossings": comparison.crossings,
        "costs": comparison.costs,
        "fates": _below_one_another({arm: comparison.fates(arm) for arm in names}),
        "partnerships": pd.DataFrame(
            chosen, columns=["arm", "role", "replicate", "value_difference"]
        ),
    }
    if paired:
        found["who_pays"] = _below_one_another({arm: comparison.who_pays(arm) for arm in paired})
    return [Table(name, *said("comparison_tables", name), data) for name, data in found.items()]


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


def _below_one_another(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Tables of the same kind in one, each after the name of its arm."""
    import pandas as pd

    parts = [table.assign(arm=name) for name, table in tables.items()]
    whole = pd.concat(parts, ignore_index=True)
    return whole[["arm", *(name for name in whole.columns if name != "arm")]]


def _curves(comparison: Comparison, quantity: str, names: Sequence[str], mark: str) -> Figure:
    from trustsim.comparison.curves import CURVES
    from trustsim.figures import plot_curves

    better = next(one.better for one in CURVES if one.name == quantity)
    table = comparison.curves
    table = table[(table["quantity"] == quantity) & table["arm"].isin(list(names))]
    words = said("comparison_figures", quantity, curves=CURVES_SHOW)
    drawn = picture(plot_curves(table, quantity, better=better))
    return Figure(f"curves_{quantity}{mark}", *words, drawn, table)


def _incidence(comparison: Comparison, event: str, names: Sequence[str], mark: str) -> Figure:
    from trustsim.figures import plot_arms_incidence

    arms = ("baseline", *names)
    tables = {name: comparison.runs(name).cumulative_incidence(event) for name in arms}
    words = said("comparison_figures", event, bands=BANDS)
    drawn = picture(plot_arms_incidence(tables))
    return Figure(f"incidence_{event}{mark}", *words, drawn, _below_one_another(tables))


def _of_arm(comparison: Comparison, arm: str, mark: str) -> list[Figure]:
    from trustsim import figures
    from trustsim.comparison.arms import targets

    effects, fates = comparison.between("baseline", arm), comparison.fates(arm)
    individual = comparison.individual(arm)
    found = {
        "effects": (figures.plot_paired_effect(effects), effects),
        "individual": (figures.plot_individual_effects(individual), individual),
        "fates": (figures.plot_fates(fates), fates),
    }
    if same_seats(comparison, arm):
        aimed = targets(comparison.baseline.scenario, comparison.runs(arm).scenario)
        payers, worst = comparison.who_pays(arm), worst_off(comparison, arm)
        received = payers[payers["quantity"] == "value_received"]
        found["payers"] = (figures.plot_payers(received, targets=aimed), received)
        found["worst_off"] = (figures.plot_worst_off(worst), worst)
    return [
        Figure(f"{name}{mark}", *said("comparison_figures", name, arm=arm), picture(ax), data)
        for name, (ax, data) in found.items()
    ]
