"""Every intervention of trustsim: slow remedies, silver bullets, events. One is added only here.

A function returns the effects at full dose. Its name is the name people type, its docstring is
what `trustsim explain` prints, and its arguments are what people can set.
"""

from __future__ import annotations

from trustsim.errors import nearest
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.change import MEASURE, OPERATIONS, READ_AT_THE_START, refuse
from trustsim.scenarios.interventions.definition import (
    BULLET,
    EVENT,
    REMEDY,
    Definition,
    Effect,
    define,
)
from trustsim.scenarios.interventions.registry import Catalog

# Slow remedies.


@define(
    REMEDY,
    cites=("seed2018", "klijn2010", "black2003", "qca2023"),
    predicted="less attrition, earlier maturity; early is better; with allegiance it does harm",
    person_months=0.5,
    cost_grows_with="capacity",
)
def coordinator(
    *,
    skill: float = 0.7,
    capacity: float = 1.0,
    inclusiveness: float = 0.9,
    allegiance: float = 0.0,
) -> list[Effect]:
    """An independent coordinator challenges and supports the most troubled pairs of members.

    skill, inclusiveness of the appointment and allegiance to the first member are shares in
    [0, 1]; capacity is the number of pairs of organisations attended to each month. The dose
    scales the capacity.
    """
    return [
        Effect("coordinator_capacity", "set", capacity, "capacity"),
        Effect("coordinator_skill", "set", skill, "skill", full=True),
        Effect("coordinator_inclusiveness", "set", inclusiveness, "inclusiveness", full=True),
        Effect("coordinator_allegiance", "set", allegiance, "allegiance", full=True),
    ]


@define(
    REMEDY,
    cites=("seed2018", "kanter1989"),
    predicted="meeting time lost in year one, gain at five years",
    person_months=0.5,
    cost_grows_with="intensity",
)
def coaching(*, intensity: float = 1.0, time: float = 0.2) -> list[Effect]:
    """Key individuals are coached in influence, collaboration and process focus.

    intensity in [0, 1]; time: the share of the meeting budget that full coaching takes. What
    people learn fades, and leaves with them.
    """
    return [
        Effect("coaching", "add", intensity, "intensity"),
        Effect("coaching_time", "set", time, "time", full=True),
    ]


@define(
    REMEDY,
    cites=("seed2018", "broschak2014", "bermiss2016"),
    predicted="buys back part of what turnover costs where trust is good",
    person_months=0.1,
)
def handover(*, quality: float = 0.9) -> list[Effect]:
    """A successor is introduced, and starts from what the organisations think of each other.

    quality in [0, 1]: the share of the way from a stranger's prior to institutional trust.
    """
    return [Effect("handover", "set", quality, "quality")]


@define(
    REMEDY,
    cites=("seed2018", "kingsfund2017"),
    predicted="less frustration, less attrition; fewer meetings where little is expected",
    person_months=0.0,
)
def realistic_expectations(*, slower: float = 2.0) -> list[Effect]:
    """The sponsor allows more time: progress is expected at a slower pace.

    slower: a factor of at least 1 on the months in which results are expected.
    """
    return [Effect("pace", "multiply", slower, "slower")]


@define(
    REMEDY,
    cites=("kanter1989", "seed2018"),
    predicted="helps, through those who are appointed while it lasts",
    person_months=0.1,
)
def selection(*, gain: float = 0.1) -> list[Effect]:
    """People are appointed for Kanter's four competences; those in post stay as they are.

    gain: what is added to the mean of each competence among new appointees, a share.
    """
    competences = ("influence", "collaboration", "integrity", "process_focus")
    return [Effect(competence, "add", gain, "gain") for competence in competences]


@define(
    REMEDY,
    cites=("cao2015",),
    predicted="less opportunism and misreading, without a signal of distrust",
    person_months=0.2,
)
def charter(*, reach: float = 1.0) -> list[Effect]:
    """The parties write down together how they will work: agreed formalisation.

    reach in [0, 1]: how much of the work the charter covers.
    """
    return [Effect("charter", "add", reach, "reach")]


# Silver bullets.


