"""Sweeps: a study's cells simulated, stored, resumed, summarised."""

from trustsim.sweeps.precision import ConstantOutcomeWarning
from trustsim.sweeps.results import Sweep, UnfinishedWarning
from trustsim.sweeps.run import sweep
from trustsim.sweeps.sensitivity import sensitivity_of
from trustsim.sweeps.study import Study

__all__ = [
    "ConstantOutcomeWarning",
    "Study",
    "Sweep",
    "UnfinishedWarning",
    "sensitivity_of",
    "sweep",
]
