"""Draws from the posterior by rejection with pyABC: the prior is sampled until enough agree.

Rejection, not a sequence of narrowing tolerances: one point of the prior in thirteen agrees, so
draws that are independent and of equal weight are cheap, and nothing has to be corrected for.
Reference: Klinger, Rickert & Hasenauer 2018 (pyABC); Pritchard et al. 1999 (rejection).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from trustsim.analysis.intervals import wilson
from trustsim.calibration.draws import informed, predictive
from trustsim.calibration.prior import (
    MONTHS,
    OBSERVED,
    REPLICATES,
    ROUNDING,
    SEED,
    Prior,
    base,
    misfit,
    outcomes_at,
)
from trustsim.calibration.targets import FACTORS, TARGETS
from trustsim.engines.compiled import sources_digest
from trustsim.errors import MissingExtraError, StudyError, refusal
from trustsim.output import now, versions

DIGITS = "%.6g"
Point = dict[str, float]
MOST = 20_000


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
