# ruff: noqa: E501 - a line is a row of the table
"""Columns of every table that trustsim writes: name, type, unit, meaning; and what codes stand for.

The engines fill tables in this order, the store writes them with these types, and the docs print
this list. So a column is described here and nowhere else, and codes are decoded here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

STATUSES = ("forming", "mature", "tokenistic", "dissolved")
"""Where a partnership stands; dissolved outranks mature outranks tokenistic outranks forming."""

CAUSES = (
    "outside cause",
    "outside option",
    "frustration",
    "breach",
    "exit of a key person",
    "vote",
    "sponsor",
)
"""Why a partnership dissolved: the first five are the cause of the last member's exit."""


class Column(NamedTuple):
    """One column of a table."""

    name: str
    kind: str  # "int", "float", "flag", "month" (nullable integer) or "category"
    unit: str
    meaning: str
    categories: tuple[str, ...] = ()


# fmt: off
RUNS = (
    Column("replicate", "int", "-", "which partnership; the luck it has depends on this number"),
    Column("months", "int", "months", "months lived: to the horizon, or until it dissolved"),
    Column("status", "category", "-", "status in the last month", STATUSES),
    Column("matured", "flag", "-", "maturity was reached and held"),
    Column("month_matured", "month", "month", "first month of the first spell of maturity"),
    Column("month_developing", "month", "month", "first month at or over the developing level"),
    Column("month_nominal", "month", "month", "month in which the sponsor declared it mature"),
    Column("dissolved", "flag", "-", "the partnership ended"),
    Column("month_dissolved", "month", "month", "month in which it ended"),
    Column("cause", "category", "-", "why it ended", CAUSES),
    Column("members_lost", "int", "members", "exits of members over the whole run"),
    Column("month_first_exit", "month", "month", "month of the first member's exit"),
    Column("departures", "int", "people", "key individuals who left of their own accord"),
    Column("replaced_by_decree", "int", "people", "leaders replaced by decree; departures don't count them"),
    Column("person_months", "int", "months", "months served by key individuals"),
    Column("tokenistic_months", "int", "months", "months spent as a talking shop, the month of dissolution included (the months table calls that month dissolved)"),
    Column("mature_months", "int", "months", "months spent mature, the month of dissolution included (the months table calls that month dissolved)"),
    Column("relapses", "int", "times", "times that maturity was lost again"),
    Column("breaches", "int", "acts", "breaches of integrity"),
    Column("bullets_reached_for", "int", "times", "silver bullets that members reached for"),
    Column("month_first_bullet", "month", "month", "month in which one was first reached for"),
    Column("meetings", "int", "meetings", "meetings held"),
    Column("value", "float", "value of full trust", "value delivered, summed over months"),
    Column("smoke", "float", "share of budget", "effort that delivered nothing, summed over months"),
    Column("mean_trust", "float", "share", "mean trust between members' people, last month"),
    Column("mean_frustration", "float", "share", "mean frustration of members over the run"),
    Column("home_delivery", "float", "share", "share of promises delivered at home"),
)

MONTHS = (
    Column("replicate", "int", "-", "which partnership"),
    Column("month", "int", "month", "counts from 1"),
    Column("status", "category", "-", "where the partnership stands", STATUSES),
    Column("mean_trust", "float", "share", "mean trust between members' people, by the weight of their seats"),
    Column("weakest_trust", "float", "share", "least mutual trust of any pair of members"),
    Column("institutional_trust", "float", "share", "mean trust between organisations"),
    Column("breadth", "float", "share", "pairs of members whose mutual trust passes the threshold"),
    Column("routines", "float", "share", "stock of joint working habits"),
    Column("maturity", "float", "share", "geometric mean of breadth and routines"),
    Column("nominal_maturity", "float", "share", "visible show, smoothed; over 1 beyond the budget"),
    Column("cooperation", "float", "share of acts", "promises kept"),
    Column("failure", "float", "share of acts", "promises not delivered at home"),
    Column("challenge", "float", "share of acts", "open, constructive disagreement"),
    Column("compliance", "float", "share of acts", "done because ordered or paid"),
    Column("withdrawal", "float", "share of acts", "passive attendance"),
    Column("control", "float", "share of acts", "conditions, monitoring, escalation"),
    Column("undercut", "float", "share of acts", "winning at a partner's expense"),
    Column("breach", "float", "share of acts", "dishonesty, broken confidence"),
    Column("meetings", "float", "meetings", "meetings held this month"),
    Column("value", "float", "value of full trust", "value delivered per budgeted act"),
    Column("smoke", "float", "share of budget", "effort that delivered nothing"),
    Column("expectation", "float", "share", "progress the sponsor expects"),
    Column("frustration", "float", "share", "mean frustration of members"),
    Column("goodwill", "float", "share", "stock that shields from exit"),
    Column("members", "int", "members", "live members"),
    Column("members_lost", "int", "members", "exits so far"),
)

