"""A bank without a simulation: outcomes are known functions of the parameters, plus noise."""

import numpy as np
import pandas as pd
import pytest

from trustsim.calibration import FACTORS, TARGETS

LEADERS = ("pressure", "pace", "misreading", "willingness", "negativity", "tenure")
"""A parameter for each target, which moves it across twice its band."""


def made_up(size, seed):
    generator = np.random.default_rng(seed)
    places = pd.DataFrame(generator.random((size, len(FACTORS))), columns=list(FACTORS))
    table = pd.DataFrame({name: a + places[name] * (b - a) for name, (a, b) in FACTORS.items()})
    table["luck"] = np.arange(size)
    for target, leader in zip(TARGETS, LEADERS, strict=True):
        width = target.high - target.low
        noise = generator.normal(0, 0.1 * width, size)
        table[target.name] = target.low + width * (2 * places[leader] - 0.5) + noise
    return table


@pytest.fixture(scope="package")
def made_up_bank():
    return made_up(20_000, seed=2)
