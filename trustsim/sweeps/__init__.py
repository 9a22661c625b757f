"""Sweeps: a study's cells simulated, stored, resumed, summarised."""

from trustsim.sweeps.results import Sweep
from trustsim.sweeps.run import sweep
from trustsim.sweeps.sensitivity import sensitivity_of
from trustsim.sweeps.study import Study

__all__ = ["Study", "Sweep", "sensitivity_of", "sweep"]
