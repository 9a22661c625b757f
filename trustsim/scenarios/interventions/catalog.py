"""The explicit list of interventions: add a file, then a line here."""

from __future__ import annotations

from trustsim.scenarios.interventions.away_day import away_day
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
from trustsim.scenarios.interventions.registry import Catalog
from trustsim.scenarios.interventions.replace_leaders import replace_leaders
from trustsim.scenarios.interventions.restructure import restructure
from trustsim.scenarios.interventions.selection import selection

CATALOG = Catalog(
    (
        coordinator,
        coaching,
        handover,
        realistic_expectations,
        selection,
        charter,
        mandate,
        deadline,
        replace_leaders,
        away_day,
        incentive,
        monitoring,
        restructure,
        consultants,
        incident,
        funding_end,
    )
)
"""All interventions by name: slow remedies, silver bullets, events, then those of others."""
