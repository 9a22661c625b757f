# ruff: noqa: E501 - a line is a row of the table
"""What is remembered from month to month: one table for agents, arrays and documentation.

Each class describes one kind of thing. An agent that derives from it has its annotations; the
compiled engine has a field for each name; docs/model.md prints units, ranges and meanings. So a
state variable is added here, and then used by the engines.
"""

from __future__ import annotations

from math import inf
from typing import Annotated, NamedTuple, get_type_hints


class Held(NamedTuple):
    """What a state variable is: unit, least and greatest value, meaning."""

    unit: str
    low: float
    high: float
    meaning: str


# fmt: off
class Tie:
    """One person's relationship with one person of another member (directed)."""

    __slots__ = ()

    kept: Annotated[float, Held("kept promises", 0, inf, "good evidence that is still remembered")]
    failures: Annotated[float, Held("kept promises", 0, inf, "bad evidence of competence, and acts read as self-serving")]
    violations: Annotated[float, Held("kept promises", 0, inf, "bad evidence of integrity")]
    prior: Annotated[float, Held("share", 0, 1, "what is believed before evidence")]
    trust: Annotated[float, Held("share", 0, 1, "trust, judged from the four above once before and once after the meetings")]
    depth: Annotated[float, Held("share", 0, 1, "how much the tie has lived through, good or bad")]
    damage: Annotated[float, Held("share", 0, inf, "reputation damage; 0 unless the rule of trust is one of pant2025")]


class Person:
    """A key individual: traits, how many held the seat before, and what coaching taught."""

    __slots__ = ()

    influence: Annotated[float, Held("share", 0, 1, "skill to get results without formal position")]
    collaboration: Annotated[float, Held("share", 0, 1, "skill to compete without undercutting")]
    integrity: Annotated[float, Held("share", 0, 1, "integrity")]
    process_focus: Annotated[float, Held("share", 0, 1, "attention to how things are done")]
    disposition: Annotated[float, Held("share", 0, 1, "disposition to trust strangers")]
    incumbency: Annotated[int, Held("count", 0, inf, "how many people held the seat before")]
    coached: Annotated[float, Held("share", 0, 1, "what coaching taught; leaves with the person")]


class Pair:
    """One organisation's trust in another, and that of its people in theirs (directed)."""

    __slots__ = ()

    institutional: Annotated[float, Held("share", 0, 1, "trust of one organisation in another (directed)")]
    pair_trust: Annotated[float, Held("share", 0, 1, "trust of one member's people in another's, by the weight of their seats (directed)")]
    attended: Annotated[float, Held("0 or 1", 0, 1, "the coordinator attends to this pair this month")]
    calm: Annotated[float, Held("share", 0, 1, "how little the pair seems to need the coordinator this month")]


class Organisation:
    """The organisation that holds a seat at the table."""

    __slots__ = ()

    member: Annotated[float, Held("0 or 1", 0, 1, "1 while the seat at the table is filled")]
    incarnation: Annotated[float, Held("count", 0, inf, "how many organisations held the seat before")]
    stake: Annotated[float, Held("share", 0, 1, "stake in the matter; a trait")]
    option: Annotated[float, Held("factor", 0, inf, "attraction of life outside; a trait")]
    frustration: Annotated[float, Held("share", 0, 1, "shortfall of what is seen against what is expected, smoothed")]
    home_trust: Annotated[float, Held("share", 0, 1, "trust of the staff at home in their leaders")]
    breach_memory: Annotated[float, Held("breaches", 0, inf, "breaches suffered and still felt")]
    departure_memory: Annotated[float, Held("leaders", 0, inf, "key people of its own lost and still felt, by the weight of their seats")]
    results: Annotated[float, Held("value per act", 0, inf, "results by which it judges, an average over recent months")]
    received: Annotated[float, Held("value", 0, inf, "value received from others this month")]


class Seat:
    """What is counted of a seat at the table over the run, whoever fills it."""

    __slots__ = ()

    months: Annotated[float, Held("months", 0, inf, "months in which the seat was filled")]
    month_left: Annotated[float, Held("month", 0, inf, "month of the first exit from it; 0 if none")]
    exit_cause: Annotated[float, Held("code", -1, 6, "cause of the first exit; -1 if none")]
    departures: Annotated[float, Held("people", 0, inf, "its key individuals who left of their own accord")]
    replaced_by_decree: Annotated[float, Held("people", 0, inf, "its leaders replaced by decree")]
    meetings: Annotated[float, Held("meetings", 0, inf, "meetings that its people took part in")]
    given: Annotated[float, Held("value", 0, inf, "value of its people's acts this month")]
    smoked: Annotated[float, Held("acts", 0, inf, "smoke of its people's acts this month")]
    value_given: Annotated[float, Held("value", 0, inf, "value of its people's acts per budgeted act, summed over months")]
    value_received: Annotated[float, Held("value", 0, inf, "value received per budgeted act, summed over months")]
    smoke: Annotated[float, Held("share", 0, inf, "smoke of its people's acts per budgeted act, summed over months")]
    overhead: Annotated[float, Held("months of diary", 0, inf, "share of the diary that reporting and coaching took, summed")]
    frustration_felt: Annotated[float, Held("share", 0, inf, "frustration of its member, summed over months")]
    trusted: Annotated[float, Held("share", 0, 1, "mean trust of other members' people in its people, last month")]
    trusting: Annotated[float, Held("share", 0, 1, "mean trust of its people in other members' people, last month")]


