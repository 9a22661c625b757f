"""Runs of partnerships that know nothing of trust: what chance alone would show.

Three generators of runs tables, each with two numbers and no more. They are set from two of the
calibration targets (`trustsim.calibration.TARGETS`), and from nothing that is to be tested:

1. dissolved by 5 years: the middle of its band;
2. median months to maturity of those that get there within 120 months, as the calibration counts
   it: the middle of that part of its band that the model can reach. The rarer maturity is, the
   later its median comes, but a model whose chances do not rise with age comes to no more than
   44 to 47 months: the band ends at 60.

How many get there at all is no target: no published share is one. In each of the three a
partnership goes on after it has matured and can still dissolve. Nothing else happens in them: no
cause but an outside one, no members, no relapse.

What happens between two months is counted in the later one.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import null_models
import numpy as np
import numpy.typing as npt

from trustsim.calibration import TARGETS
from trustsim.errors import ParameterError, refusal
from trustsim.schema import CAUSES, RUNS, STATUSES, frame

if TYPE_CHECKING:
    import pandas as pd

Months = npt.NDArray[np.int64]

HORIZON = 120  # months, over which the calibration counts
FIVE_YEARS = 60
RAREST = 1e-7  # a month: as good as never
FARTHEST = 40.0  # monthly steps: no walk of ten years' length matures there
OVERSHOOT = 0.5826  # steps by which a walk seen once a month passes a barrier on average
VARIANCE = 1.0  # of the frailty: chances as uneven as exponential ones, a convention
COLUMNS = (
    "replicate",
    "months",
    "status",
    "matured",
    "month_matured",
    "dissolved",
    "month_dissolved",
    "cause",
)
"""Columns of `schema.RUNS` that such a table has."""


class Chances(NamedTuple):
    """Monthly chances of dissolution and of maturity; for `frailty` those of the average one."""

    dissolution: float
    maturity: float


class Barriers(NamedTuple):
    """How far a walk must fall to dissolve and rise to mature, in monthly steps."""

    below: float
    above: float


def constant_hazard(*, replicates: int, seed: int, months: int) -> pd.DataFrame:
    """Partnerships that mature and dissolve by the same chance in every month.

    Nothing that has happened, age included, changes what happens next.

    Parameters
    ----------
    replicates : int
        Partnerships, at least 1.
    seed : int
        Their luck, at least 0. The months asked for change nothing that happens within them.
    months : int
        Horizon, at least 1.

    Returns
    -------
    pandas.DataFrame
        One row a partnership; `COLUMNS` as in `schema.RUNS`.

    Raises
    ------
    ParameterError
        A count is out of range.

    Examples
    --------
    >>> constant_hazard(replicates=3, seed=0, months=60).shape
    (3, 8)
    """
    generator = _generator(replicates, seed, months)
    chances = constant_chances()
    dissolved = generator.geometric(chances.dissolution, replicates)
    matured = generator.geometric(chances.maturity, replicates)
    return runs_table(matured, dissolved, months=months)


def random_walk(*, replicates: int, seed: int, months: int) -> pd.DataFrame:
    """Partnerships whose standing wanders: mature at an upper barrier, dissolved at a lower one.

    Standard normal steps a month without drift: standing is luck added up. Parameters, result
    and errors as in `constant_hazard`.

    References: levinthal1991, lemens2011.

    >>> random_walk(replicates=3, seed=0, months=60).shape
    (3, 8)
    """
    generator = _generator(replicates, seed, months)
    barriers = walk_barriers()
    matured, dissolved = walks_between(
        generator, walks=replicates, months=months, below=barriers.below, above=barriers.above
    )
    return runs_table(matured, dissolved, months=months)


def frailty(*, replicates: int, seed: int, months: int, ageing: float = 1.0) -> pd.DataFrame:
    """Partnerships that differ from the start, and in nothing else.

    Each has its own chances of dissolving and of maturing, the average ones times two gamma
    deviates of mean 1 and variance `VARIANCE`. With ageing = 1 nobody's own chances change, and
    the hazard seen only falls, for the frail leave first. With ageing > 1 everybody's own chances
    rise as ``t**(ageing - 1)``, and the hazard seen rises, peaks and falls. Other parameters,
    result and errors as in `constant_hazard`.

    Reference: vaupel1979.

    >>> frailty(replicates=3, seed=0, months=60).shape
    (3, 8)
    """
    generator = _generator(replicates, seed, months)
    chances = frailty_chances(ageing)
    times = []
    for chance in chances:
        own = chance * generator.gamma(1.0 / VARIANCE, VARIANCE, replicates)
        # The frailest of a million can be as good as immortal: no month lies so far ahead.
        waited = (generator.standard_exponential(replicates) / own) ** (1.0 / ageing)
        times.append(np.ceil(np.minimum(waited, 1e9)).astype(np.int64))
    return runs_table(times[1], times[0], months=months)


@functools.cache
def constant_chances() -> Chances:
    """The two chances of `constant_hazard`, from the calibration targets.

    >>> round(1 - (1 - constant_chances().dissolution) ** 60, 6)
    0.425
    """
    dissolution = 1.0 - (1.0 - dissolved_by_five_years()) ** (1.0 / FIVE_YEARS)

    def median(maturity: float) -> float:
        kept = (1.0 - maturity) * (1.0 - dissolution)
        return math.log((1.0 + kept**HORIZON) / 2.0) / math.log(kept)

    return Chances(dissolution, _set_by_median(median, RAREST, 0.5))


@functools.cache
def walk_barriers() -> Barriers:
    """The two barriers of `random_walk`, from the calibration targets.

    Both are brought nearer by `OVERSHOOT`, for the walk is looked at once a month only.

    References: siegmund1979.
    """
    from scipy.optimize import brentq

    left = 1.0 - dissolved_by_five_years()
    below = brentq(
        lambda a: _left_by_five_years(a) - left,
        0.1,
        FARTHEST,
    )

    def median(above: float) -> float:
        return _median_within(lambda month: share_above_by(month, below=below, above=above))

    above = _set_by_median(median, FARTHEST, 1.0)
    return Barriers(below - OVERSHOOT, above - OVERSHOOT)


@functools.cache
def frailty_chances(ageing: float = 1.0) -> Chances:
    """The two average chances of `frailty`, from the calibration targets.

    >>> round(1 - 1 / (1 + 60 * frailty_chances().dissolution), 6)
    0.425
    """
    from scipy.integrate import quad

    if not 0.5 <= ageing <= 5.0:
        allowed = "must be in [0.5, 5]"
        raise ParameterError(refusal("frailty", "ageing", ageing, allowed, "Choose 1 or 2."))
    left = 1.0 - dissolved_by_five_years()
    dissolution = (left**-VARIANCE - 1.0) / (VARIANCE * FIVE_YEARS**ageing)
    options = {"variance": VARIANCE, "ageing": ageing}

    def median(maturity: float) -> float:
        def density(month: float) -> float:
            waiting = float(null_models.frailty_survival(month, hazard=maturity, **options))
            rate = float(null_models.frailty_hazard(month, hazard=maturity, **options))
            alive = float(null_models.frailty_survival(month, hazard=dissolution, **options))
            return waiting * rate * alive

        return _median_within(lambda month: float(quad(density, 0.0, month)[0]))

    return Chances(dissolution, _set_by_median(median, RAREST**ageing, 0.5))


def share_above_by(month: float, *, below: float, above: float) -> float:
    """Share of driftless walks that have risen by `above` without ever having fallen by `below`.

    Steps of standard deviation 1 a month, seen all the time. By the method of images it is
    ``sum over n of sign(x) erfc(|x| / sqrt(2 t))``, ``x = above + 2 n (above + below)``.
    Given time enough it is ``below / (above + below)``.

    >>> round(share_above_by(10_000.0, below=1.0, above=3.0), 6)
    0.25
    """
    scale = math.sqrt(2.0 * month)
    period = 2.0 * (above + below)
    # Images farther than nine deviations add nothing that a double can hold.
    images = range(-math.ceil(9.0 * scale / period) - 1, math.ceil(9.0 * scale / period) + 2)
    places = (above + n * period for n in images)
    return math.fsum(math.copysign(math.erfc(abs(x) / scale), x) for x in places)


def walks_between(
    generator: np.random.Generator, *, walks: int, months: int, below: float, above: float
) -> tuple[Months, Months]:
    """First months at or over the upper barrier and at or under the lower one; far off if never.

    A walk goes on after it has touched the upper one.
    """
    never = np.iinfo(np.int64).max
    standing = np.zeros(walks)
    risen = np.full(walks, never, dtype=np.int64)
    fallen = np.full(walks, never, dtype=np.int64)
    for month in range(1, months + 1):
        standing += generator.standard_normal(walks)
        risen[(risen == never) & (standing >= above)] = month
        fallen[(fallen == never) & (standing <= -below)] = month
    return risen, fallen


def runs_table(matured: Months, dissolved: Months, *, months: int) -> pd.DataFrame:
    """A runs table from the months in which maturity and dissolution would come, if ever.

    Maturity counts only if it comes within the horizon and not after dissolution; where both fall
    in one month it comes first, as in `trustsim.analysis.events`.

    >>> runs_table(np.array([5, 9]), np.array([7, 8]), months=12)["month_matured"].tolist()
    [5, <NA>]
    """
    ended = dissolved <= months
    reached = (matured <= months) & (matured <= dissolved)
    status = np.where(ended, "dissolved", np.where(reached, "mature", "forming"))
    columns = {
        "replicate": np.arange(len(matured)),
        "months": np.where(ended, dissolved, months),
        "status": np.array([STATUSES.index(name) for name in status]),
        "matured": reached,
        "month_matured": np.where(reached, matured, 0),
        "dissolved": ended,
        "month_dissolved": np.where(ended, dissolved, 0),
        "cause": np.where(ended, CAUSES.index("outside cause"), -1),
    }
    return frame(tuple(column for column in RUNS if column.name in COLUMNS), columns)


def dissolved_by_five_years() -> float:
    """The first target: the middle of the calibration's band, a share."""
    low, high = _band("dissolved by 5 years")
    return (low + high) / 2.0


