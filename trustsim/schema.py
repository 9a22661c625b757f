"""Columns of every table trustsim writes: name, type, unit, meaning.

The engines fill tables in this order, the store writes them with these types and
the docs print this list, so a column is described here and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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


RUNS = (
    Column("replicate", "int", "-", "which partnership: the address of its luck"),
    Column("months", "int", "months", "months lived through: the horizon, or until dissolved"),
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
    Column(
        "replaced_by_decree", "int", "people", "leaders replaced by decree, beside the departures"
    ),
    Column("person_months", "int", "months", "months served by key individuals"),
    Column("tokenistic_months", "int", "months", "months spent as a talking shop"),
    Column("mature_months", "int", "months", "months spent mature"),
    Column("relapses", "int", "times", "times that maturity was lost again"),
    Column("breaches", "int", "acts", "breaches of integrity"),
    Column("bullets_reached_for", "int", "times", "silver bullets reached for unprompted"),
    Column("month_first_bullet", "month", "month", "month in which one was first reached for"),
    Column("meetings", "int", "meetings", "meetings held"),
    Column("value", "float", "value of full trust", "value delivered, summed over months"),
    Column(
        "smoke", "float", "share of budget", "effort that delivered nothing, summed over months"
    ),
    Column("mean_trust", "float", "share", "mean trust between members' people, last month"),
    Column("mean_frustration", "float", "share", "mean frustration of members over the run"),
    Column("home_delivery", "float", "share", "share of promises delivered at home"),
)

MONTHS = (
    Column("replicate", "int", "-", "which partnership"),
    Column("month", "int", "month", "counts from 1"),
    Column("status", "category", "-", "where the partnership stands", STATUSES),
    Column(
        "mean_trust",
        "float",
        "share",
        "mean trust between members' people, by the weight of their seats",
    ),
    Column("weakest_trust", "float", "share", "least mutual trust of any pair of members"),
    Column("institutional_trust", "float", "share", "mean trust between organisations"),
    Column("breadth", "float", "share", "pairs of members whose mutual trust passes the threshold"),
    Column("routines", "float", "share", "stock of joint working habits"),
    Column("maturity", "float", "share", "geometric mean of breadth and routines"),
    Column(
        "nominal_maturity", "float", "share", "visible show, smoothed; over 1 beyond the budget"
    ),
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
    Column(
        "value_given",
        "float",
        "value of full trust",
        "value of its people's acts, summed over months: its part of the value of the run",
    ),
    Column(
        "value_received",
        "float",
        "value of full trust",
        "value of acts towards its people, on the same scale",
    ),
    Column("smoke", "float", "share of budget", "its people's effort that delivered nothing"),
    Column(
        "overhead",
        "float",
        "months of diary",
        "share of the diary that reporting and coaching took, summed over months",
    ),
    Column("mean_frustration", "float", "share", "its mean frustration over its months"),
    Column(
        "trusted",
        "float",
        "share",
        "mean trust of other members' people in its people, last month of the seat",
    ),
    Column(
        "trusting",
        "float",
        "share",
        "mean trust of its people in other members' people, last month of the seat",
    ),
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


def column_names(table: tuple[Column, ...]) -> tuple[str, ...]:
    """Names of a table's columns, in order."""
    return tuple(column.name for column in table)


def frame(table: tuple[Column, ...], columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """Table of a fixed schema from plain arrays; a month of 0 or less becomes a missing value.

    Categories may be given as codes (-1 = missing) or as names.
    """
    import numpy as np
    import pandas as pd

    data: dict[str, object] = {}
    for name, kind, _unit, _meaning, categories in table:
        values = np.asarray(columns[name])
        if kind == "int":
            data[name] = values.astype(np.int64)
        elif kind == "float":
            data[name] = values.astype(np.float64)
        elif kind == "flag":
            data[name] = values.astype(bool)
        elif kind == "month":
            months = values.astype(np.int64)
            data[name] = pd.arrays.IntegerArray(months, months <= 0)
        elif categories and values.dtype.kind in "iuf":
            data[name] = pd.Categorical.from_codes(
                values.astype(np.int64).tolist(), categories=pd.Index(categories)
            )
        else:
            data[name] = pd.Categorical(values, categories=list(categories) or None)
    return pd.DataFrame(data)
