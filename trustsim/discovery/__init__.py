"""What would have to be true for a silver bullet to help.

Many plausible partnerships are drawn at random (`regime_sample`), every bullet is tried on each,
and a shallow decision tree looks for conditions under which it helps
(`what_would_have_to_be_true`). That is measured on partnerships which the tree has not seen, and a
condition can be tried again on fresh ones (`confirm_region`).

References: Bryant & Lempert 2010 (scenario discovery), Lempert et al. 2008 (trees beside PRIM).
"""

from trustsim.discovery.sampling import (
    BACKFIRES,
    FACTORS,
    HELPS,
    NO_DIFFERENCE,
    UNKNOWN,
    VERDICTS,
    Factor,
    regime_sample,
)
from trustsim.discovery.trees import (
    Confirmation,
    Discovery,
    confirm_region,
    what_would_have_to_be_true,
)

__all__ = [
    "BACKFIRES",
    "FACTORS",
    "HELPS",
    "NO_DIFFERENCE",
    "UNKNOWN",
    "VERDICTS",
    "Confirmation",
    "Discovery",
    "Factor",
    "confirm_region",
    "regime_sample",
    "what_would_have_to_be_true",
]