@define(
    BULLET,
    cites=("commons2018", "bitterman2020", "aunger2021"),
    predicted="activity at once, weak evidence, show that raises expectations, relapse when lifted",
    person_months=1.0,
)
def mandate(
    *, compliance: float = 0.6, discount: float = 0.2, raises: float = 0.05, reporting: float = 0.05
) -> list[Effect]:
    """The partnership is ordered from above: acts get done at once, whatever people think.

    compliance: the chance that an unwilling person complies; discount: how little cooperation
    then says; raises: extra progress that the sponsor expects; reporting: the share of the
    meeting budget spent on reporting. All in [0, 1].
    """
    return [
        Effect("compliance", "add", compliance, "compliance"),
        Effect("evidence_discount", "add", discount, "discount"),
        Effect("expectation_raised", "add", raises, "raises"),
        Effect("reporting", "add", reporting, "reporting"),
    ]


@define(
    BULLET,
    cites=("repenning2002", "hsj2019maturity"),
    predicted="attention and effort now; expectations outrun trust, process is skipped",
    person_months=0.5,
)
def deadline(
    *, urgency: float = 0.3, raises: float = 0.2, skips: float = 0.5, announces: float = 0.1
) -> list[Effect]:
    """Results are demanded by a date.

    urgency: how much attention is forced; raises: extra progress that the sponsor expects;
    skips: the share of habit-forming left out; announces: the show put up for the occasion.
    All in [0, 1].
    """
    return [
        Effect("urgency", "add", urgency, "urgency"),
        Effect("expectation_raised", "add", raises, "raises"),
        Effect("process_skipped", "add", skips, "skips"),
        Effect("announcement", "add", announces, "announces"),
    ]


@define(
    BULLET,
    cites=("janke2019", "march1991", "broschak2014"),
    predicted="helps where it breaks distrust, costs ties and memory where there was trust",
    person_months=3.0,
    cost_grows_with="share",
    lasts_once=True,
)
def replace_leaders(*, share: float = 0.5) -> list[Effect]:
    """Leaders are replaced by decree, each with chance `share`; successors follow the handover."""
    return [Effect("replacement", "set", share, "share")]


@define(
    BULLET,
    cites=("vangen2003", "repenning2002"),
    predicted="real evidence in one month, lost without follow-up; words raise expectations",
    person_months=1.0,
    lasts_once=True,
)
def away_day(*, meetings: float = 8.0, announces: float = 0.5) -> list[Effect]:
    """Everybody meets, and says in public what will be achieved.

    meetings: extra meetings for each person that month; announces: the show of that month, a
    share.
    """
    return [
        Effect("extra_meetings", "add", meetings, "meetings"),
        Effect("announcement", "add", announces, "announces"),
    ]


@define(
    BULLET,
    cites=("aunger2021", "bleser2019"),
    predicted="paid cooperation is weak evidence; relapse when the money stops",
    person_months=0.5,
)
def incentive(*, compliance: float = 0.4, discount: float = 0.4) -> list[Effect]:
    """Cooperation is paid for.

    compliance: the chance that an unwilling person does it for the money; discount: how little
    cooperation then says. Both in [0, 1].
    """
    return [
        Effect("compliance", "add", compliance, "compliance"),
        Effect("evidence_discount", "add", discount, "discount"),
    ]


@define(
    BULLET,
    cites=("falk2006", "ziegelmeyer2012", "cao2015"),
    predicted="fewer breaches and undercuts, and a signal of distrust",
    person_months=0.5,
)
def monitoring(*, tightness: float = 1.0) -> list[Effect]:
    """Each party is watched for compliance with a tight contract.

    tightness in [0, 1].
    """
    return [Effect("monitoring", "add", tightness, "tightness")]


@define(
    BULLET,
    cites=("fulop2002", "fulop2005"),
    predicted="one command instead of many, paid in people and routines; 18 months and more",
    person_months=6.0,
)
def restructure(
    *, command: float = 0.3, share: float = 0.5, routines: float = 0.7, reporting: float = 0.3
) -> list[Effect]:
    """Members are put under one roof, and stay as units of it.

    command: the reach of the new common command, from then on; share: the share of leaders
    replaced in the first month; routines: the share of joint habits destroyed in the first
    month; reporting: the share of the meeting budget that the reorganisation takes. All in
    [0, 1].
    """
    return [
        Effect("command_across", "add", command, "command"),
        Effect("replacement", "add", share, "share", once=True),
        Effect("routines_lost", "add", routines, "routines", once=True),
        Effect("reporting", "add", reporting, "reporting"),
    ]


