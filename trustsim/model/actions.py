"""What people can do to each other: a row for each action.

The engines use the row of an action and never its name. Evidence is in units of one
kept promise; sizes are starting points from ../docs/model.md, section 4 (falk2006 for
modest control, connelly2018 and kim2004 for integrity).
"""

from __future__ import annotations

from typing import NamedTuple


class Action(NamedTuple):
    """One kind of act and what it does."""

    name: str
    observable: str  # column of the months table that counts it
    evidence: float  # for the other side, in kept promises
    violation: float  # 1: of integrity, 0: of competence
    promise: float  # 1: it must still be delivered at home
    delivers: float  # 1: value can rest on it
    ordered: float  # 1: done because ordered; value only where one command spans both sides
    show: float  # how much it looks like progress
    habit: float  # how much it forms joint habits
    smoke: float  # share of the effort that delivers nothing
    meaning: str


ACTIONS = (
    Action("cooperate", "cooperation", 1.0, 0, 1, 1, 0, 1.0, 1.0, 0.0, "sharing, delivering, keeping a promise"),
    Action("fail", "failure", -0.3, 0, 0, 0, 0, 0.3, 0.0, 1.0, "a promise not delivered at home"),
    Action("challenge", "challenge", 0.3, 0, 0, 0, 0, 0.3, 1.0, 0.5, "open, constructive disagreement"),
    Action("comply", "compliance", 0.05, 0, 0, 0, 1, 1.0, 0.0, 1.0, "done because ordered or paid"),
    Action("withdraw", "withdrawal", -0.3, 0, 0, 0, 0, 0.3, 0.0, 1.0, "passive, tokenistic attendance"),
    Action("control", "control", -0.6, 0, 0, 0, 0, 0.5, 0.0, 1.0, "conditions, monitoring, escalation"),
    Action("undercut", "undercut", -1.0, 0, 0, 0, 0, 0.0, 0.0, 1.0, "winning at the partner's expense"),
    Action("breach", "breach", -4.0, 1, 0, 0, 0, 0.3, 0.0, 1.0, "dishonesty, broken confidence"),
)

COOPERATE, FAIL, CHALLENGE, COMPLY, WITHDRAW, CONTROL, UNDERCUT, BREACH = range(len(ACTIONS))

EVIDENCE = tuple(float(action.evidence) for action in ACTIONS)
VIOLATION = tuple(float(action.violation) for action in ACTIONS)
PROMISE = tuple(float(action.promise) for action in ACTIONS)
DELIVERS = tuple(float(action.delivers) for action in ACTIONS)
ORDERED = tuple(float(action.ordered) for action in ACTIONS)
SHOW = tuple(float(action.show) for action in ACTIONS)
HABIT = tuple(float(action.habit) for action in ACTIONS)
SMOKE = tuple(float(action.smoke) for action in ACTIONS)
IF_UNDELIVERED = tuple(FAIL if action.promise else row for row, action in enumerate(ACTIONS))
"""Row of the action that a promise turns into if it is not met at home."""