class Partnership:
    """The partnership itself: stocks first, then what is counted over the run."""

    __slots__ = ()

    routines: Annotated[float, Held("share", 0, 1, "stock of joint working habits")]
    institutionalised: Annotated[float, Held("share", 0, 1, "part of the routines that people no longer carry")]
    goodwill: Annotated[float, Held("share", 0, 2, "stock that shields from exit")]
    expectation: Annotated[float, Held("share", 0, 1, "progress that the sponsor expects now")]
    show: Annotated[float, Held("share", 0, inf, "visible show, smoothed; over 1 beyond the budget")]
    value_level: Annotated[float, Held("value per act", 0, inf, "value per budgeted act, smoothed")]
    achieved: Annotated[float, Held("months of mature value", 0, inf, "value delivered so far")]
    recent_exits: Annotated[float, Held("members", 0, inf, "exits that are still counted")]
    status: Annotated[int, Held("code", 0, 3, "forming, mature, tokenistic or dissolved")]
    months_over: Annotated[float, Held("months", 0, inf, "present spell at or over the mature level")]
    months_below: Annotated[float, Held("months", 0, inf, "present spell below the mature level")]
    months_under: Annotated[float, Held("months", 0, inf, "present spell of talking without delivering")]
    month_matured: Annotated[float, Held("month", 0, inf, "first month of the first spell of maturity; 0 if none")]
    month_developing: Annotated[float, Held("month", 0, inf, "first month at or over the developing level; 0 if none")]
    month_nominal: Annotated[float, Held("month", 0, inf, "month in which show first passed the sponsor's threshold; 0 if none")]
    month_dissolved: Annotated[float, Held("month", 0, inf, "month of the end; 0 if none")]
    month_first_exit: Annotated[float, Held("month", 0, inf, "month of the first exit of a member; 0 if none")]
    cause: Annotated[int, Held("code", -1, 6, "why it ended; -1 if it did not")]
    members_lost: Annotated[float, Held("members", 0, inf, "exits so far")]
    departures: Annotated[float, Held("people", 0, inf, "key individuals who left of their own accord")]
    replaced_by_decree: Annotated[float, Held("people", 0, inf, "leaders replaced by decree")]
    person_months: Annotated[float, Held("months", 0, inf, "months served by key individuals")]
    tokenistic_months: Annotated[float, Held("months", 0, inf, "months spent tokenistic")]
    mature_months: Annotated[float, Held("months", 0, inf, "months spent mature")]
    relapses: Annotated[float, Held("times", 0, inf, "times that maturity was lost")]
    breaches: Annotated[float, Held("acts", 0, inf, "breaches of integrity (scripted incidents are not counted)")]
    bullets_reached_for: Annotated[float, Held("times", 0, inf, "silver bullets reached for unprompted")]
    month_reached_for: Annotated[float, Held("month", 0, inf, "when one was last reached for; 0 if never")]
    month_first_bullet: Annotated[float, Held("month", 0, inf, "when one was first reached for; 0 if never")]
    meetings: Annotated[float, Held("meetings", 0, inf, "meetings held so far")]
    value: Annotated[float, Held("value", 0, inf, "value per budgeted act, summed over months")]
    smoke: Annotated[float, Held("share", 0, inf, "smoke per budgeted act, summed over months")]
    frustration: Annotated[float, Held("share", 0, inf, "mean frustration of members, summed over months")]
    promises: Annotated[float, Held("acts", 0, inf, "promises made to partners")]
    delivered: Annotated[float, Held("acts", 0, inf, "promises met at home")]
# fmt: on


def described(entity: type) -> dict[str, Held]:
    """Its state variables by name, each with unit, range and meaning.

    >>> described(Tie)["trust"].unit
    'share'
    """
    hints = get_type_hints(entity, include_extras=True)
    return {name: hints[name].__metadata__[0] for name in entity.__annotations__}


TIE, PERSON, PAIR = tuple(described(Tie)), tuple(described(Person)), tuple(described(Pair))
ORGANISATION, SEAT = tuple(described(Organisation)), tuple(described(Seat))
PARTNERSHIP = tuple(described(Partnership))
"""Their names, in order."""
