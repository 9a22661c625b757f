"""Routines, maturity, value and smoke."""

from __future__ import annotations

from math import sqrt

from trustsim.model.rules.numeric import share


def routines_after_fading(
    routines: float, institutionalised: float, decay: float, lost: float
) -> float:
    """Joint habits left a month later: they decay towards the part that has become institution.

    lost: share destroyed at once (a reorganisation).

    >>> routines_after_fading(0.5, 0.25, 0.5, 0.0)
    0.375
    """
    remaining = routines * (1.0 - lost)
    floor = institutionalised
    if floor > remaining:
        floor = remaining
    return floor + (remaining - floor) * (1.0 - decay)


def institutionalised_after_month(
    institutionalised: float, routines: float, rate: float, decay: float, lost: float
) -> float:
    """Part of the routines that people no longer need to carry, and that trust does not.

    >>> institutionalised_after_month(0.0, 0.5, 0.1, 0.0, 0.0)
    0.05
    """
    remaining = institutionalised * (1.0 - lost) * (1.0 - decay)
    if routines > remaining:
        remaining = remaining + rate * (routines - remaining)
    return remaining


def habit_of_act(habit: float, process_focus: float, other_process_focus: float) -> float:
    """What one act adds to joint habits: more where both attend to how things are done.

    1 for a fully habit-forming act between people of middling process focus.

    >>> habit_of_act(1.0, 0.5, 0.5)
    1.0
    """
    return habit * (process_focus + other_process_focus)


def routines_after_month(
    routines: float, habits: float, growth: float, skipped: float, on_paper: float
) -> float:
    """Joint habits after a month of practice, saturating at 1.

    habits: habit-forming acts per possible act; skipped: share of process left out in a
    hurry; on_paper: routines written by somebody else.

    >>> routines_after_month(0.5, 1.0, 0.1, 0.0, 0.0)
    0.55
    """
    return routines + share(growth * habits * (1.0 - share(skipped)) + on_paper) * (1.0 - routines)


def maturity_level(breadth: float, routines: float) -> float:
    """Geometric mean of breadth of trust and routines: neither stands in for the other.

    >>> maturity_level(0.25, 1.0)
    0.5
    """
    return sqrt(breadth * routines)


def joint_trust(trust: float, other_trust: float, command_across: float) -> float:
    """What joint work can rest on: the trust of both, or one command over both.

    >>> joint_trust(0.5, 0.5, 0.0), joint_trust(0.0, 0.0, 1.0)
    (0.25, 1.0)
    """
    joint = trust * other_trust
    return joint + command_across * (1.0 - joint)


def work_delivered(delivers: float, ordered: float, command_across: float) -> float:
    """Share of an act that is joint work: what was ordered counts only under one command.

    >>> work_delivered(0.0, 1.0, 0.0)
    0.0
    """
    return delivers + ordered * command_across


def value_of_work(work: float, joint: float, surplus: float) -> float:
    """Value of one act: work that rests on joint trust.

    What the partners' different capabilities add (surplus) needs that trust once more.

    >>> value_of_work(1.0, 1.0, 0.5)
    1.5
    """
    return work * joint * (1.0 + surplus * joint)


def smoke_of_act(work: float, joint: float, smoke: float) -> float:
    """Effort of one act that delivers nothing.

    >>> smoke_of_act(1.0, 0.25, 0.0), smoke_of_act(0.0, 0.25, 1.0)
    (0.75, 1.0)
    """
    return work * (1.0 - joint) + (1.0 - work) * smoke


def months_in_a_row(months: float, holds: bool) -> float:
    """Length of the present spell of a condition, in months.

    >>> months_in_a_row(3.0, True), months_in_a_row(3.0, False)
    (4.0, 0.0)
    """
    if holds:
        return months + 1.0
    return 0.0


def is_mature(was_mature: bool, months_over: float, months_below: float, hold: float) -> bool:
    """Whether a partnership counts as mature.

    `hold` months in a row over the level make it so, and as many below unmake it.

    >>> is_mature(False, 6.0, 0.0, 6.0), is_mature(True, 0.0, 6.0, 6.0)
    (True, False)
    """
    if was_mature:
        return months_below < hold
    return months_over >= hold


def is_talking_shop(value: float, mature_value: float, share_of_mature: float, met: float) -> bool:
    """Whether people meet and deliver next to nothing.

    >>> is_talking_shop(0.05, 0.5, 0.3, 10.0)
    True
    """
    return met > 0.0 and value < share_of_mature * mature_value


def smoothed(level: float, now: float, rate: float) -> float:
    """A level that follows what happens now, a share `rate` of the gap a month.

    >>> smoothed(0.0, 1.0, 0.25)
    0.25
    """
    return level + rate * (now - level)