MEMBERS = (
    Column("replicate", "int", "-", "which partnership"),
    Column("organisation", "int", "-", "seat at the table, from 0, whoever fills it"),
    Column("months", "int", "months", "months in which the seat was filled"),
    Column("month_left", "month", "month", "month in which its member left, the first time"),
    Column("cause", "category", "-", "why that member left, never by vote or sponsor", CAUSES),
    Column("departures", "int", "people", "its key individuals who left of their own accord"),
    Column("replaced_by_decree", "int", "people", "its leaders replaced by decree"),
    Column("meetings", "int", "meetings", "meetings that its people took part in"),
    Column("value_given", "float", "value of full trust", "value of its people's acts, summed over months; all seats sum to the run's value"),
    Column("value_received", "float", "value of full trust", "value of acts towards its people, on the same scale"),
    Column("smoke", "float", "share of budget", "its people's effort that delivered nothing"),
    Column("overhead", "float", "months of diary", "share of the diary that reporting and coaching took, summed over months"),
    Column("mean_frustration", "float", "share", "its mean frustration over its months"),
    Column("trusted", "float", "share", "mean trust of other members' people in its people, last month of the seat"),
    Column("trusting", "float", "share", "mean trust of its people in other members' people, last month of the seat"),
)

OCCUPANCY = (
    Column("month", "int", "month", "counts from 1"),
    *(Column(status, "int", "partnerships", f"how many are {status}") for status in STATUSES),
    Column("members_lost", "int", "members", "exits so far, summed over partnerships"),
    Column("members_lost_squared", "int", "members squared", "for the standard error of the mean"),
    Column("lost_a_member", "int", "partnerships", "how many have lost at least one member"),
)

ACTIONS = (
    Column("month", "int", "month", "counts from 1"),
    Column("actor", "category", "-", "who acted, as organisation.seat#incumbency"),
    Column("towards", "category", "-", "towards whom"),
    Column("action", "category", "-", "what was done"),
    Column("delivered", "flag", "-", "a promise that was kept at home"),
    Column("as_read", "category", "-", "how the other side read it"),
    Column("trust_before", "float", "share", "the other side's trust in the actor before"),
    Column("trust_after", "float", "share", "and after"),
    Column("coordinator", "flag", "-", "the coordinator was in the room"),
)

TIES = (
    Column("month", "int", "month", "end of this month; 0 is the start"),
    Column("observer", "category", "-", "who trusts, as organisation.seat#incumbency"),
    Column("organisation", "category", "-", "the observer's member"),
    Column("partner", "category", "-", "who is trusted"),
    Column("partner_organisation", "category", "-", "the partner's member"),
    Column("trust", "float", "share", "the observer's trust in the partner"),
    Column("weight", "float", "share", "what the tie counts for in the trust of member in member"),
)
# fmt: on


def column_names(table: tuple[Column, ...]) -> tuple[str, ...]:
    """Names of a table's columns, in order."""
    return tuple(column.name for column in table)


def missing(column: Column, numbers: Any) -> Any:
    """Whether a number of the engines, or each of an array, stands for what did not happen.

    >>> cause = next(column for column in RUNS if column.name == "cause")
    >>> missing(cause, -1.0), missing(cause, 5.0)
    (True, False)
    """
    if column.kind == "month":
        return numbers <= 0
    return numbers < 0 if column.kind == "category" else numbers != numbers


def readable(table: tuple[Column, ...], numbers: Sequence[float]) -> dict[str, Any]:
    """A row of the engines' numbers by column: categories as words, None for what did not happen.

    Parameters
    ----------
    table : tuple of Column
    numbers : sequence of float
        One for each column; categories as codes, no month as 0.

    Returns
    -------
    dict

    Examples
    --------
    >>> readable(RUNS[1:5], [12.0, 3.0, 0.0, 0.0])
    {'months': 12, 'status': 'dissolved', 'matured': False, 'month_matured': None}
    """
    row: dict[str, Any] = {}
    for column, number in zip(table, numbers, strict=True):
        if column.kind == "float":
            row[column.name] = number
        elif column.kind == "flag":
            row[column.name] = number > 0
        elif missing(column, number):
            row[column.name] = None
        else:
            whole = int(number)
            row[column.name] = column.categories[whole] if column.kind == "category" else whole
    return row


def frame(table: tuple[Column, ...], columns: Mapping[str, Any] | np.ndarray) -> pd.DataFrame:
    """A table of a fixed schema; what did not happen becomes a missing value.

    Parameters
    ----------
    table : tuple of Column
    columns : mapping of str to array, or array of shape (rows, columns)
        The engines' numbers: categories as codes, no month as 0. In a mapping, categories may
        also be words.

    Returns
    -------
    DataFrame
        Months as `Int64`, flags as `bool`, categories as fixed by the schema.
    """
    import numpy as np
    import pandas as pd

    if isinstance(columns, np.ndarray):
        columns = {column.name: columns[:, place] for place, column in enumerate(table)}
    data: dict[str, object] = {}
    for column in table:
        values = np.asarray(columns[column.name])
        if column.kind == "int":
            data[column.name] = values.astype(np.int64)
        elif column.kind == "float":
            data[column.name] = values.astype(np.float64)
        elif column.kind == "flag":
            data[column.name] = values.astype(bool)
        elif column.kind == "month":
            months = values.astype(np.int64)
            data[column.name] = pd.arrays.IntegerArray(months, missing(column, months))
        elif column.categories and values.dtype.kind in "iuf":
            codes, words = values.astype(np.int64).tolist(), pd.Index(column.categories)
            data[column.name] = pd.Categorical.from_codes(codes, categories=words)
        else:
            data[column.name] = pd.Categorical(values, categories=list(column.categories) or None)
    return pd.DataFrame(data)
