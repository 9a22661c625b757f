"""How an intervention alters a parameter while it is in force."""

from __future__ import annotations

from trustsim.model.rules.numeric import clamp

SET, ADD, MULTIPLY = 0, 1, 2


def in_force(month: float, start: float, months: float) -> bool:
    """Whether month (counted from 1) lies in the window that opens after `start` months.

    months < 0: to the end.

    >>> in_force(13, 12, 24), in_force(12, 12, 24), in_force(37, 12, 24)
    (True, False, False)
    """
    if month <= start:
        return False
    return months < 0.0 or month <= start + months


def changed_value(
    now: float, operation: float, value: float, dose: float, low: float, high: float
) -> float:
    """A parameter's value under one change at a dose in [0, 1], held within its range.

    SET moves it a share `dose` of the way to `value`; ADD adds `dose * value`; MULTIPLY
    multiplies by `value`, the departure from 1 scaled by the dose. Dose 0 changes no bit.

    >>> changed_value(0.2, 0, 1.0, 0.5, 0.0, 1.0)
    0.6
    """
    if operation == SET:
        now = now * (1.0 - dose) + dose * value
    elif operation == ADD:
        now = now + dose * value
    else:
        now = now * (1.0 + dose * (value - 1.0))
    return clamp(now, low, high)


def bullet_is_reached_for(
    frustration: float,
    threshold: float,
    propensity: float,
    since_last: float,
    pause: float,
    draw: float,
) -> bool:
    """Whether frustrated members reach for a silver bullet this month.

    since_last: months since they last did.

    >>> bullet_is_reached_for(0.6, 0.5, 0.1, 20.0, 12.0, 0.05)
    True
    """
    return frustration > threshold and since_last >= pause and draw < propensity


def choice_from_menu(draw: float, choices: int) -> int:
    """Which of the bullets on the menu, each as likely.

    >>> choice_from_menu(0.7, 3)
    2
    """
    return int(draw * choices)
