"""Draws from the posterior by rejection with pyABC: the prior is sampled until enough agree.

Rejection, not a sequence of narrowing tolerances: one point of the prior in thirteen agrees, so
draws that are independent and of equal weight are cheap, and nothing has to be corrected for.

Prior: every parameter of FACTORS is uniform between its bounds, independently of the others.
Kernel: a simulation agrees with facts when each of its outcomes lies within half a band's width
of its fact. The facts that were observed are the middles of the bands, so to agree with them is
to lie within all bands. What is compared is one sample of 200 partnerships, with its luck, and not
what the point gives on average.

Reference: Klinger, Rickert & Hasenauer 2018 (pyABC); Pritchard et al. 1999 (rejection).
"""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trustsim.analysis.intervals import wilson
from trustsim.analysis.tables import Floats, require_columns
from trustsim.calibration.draws import informed, predictive
from trustsim.calibration.targets import FACTORS, TARGETS, outcomes
from trustsim.engines.compiled import sources_digest
from trustsim.errors import MissingExtraError, StudyError, refusal
from trustsim.output import now, versions
from trustsim.scenarios.files import scenario
from trustsim.scenarios.scenario import Scenario
from trustsim.simulation import simulate

DIGITS = "%.6g"
OBSERVED = {target.name: (target.low + target.high) / 2 for target in TARGETS}
HALF_WIDTHS = {target.name: (target.high - target.low) / 2 for target in TARGETS}
REPLICATES = 200
MONTHS = 120
SEED = "luck"
ROUNDING = 1e-9
Point = dict[str, float]
MOST = 20_000


@functools.cache
def base() -> Scenario:
    """The voluntary partnership at its defaults, which the facts are about."""
    return scenario("voluntary")


class Prior:
    """Points from the prior, one after the other; the same seed gives the same points.

    seed: of the points and of the luck that each of them meets.
    """

    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)

    def draw(self) -> dict[str, float]:
        """The next point, to six digits, with the seed of its luck under `luck`."""
        places = self._generator.random(len(FACTORS))
        luck = float(self._generator.integers(2**53))
        bounds = zip(FACTORS.items(), places, strict=True)
        # Six digits, so that a point read from a CSV file gives the same bits.
        point = {name: float(f"{a + p * (b - a):.6g}") for (name, (a, b)), p in bounds}
        return {**point, SEED: luck}


def outcomes_at(
    point: Mapping[str, float], *, replicates: int = REPLICATES, workers: int | None = None
) -> dict[str, float]:
    """The calibrated outcomes of voluntary partnerships at a point, with the point's own luck."""
    chosen = base().with_(**{name: point[name] for name in FACTORS})
    seed = int(point[SEED])
    runs = simulate(chosen, replicates=replicates, seed=seed, months=MONTHS, workers=workers)
    return outcomes(runs)


def misfit(found: pd.DataFrame, facts: Mapping[str, float] = OBSERVED) -> Floats:
    """How far each simulation is from the facts, in half-widths of the bands; the worst outcome.

    Parameters
    ----------
    found : pandas.DataFrame
        Simulations, with the six outcomes as columns.
    facts : mapping, optional
        By outcome; the middles of the bands if left out.

    Returns
    -------
    numpy.ndarray
        One number a row, 0 or more; infinite where too few matured to have a median.
    """
    require_columns(found, OBSERVED, where="misfit")
    names = list(OBSERVED)
    values = found[names].to_numpy(dtype=np.float64)
    off = np.abs(values - np.array([facts[name] for name in names]))
    worst: Floats = (off / np.array([HALF_WIDTHS[name] for name in names])).max(axis=1)
    return np.where(np.isfinite(values).all(axis=1), worst, np.inf)


def agrees(found: pd.DataFrame, facts: Mapping[str, float] = OBSERVED) -> NDArray[np.bool_]:
    """Whether each simulation lies within half a band's width of every fact."""
    chosen: NDArray[np.bool_] = misfit(found, facts) <= 1 + ROUNDING
    return chosen


def require_pyabc() -> Any:
    """The module pyabc. Raises MissingExtraError if it is not installed."""
    try:
        import pyabc
    except ImportError:
        step = """Run `pip install "trustsim[calibration]"`."""
        message = refusal("calibration", "pyABC", "not installed", "draws the posterior", step)
        raise MissingExtraError(message) from None
    return pyabc


