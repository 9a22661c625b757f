"""Which parameter values agree with the facts: a posterior, and what it leaves open.

Only three facts (six bands, `TARGETS`) are calibrated on; everything else is there to be tested.
`posterior.csv` is shipped: draws made by `trustsim calibrate`. docs/calibration.md says what they
mean; whether their intervals cover is checked in experiments/E00_calibration.
"""

from trustsim.calibration.draws import (
    informed,
    posterior,
    posterior_scenarios,
    predictive,
    provenance,
)
from trustsim.calibration.sampling import accepted, sampled
from trustsim.calibration.targets import FACTORS, TARGETS, Target, distance, outcomes
from trustsim.calibration.uncertainty import check_draws, with_parameter_uncertainty

__all__ = [
    "FACTORS",
    "TARGETS",
    "Target",
    "accepted",
    "check_draws",
    "distance",
    "informed",
    "outcomes",
    "posterior",
    "posterior_scenarios",
    "predictive",
    "provenance",
    "sampled",
    "with_parameter_uncertainty",
]
