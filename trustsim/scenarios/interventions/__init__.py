"""Silver bullets, slow remedies and events, one file each; `catalog.py` lists them."""

from trustsim.scenarios.interventions.away_day import away_day
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.charter import charter
from trustsim.scenarios.interventions.coaching import coaching
from trustsim.scenarios.interventions.consultants import consultants
from trustsim.scenarios.interventions.coordinator import coordinator
from trustsim.scenarios.interventions.deadline import deadline
from trustsim.scenarios.interventions.funding_end import funding_end
from trustsim.scenarios.interventions.handover import handover
from trustsim.scenarios.interventions.incentive import incentive
from trustsim.scenarios.interventions.incident import incident
from trustsim.scenarios.interventions.mandate import mandate
from trustsim.scenarios.interventions.monitoring import monitoring
from trustsim.scenarios.interventions.realistic_expectations import realistic_expectations
from trustsim.scenarios.interventions.replace_leaders import replace_leaders
from trustsim.scenarios.interventions.restructure import restructure
from trustsim.scenarios.interventions.selection import selection

__all__ = [
    "CATALOG",
    "away_day",
    "charter",
    "coaching",
    "consultants",
    "coordinator",
    "deadline",
    "funding_end",
    "handover",
    "incentive",
    "incident",
    "mandate",
    "monitoring",
    "realistic_expectations",
    "replace_leaders",
    "restructure",
    "selection",
]
