"""Tables in, tables out: what happened to the partnerships, with its uncertainty.

Everything here knows columns (`trustsim.schema`) and no engine, so it serves stored runs, other
people's data and hand-made tables alike.
"""

from trustsim.analysis.events import aalen_johansen
from trustsim.analysis.pairs import paired_contrast
from trustsim.analysis.summaries import (
    attrition,
    status_shares,
    time_to_maturity,
    turnover_rate,
)
from trustsim.analysis.survival import (
    cumulative_incidence,
    hazard,
    median_given_event,
    months_lost,
    restricted_mean,
    smoothed_hazard,
)
from trustsim.analysis.tables import TableError
from trustsim.analysis.turnbull import designation, turnbull

__all__ = [
    "TableError",
    "aalen_johansen",
    "attrition",
    "cumulative_incidence",
    "designation",
    "hazard",
    "median_given_event",
    "months_lost",
    "paired_contrast",
    "restricted_mean",
    "smoothed_hazard",
    "status_shares",
    "time_to_maturity",
    "turnbull",
    "turnover_rate",
]
