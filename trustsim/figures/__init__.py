"""Tidy table in, matplotlib Axes out; no figure needs a window system.

Colours are safe for colour-blind readers and in grey; labels stand beside what they name; the
interval and the number of runs are on every figure.
"""

from trustsim.figures.acts import plot_action_timeline
from trustsim.figures.animation import animate_partnership, write_animation
from trustsim.figures.calibration import plot_posterior
from trustsim.figures.curves import plot_curves
from trustsim.figures.doses import plot_dose_response
from trustsim.figures.effects import plot_paired_effect
from trustsim.figures.fan import plot_fan
from trustsim.figures.hazards import plot_smoothed_hazard
from trustsim.figures.incidence import (
    plot_arms_incidence,
    plot_cumulative_incidence,
    plot_hazard,
)
from trustsim.figures.individual import plot_fates, plot_individual_effects
from trustsim.figures.network import plot_trust_network
from trustsim.figures.payers import plot_payers, plot_worst_off
from trustsim.figures.sensitivity import plot_morris, plot_sobol, plot_tornado
from trustsim.figures.status import plot_status_stack
from trustsim.figures.story import plot_partnership_story, plot_trust_matrix

__all__ = [
    "animate_partnership",
    "plot_action_timeline",
    "plot_arms_incidence",
    "plot_cumulative_incidence",
    "plot_curves",
    "plot_dose_response",
    "plot_fan",
    "plot_fates",
    "plot_hazard",
    "plot_individual_effects",
    "plot_morris",
    "plot_paired_effect",
    "plot_partnership_story",
    "plot_payers",
    "plot_posterior",
    "plot_smoothed_hazard",
    "plot_sobol",
    "plot_status_stack",
    "plot_tornado",
    "plot_trust_matrix",
    "plot_trust_network",
    "plot_worst_off",
    "write_animation",
]
