"""Tidy table in, matplotlib Axes out; no figure needs a window system.

Colours are safe for colour-blind readers and in grey; labels stand beside what they name; the
interval and the number of runs are on every figure.

A figure is a function `plot_...` in one of these modules, named in its `__all__`. The function
`example_...` beside it is what docs/gallery.md shows of it, with the question that it answers.
"""

# ruff: noqa: F403 - each module names in `__all__` what is public.

from trustsim.figures.animation import *
from trustsim.figures.calibration import *
from trustsim.figures.comparison import *
from trustsim.figures.doses import *
from trustsim.figures.network import *
from trustsim.figures.partnership import *
from trustsim.figures.runs import *
from trustsim.figures.sensitivity import *

__all__ = sorted(name for name in dir() if name.startswith(("plot_", "animate_", "write_")))

# Figures of single experiments, on their way there.
from trustsim.figures.costs import plot_cost_effect as plot_cost_effect
from trustsim.figures.costs import plot_forest as plot_forest
from trustsim.figures.designation import (
    plot_maturity_over_designation as plot_maturity_over_designation,
)
from trustsim.figures.designation import plot_predictive_bands as plot_predictive_bands
from trustsim.figures.indication import plot_indication as plot_indication
from trustsim.figures.regimes import plot_regime_map as plot_regime_map
from trustsim.figures.scorecard import plot_scorecard as plot_scorecard
from trustsim.figures.warning import plot_calibration as plot_calibration
from trustsim.figures.warning import plot_early_warning as plot_early_warning
from trustsim.figures.warning import plot_skill_by_month as plot_skill_by_month
