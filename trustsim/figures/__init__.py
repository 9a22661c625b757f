"""Tidy table in, matplotlib Axes out; no figure needs a window system.

Colours are safe for colour-blind readers and in grey; labels stand beside what they name; the
interval and the number of runs are on every figure.
"""

from trustsim.figures.designation import plot_maturity_over_designation
from trustsim.figures.effects import plot_paired_effect
from trustsim.figures.fan import plot_fan
from trustsim.figures.incidence import (
    plot_arms_incidence,
    plot_cumulative_incidence,
    plot_hazard,
)
from trustsim.figures.status import plot_status_stack
from trustsim.figures.story import plot_partnership_story, plot_trust_matrix

__all__ = [
    "plot_arms_incidence",
    "plot_cumulative_incidence",
    "plot_fan",
    "plot_hazard",
    "plot_maturity_over_designation",
    "plot_paired_effect",
    "plot_partnership_story",
    "plot_status_stack",
    "plot_trust_matrix",
]
