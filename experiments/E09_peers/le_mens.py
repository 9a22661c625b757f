"""Three shapes of hazard from one random walk: newness, adolescence, obsolescence.

What an organisation can live on wanders, with a drift, and it dies when that falls to a barrier.
Start near the barrier and the young die; start farther off and the hazard rises, peaks and falls;
let the drift be against it and the old die. No shape needs a mechanism of its own.

References for the file: lemens2011 (the three shapes), levinthal1991.
"""

from __future__ import annotations

from typing import NamedTuple

import null_models
import numpy as np
import numpy.typing as npt

FALLS, HUMP, RISES = "falls", "rises and falls", "rises"


class Walk(NamedTuple):
    """A walk: distance to the barrier and drift, in monthly steps; the shape it is known for."""

    distance: float
    drift: float
    shape: str


WALKS = {
    "newness": Walk(distance=0.5, drift=0.05, shape=FALLS),
    "adolescence": Walk(distance=6.0, drift=0.05, shape=HUMP),
    "obsolescence": Walk(distance=20.0, drift=-0.15, shape=RISES),
}
"""One walk for each shape over 120 months. Values are ours: the abstract gives none."""


def hazards(name: str, *, months: int = 120) -> npt.NDArray[np.float64]:
    """Monthly hazard of a walk of `WALKS` in months 1 to `months`, in closed form."""
    walk = WALKS[name]
    return null_models.barrier_hazard(
        np.arange(1, months + 1), distance=walk.distance, drift=walk.drift, spread=1.0
    )


def shape_of(values: npt.ArrayLike) -> str:
    """Which of the three shapes a smooth hazard has: by where its highest value stands.

    >>> shape_of([3, 2, 1]), shape_of([1, 3, 2]), shape_of([1, 2, 3])
    ('falls', 'rises and falls', 'rises')
    """
    levels = np.asarray(values, dtype=np.float64)
    peak = int(levels.argmax())
    if peak == 0:
        return FALLS
    return RISES if peak == len(levels) - 1 else HUMP
