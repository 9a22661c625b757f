"""The experiments of Pant and Yu (2025) on their own rule of trust, as far as they are described.

Their rule stands in `trustsim.model.rules.pant_yu`, once as the paper prints it and once as the
code they released computes it. Here are the four numbers that they report over a grid of
parameters, and the story of Renault and Nissan. Signals are given, not computed from conduct, as in
their sweep: so two of their seven parameters, rho (how far trust moves conduct) and kappa (how
sharply conduct becomes a signal), enter nothing.

Reference for the file: pant2025.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from trustsim.model.rules import pant_yu as rule

if TYPE_CHECKING:
    import pandas as pd

GRID = {
    "gain": (0.05, 0.08, 0.10, 0.12, 0.15),
    "loss": (0.15, 0.23, 0.30, 0.38, 0.45),
    "growth": (0.50, 0.55, 0.60, 0.65, 0.70),
    "decay": (0.01, 0.02, 0.03, 0.04, 0.05),
    "amplification": (0.30, 0.40, 0.50, 0.60, 0.70),
}
"""Their grid; of the last three parameters only the ends are published, cut evenly here."""

LEVELS_OF_THE_OTHERS = 5  # rho and kappa take five levels each in their grid of 78,125
FORMS = {
    "published": rule.trust_after_signal_published,
    "released": rule.trust_after_signal_released,
}
"""The rule of the paper, and the rule that the released code computes."""

README_INPUTS = (1.5, 2.0, -2.0, 0.5, 1.0)
CODE_INPUTS = (1.5, 2.0, -3.0, 1.2, 1.5)
PHASE_ENDS = (12, 52, 56)
"""Last periods of the first three phases of Renault and Nissan, read off their nine time points."""

TIMES = (0, 12, 30, 52, 53, 56, 60, 70, 79)
"""Periods at which their released results tell the trust of Renault in Nissan."""


class Rule(NamedTuple):
    """One point of their grid, under one form of the rule."""

    gain: float = rule.GAIN
    loss: float = rule.LOSS
    growth: float = rule.DAMAGE_GROWTH
    decay: float = rule.DAMAGE_DECAY
    amplification: float = rule.AMPLIFICATION
    form: str = "published"


def trajectory(
    signals: Iterable[float],
    *,
    trust: float,
    chosen: Rule,
    damage: float = 0.0,
    dependence: float = rule.MIDDLING_DEPENDENCE,
) -> list[float]:
    """Trust at the start and after each signal, in [0, 1].

    Trust moves first, under the damage that was, then damage. Signals in [-1, 1].

    >>> [round(level, 3) for level in trajectory([1.0, -1.0], trust=0.5, chosen=Rule())]
    [0.5, 0.55, 0.344]
    """
    after = FORMS[chosen.form]
    levels = [trust]
    for signal in signals:
        trust = after(
            trust, damage, signal, dependence, chosen.gain, chosen.loss, chosen.amplification
        )
        damage = rule.damage_after_signal(damage, signal, chosen.growth, chosen.decay)
        levels.append(trust)
    return levels


def recovery(chosen: Rule, *, periods: int = 35) -> float:
    """Highest trust after one violation and then only good, over the trust before (a ratio).

    From .85: one signal tanh(-3), then `periods` of tanh(2). Their hysteresis recovery: over 1
    there is no lasting hysteresis.
    """
    before = 0.85
    levels = trajectory([math.tanh(-3.0)] + [math.tanh(2.0)] * periods, trust=before, chosen=chosen)
    return max(levels[1:]) / before


def cumulative_amplification(chosen: Rule) -> float:
    """Trust lost to four small violations over trust lost to one four times as large (a ratio).

    From .8: four signals tanh(-1), or one tanh(-4).
    """
    before = 0.8
    several = trajectory([math.tanh(-1.0)] * 4, trust=before, chosen=chosen)
    single = trajectory([math.tanh(-4.0)], trust=before, chosen=chosen)
    return (before - several[-1]) / (before - single[-1])


def dependency_amplification(chosen: Rule) -> float:
    """Trust lost to one violation by a partner that one depends on by .8, over by .2 (a ratio)."""
    before, lost = 0.8, []
    for dependence in (0.8, 0.2):
        levels = trajectory([math.tanh(-1.0)], trust=before, chosen=chosen, dependence=dependence)
        lost.append(before - levels[-1])
    return lost[0] / lost[1]


def sweep(
    form: str = "published", *, periods: int = 35, levels: Sequence[int] = range(5)
) -> pd.DataFrame:
    """Their metrics at each point of their grid, under one form of the rule.

    Parameters
    ----------
    form : {"published", "released"}, optional
        The rule.
    periods : int, optional
        Good periods in which trust may recover.
    levels : sequence of int, optional
        Which of the five levels of each parameter.

    Returns
    -------
    pandas.DataFrame
        One row a point: the parameters as in `GRID`, then negativity (loss over gain), recovery,
        cumulative, dependency (all ratios).
    """
    import pandas as pd

    axes = [[values[level] for level in levels] for values in GRID.values()]
    rows = []
    for values in product(*axes):
        gain, loss, growth, decay, amplification = values
        chosen = Rule(gain, loss, growth, decay, amplification, form)
        rows.append(
            {
                **dict(zip(GRID, values, strict=True)),
                "negativity": chosen.loss / chosen.gain,
                "recovery": recovery(chosen, periods=periods),
                "cumulative": cumulative_amplification(chosen),
                "dependency": dependency_amplification(chosen),
            }
        )
    return pd.DataFrame(rows)


def distinct(metrics: pd.DataFrame) -> int:
    """How many points of a sweep differ in any metric."""
    columns = ["negativity", "recovery", "cumulative", "dependency"]
    return len(metrics[columns].drop_duplicates())


def renault_nissan(
    inputs: Sequence[float],
    *,
    fourth_ends: int,
    form: str = "published",
    dependence: float = rule.MIDDLING_DEPENDENCE,
) -> list[float]:
    """Trust of Renault in Nissan at their nine time points, from five phase inputs.

    inputs: kappa times conduct over the baseline in each phase, before the tanh; fourth_ends: last
    period of the fourth phase, which is not published; dependence: of Renault on Nissan, in [0, 1],
    which we have not seen. Starts at .5, all else at their defaults.

    >>> len(renault_nissan(README_INPUTS, fourth_ends=60))
    9
    """
    ends = (*PHASE_ENDS, fourth_ends, TIMES[-1])
    signals: list[float] = []
    for end, value in zip(ends, inputs, strict=True):
        signals += [math.tanh(value)] * (end - len(signals))
    levels = trajectory(signals, trust=0.5, chosen=Rule(form=form), dependence=dependence)
    return [levels[time] for time in TIMES]
