"""Every rule of trust, once: how what people live through with each other becomes trust.

A scenario picks one by its code, the parameter `trust_rule`. The first is the model's own; the
others are those of peers, told in this model's terms, so that only the rule differs. A rule may
fix parameters: what an effect of the model's own rule would do twice, or what the other rule
does not know. They then hold for everybody and to the end, whatever a scenario or an
intervention says.
"""

from __future__ import annotations

from typing import NamedTuple


class TrustRule(NamedTuple):
    """One rule: its name, a key of `references.bib`, what it is, and what it fixes."""

    name: str
    source: str
    meaning: str
    fixed: dict[str, float]


ONE_KIND = {"integrity_excuse": 1.0, "mending_integrity": 1.0}
"""Violations of integrity are excused and mended like any other bad act."""

COUNTED_ONCE = {"negativity": 1.0, "depth_shield": 0.0}
"""An act weighs what it is, good or bad, in a deep tie as in a new one."""

TRUST_RULES = (
    TrustRule("evidence", "model", "fading counts of evidence of two kinds, beside a prior", {}),
    TrustRule(
        "pant_yu",
        "pant2025",
        "a level moved by signals, slowed by reputation damage, as published",
        {**ONE_KIND, **COUNTED_ONCE},
    ),
    TrustRule(
        "pant_yu_released",
        "pant2025",
        "the same as in their released code: a ceiling that reputation damage lowers",
        {**ONE_KIND, **COUNTED_ONCE},
    ),
    TrustRule(
        "beta_reputation",
        "josang2002",
        "(r + 1) / (r + s + 2): counts that do not fade, of one kind, counted once",
        {
            **ONE_KIND,
            **COUNTED_ONCE,
            "evidence_kept": 1.0,
            "integrity_kept": 1.0,
            "depth_repair": 0.0,
            "prior_weight": 2.0,
            "prior_drift": 0.0,
        },
    ),
    TrustRule(
        "one_dimensional",
        "model",
        "as the first, but violations of integrity fade and mend like failures",
        ONE_KIND,
    ),
)
"""All of them; the place of each is its code."""

EVIDENCE, PANT_YU, PANT_YU_RELEASED, BETA_REPUTATION, ONE_DIMENSIONAL = range(len(TRUST_RULES))
"""The codes by name."""
