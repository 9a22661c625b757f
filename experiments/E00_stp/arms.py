"""The six arms: what differs from the English partnerships as they were, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import trustsim as ts

SCENARIO = Path(__file__).with_name("stp.toml")


class Arm(NamedTuple):
    """One version of the same partnerships."""

    key: str  # in file names and tables
    name: str  # in sentences and figures
    meaning: str
    mandated: bool
    may_leave: bool
    coordinator: bool = False

    def of(self, as_it_was: ts.Scenario) -> ts.Scenario:
        """This arm's scenario, from the mandated partnership that none may leave."""
        scenario = as_it_was if self.mandated else as_it_was.without_interventions()
        scenario = scenario.with_(may_exit=int(self.may_leave), name=self.key)
        return scenario + ts.interventions.coordinator() if self.coordinator else scenario


STP = Arm("stp", "STP", "as it was: mandated, and none may leave", True, False)
STP_COORDINATOR = Arm(
    "stp_coordinator",
    "STP with coordinator",
    "the same with an independent coordinator from the first month to the last",
    True,
    False,
    True,
)
VOLUNTARY = Arm(
    "voluntary", "voluntary twin", "no mandate, and members may leave", False, True
)  # fmt: skip
VOLUNTARY_COORDINATOR = Arm(
    "voluntary_coordinator",
    "voluntary twin with coordinator",
    "the voluntary twin with an independent coordinator throughout",
    False,
    True,
    True,
)
LIFTED = Arm(
    "lifted", "mandate lifted", "no mandate, but still none may leave", False, False
)  # fmt: skip
MANDATED = Arm(
    "mandated", "mandated, may leave", "the mandate, but members may leave", True, True
)  # fmt: skip

ARMS = (STP, VOLUNTARY, STP_COORDINATOR, VOLUNTARY_COORDINATOR, LIFTED, MANDATED)
