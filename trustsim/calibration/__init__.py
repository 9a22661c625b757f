"""Which parameter values agree with the facts: a posterior, an ensemble, and what they leave open.

Only three facts (six bands, `TARGETS`) are calibrated on; everything else is there to be tested.
Shipped: `posterior.csv`, draws made by `trustsim calibrate`, and `points.csv`, the older ensemble
made by `python -m trustsim.calibration`. docs/calibration.md tells what they mean.
"""

from trustsim.calibration.draws import (
    informed,
    posterior,
    posterior_scenarios,
    predictive,
    provenance,
)
from trustsim.calibration.prior import bank
from trustsim.calibration.pseudo_studies import study_facts
from trustsim.calibration.ranking import coverage, histograms, ranks, uniformity, with_band_errors
from trustsim.calibration.sampling import accepted, sampled
from trustsim.calibration.screen import design, ensemble, points
from trustsim.calibration.targets import FACTORS, TARGETS, Target, distance, outcomes
from trustsim.calibration.uncertainty import check_draws, with_parameter_uncertainty

__all__ = [
    "FACTORS",
    "TARGETS",
    "Target",
    "accepted",
    "bank",
    "check_draws",
    "coverage",
    "design",
    "distance",
    "ensemble",
    "histograms",
    "informed",
    "outcomes",
    "points",
    "posterior",
    "posterior_scenarios",
    "predictive",
    "provenance",
    "ranks",
    "sampled",
    "study_facts",
    "uniformity",
    "with_band_errors",
    "with_parameter_uncertainty",
]
