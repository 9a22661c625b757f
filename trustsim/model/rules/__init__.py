"""One file per mechanism: pure functions of numbers, called by both engines.

Only + - * / and comparisons (and the square root, which is exact everywhere), so that
every machine, compiled or interpreted, computes the same bits.
"""

from trustsim.model.rules import (
    change,
    choice,
    coordination,
    delivery,
    exits,
    expectation,
    maturity,
    meeting,
    numeric,
    pant_yu,
    peers,
    people,
    perception,
    trust,
)

RULE_MODULES = (
    numeric,
    change,
    people,
    trust,
    coordination,
    meeting,
    choice,
    delivery,
    perception,
    maturity,
    expectation,
    exits,
    pant_yu,
    peers,
)
"""Every file of rules, in the order of a month; then other people's rules of trust."""

__all__ = ["RULE_MODULES"]
