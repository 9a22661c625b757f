"""The same partnerships, with the same luck, under one scenario and under others."""

from trustsim.comparison.arms import BASELINE, all_arms
from trustsim.comparison.blocks import compare
from trustsim.comparison.curves import CURVES
from trustsim.comparison.result import Comparison

__all__ = ["BASELINE", "CURVES", "Comparison", "all_arms", "compare"]