def sampled(
    draws: int = 200,
    *,
    seed: int = 0,
    most: int = MOST,
    replicates: int = REPLICATES,
    workers: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> tuple[pd.DataFrame, int]:
    """Draws from the posterior given the observed facts, and how many simulations they took.

    Parameters
    ----------
    draws : int, optional
        Points wanted.
    seed : int, optional
        Of the points and of their luck.
    most : int, optional
        Simulations after which the search is given up.
    replicates : int, optional
        Partnerships a simulation.
    workers : int, optional
        Threads; all cores if left out.
    progress : callable, optional
        Told 1 after every simulation.

    Returns
    -------
    pandas.DataFrame, int
        One row a draw, in the order in which they were drawn, all of equal weight: the 21
        parameters, luck, the six outcomes.

    Raises
    ------
    MissingExtraError
        pyABC is not installed.
    StudyError
        Fewer agreed among `most` simulations.
    """
    prior = Prior(seed)

    def simulated(point: Mapping[str, float]) -> Point:
        found = outcomes_at(point, replicates=replicates, workers=workers)
        if progress is not None:
            progress(1)
        return found

    return accepted(iter(prior.draw, None), simulated, draws, most=most)


def accepted(
    prior: Iterator[Point],
    simulated: Callable[[Mapping[str, float]], Point],
    draws: int,
    *,
    facts: Mapping[str, float] = OBSERVED,
    most: int = MOST,
) -> tuple[pd.DataFrame, int]:
    """The first points that agree with the facts, as pyABC accepts them, and the number tried.

    Parameters
    ----------
    prior : iterator of dict
        Points from the prior.
    simulated : callable
        The six outcomes at a point.
    draws, most : int
        Points wanted; points after which the search is given up.
    facts : mapping, optional
        By outcome; the middles of the bands if left out.

    Raises
    ------
    MissingExtraError
        pyABC is not installed.
    StudyError
        Fewer agreed among `most`.
    """
    pyabc = require_pyabc()
    logging.getLogger("ABC").setLevel(logging.ERROR)
    tried: list[Point] = []

    def distance(one: Mapping[str, float], other: Mapping[str, float], *_: Any, **__: Any) -> float:
        return float(misfit(pd.DataFrame([one]), other)[0])

    def model(point: Mapping[str, float]) -> Point:
        found = dict(simulated(tried[int(point["number"])]))
        tried[int(point["number"])] |= found
        return found

    search = pyabc.ABCSMC(
        model,
        _listed(pyabc, prior, tried),
        distance,
        population_size=draws,
        eps=pyabc.ConstantEpsilon(1 + ROUNDING),
        sampler=pyabc.SingleCoreSampler(check_max_eval=True),
    )
    # In a file, as pyABC never closes what it keeps in memory, of which Python 3.13 warns.
    with TemporaryDirectory(prefix="trustsim-") as folder:
        search.new(f"sqlite:///{folder}/search.db", dict(facts))
        history = search.run(max_nr_populations=1, min_acceptance_rate=draws / most)
        if history.n_populations < 1:
            got, allowed = f"fewer than {draws}", f"points agree with the facts among {most} tried"
            step = "Allow more simulations, or take fewer draws."
            raise StudyError(refusal("calibration", "draws", got, allowed, step))
        chosen, weights = history.get_distribution()
        simulations = int(history.total_nr_simulations)
    assert np.allclose(weights, 1 / draws), "rejection gives draws of equal weight"
    numbers = sorted(int(number) for number in chosen["number"])
    table = pd.DataFrame([tried[number] for number in numbers])
    columns = [*FACTORS, SEED, *OBSERVED]
    return table[columns].astype({SEED: np.int64}), simulations


def _listed(pyabc: Any, prior: Iterator[Point], tried: list[Point]) -> Any:
    """Our points as a prior of pyABC: it deals with their numbers, we keep what they are.

    Its own priors draw from numpy's one global generator, which others may have turned.
    """

    class Listed(pyabc.DistributionBase):  # type: ignore[misc]
        def copy(self) -> Listed:
            return self

        def rvs(self, *_: object) -> Any:
            tried.append(next(prior))
            return pyabc.Parameter(number=float(len(tried) - 1))

        def pdf(self, _: object) -> float:
            return 1.0

    return Listed()


def provenance_of(draws: pd.DataFrame, simulations: int, *, seed: int) -> dict[str, Any]:
    """What it takes to draw the same posterior again, as plain data."""
    bounds = wilson(len(draws), simulations)
    return {
        "method": "rejection from a uniform prior, indicator kernel over the bands",
        "library": f"pyabc {version('pyabc')}",
        "seed": seed,
        "draws": len(draws),
        "effective_sample_size": len(draws),
        "simulations": simulations,
        "accepted_share": len(draws) / simulations,
        "accepted_share_interval_95": list(bounds),
        "partnerships_a_simulation": REPLICATES,
        "months": MONTHS,
        "tolerance": {target.name: [target.low, target.high] for target in TARGETS},
        "prior": {name: list(bounds) for name, bounds in FACTORS.items()},
        "scenario_digest": base().digest(),
        "sources_digest": sources_digest(),
        "versions": versions(),
        "time_utc": now(),
    }


def write_draws(folder: Path, draws: pd.DataFrame, record: dict[str, Any]) -> None:
    """The posterior, where it comes from, and what it says, as files in a folder."""
    from trustsim.figures import plot_posterior
    from trustsim.report import picture

    draws.to_csv(folder / "posterior.csv", index=False, float_format=DIGITS)
    text = json.dumps(record, indent=2) + "\n"
    (folder / "posterior.json").write_text(text, encoding="utf-8")
    against = informed(draws)
    against.to_csv(folder / "informed.csv", index=False, float_format=DIGITS)
    predictive(draws).to_csv(folder / "predictive.csv", index=False, float_format=DIGITS)
    (folder / "posterior.png").write_bytes(picture(plot_posterior(against)))