@define(
    BULLET,
    cites=("commons2018",),
    predicted="routines quickly, on paper, without trust; and they leave",
    person_months=4.0,
)
def consultants(
    *, routines: float = 0.05, announces: float = 0.1, reporting: float = 0.15
) -> list[Effect]:
    """Outsiders write the procedures.

    routines: the share of the missing routines written each month; announces: the show this puts
    up; reporting: the share of the meeting budget spent on them. All in [0, 1].
    """
    return [
        Effect("routines_on_paper", "add", routines, "routines"),
        Effect("announcement", "add", announces, "announces"),
        Effect("reporting", "add", reporting, "reporting"),
    ]


# Events.


@define(
    EVENT,
    cites=("kim2004", "connelly2018"),
    predicted="integrity hurts more than competence at equal size, and longer",
    person_months=0.0,
    lasts_once=True,
    first_member=True,
)
def incident(*, kind: str = "integrity", size: float = 4.0, share: float = 1.0) -> list[Effect]:
    """A member (`target`; the first if left out) breaks its word, or fails badly, in public.

    kind: "integrity" or "competence"; size in kept promises, 0 to 100; share in [0, 1]: the
    share of the other members' people who learn of it. The dose scales the size.
    """
    if kind not in ("integrity", "competence"):
        step = "Run `trustsim explain incident`."
        refuse("intervention incident", "kind", kind, "must be 'integrity' or 'competence'", step)
    return [
        Effect(f"incident_{kind}", "add", size, "size"),
        Effect("incident_share", "set", share, "share", full=True),
    ]


@define(
    EVENT,
    cites=("feinberg2008",),
    predicted="less upkeep, more dissolution, less so where routines are institutionalised",
    person_months=0.0,
)
def funding_end(*, meetings: float = 0.4, support: float = 1.0) -> list[Effect]:
    """The grant runs out: less time for meetings, and no paid coordinator.

    meetings: the share of the meeting budget that the grant paid; support: the share of the
    coordinator's capacity that it paid. Both in [0, 1].
    """
    return [
        Effect("meetings", "multiply", 1.0 - meetings, "meetings"),
        Effect("coordinator_capacity", "multiply", 1.0 - support, "support"),
    ]


# Any change at all. It is not listed: it stands for hundreds.


@define(EVENT, cites=(), predicted="", person_months=0.0, listed=False)
def change(
    *,
    parameter: str = "pressure",
    value: float = 0.5,
    operation: str = "become",
    person_months: float = 0.0,
) -> list[Effect]:
    """A parameter changes at a date (`start`), for good or for some `months`.

    parameter: its name; value: its new value, what is added, or the factor; operation: "become"
    (its value from then on, as if the scenario had been written with it, under all that is done),
    "set", "add" or "multiply" (as interventions do); person_months: what this costs a month.
    """
    where = "intervention change"
    if parameter not in BY_NAME:
        step = f"`trustsim explain` lists them.{nearest(parameter, BY_NAME)}"
        refuse(where, "parameter", parameter, "must be a parameter of the model", step)
    if operation not in OPERATIONS:
        allowed = f"must be one of {', '.join(OPERATIONS)}"
        refuse(where, "operation", operation, allowed, "Leave it out for a new value.")
    if parameter in READ_AT_THE_START or (parameter == MEASURE and operation == "become"):
        allowed = "can't change half way: used at the start, or as the measure of every month"
        step = "Give the scenario another value; for meetings, use extra_meetings or reporting."
        refuse(where, "parameter", parameter, allowed, step)
    if BY_NAME[parameter].whole and operation in ("become", "set") and value != int(value):
        step = f"Run `trustsim explain {parameter}`."
        refuse(where, "value", value, f"must be a whole number, as {parameter} is", step)
    return [Effect(parameter, operation, value, "value")]


CATALOG = Catalog(one for one in tuple(globals().values()) if isinstance(one, Definition))
"""All interventions by name, in the order of this file, then those that users register."""