def _band(name: str) -> tuple[float, float]:
    target = next(target for target in TARGETS if target.name == name)
    return target.low, target.high


def _left_by_five_years(distance: float) -> float:
    return float(null_models.barrier_survival(FIVE_YEARS, distance=distance, drift=0.0, spread=1.0))


def _median_within(matured_by: Callable[[float], float]) -> float:
    from scipy.optimize import brentq

    half = matured_by(HORIZON) / 2.0
    return float(brentq(lambda month: matured_by(month) - half, 1e-3, HORIZON))


def _set_by_median(median: Callable[[float], float], slowest: float, fastest: float) -> float:
    """What puts the median into the middle of the reachable part of the calibration's band."""
    from scipy.optimize import brentq

    low, high = _band("median months to maturity")
    wanted = (low + min(high, median(slowest))) / 2.0
    return float(brentq(lambda value: median(value) - wanted, slowest, fastest))


def _generator(replicates: int, seed: int, months: int) -> np.random.Generator:
    for what, value, low in (
        ("replicates", replicates, 1),
        ("months", months, 1),
        ("seed", seed, 0),
    ):
        if not hasattr(value, "__index__") or isinstance(value, bool) or value < low:
            allowed = f"must be a whole number of at least {low}"
            raise ParameterError(refusal("peers", what, value, allowed, "Give one."))
    return np.random.default_rng(seed)
