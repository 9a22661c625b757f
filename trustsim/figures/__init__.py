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
