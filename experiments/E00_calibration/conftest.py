"""The made-up bank of the package's tests of calibration, with truths to look for in it."""

import pytest

from tests.calibration.conftest import made_up


@pytest.fixture(scope="package")
def truths():
    return made_up(400, seed=1)


@pytest.fixture(scope="package")
def made_up_bank():
    return made_up(20_000, seed=2)
