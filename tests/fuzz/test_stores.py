"""Folders of results with damaged files: the right rows, or a refusal; never other rows."""

import functools
import shutil
from random import Random
from unittest import mock

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trustsim as ts
from tests.fuzz.stores import damage
from tests.sweeps.conftest import PIECE, same_bits
from trustsim.errors import TrustsimError
from trustsim.sweeps import Sweep, sweep

STUDY = functools.partial(
    ts.Study,
    "dyad",
    replicates=2 * PIECE,
    months=12,
    seed=5,
    record="members",
    arms={"baseline": [], "coordinator": ["coordinator(start=0)"]},
    factors={"negativity": [1.2, 2.5]},
)


def resumed(path):
    sweep(STUDY(), path, workers=1, resume=True)
    return Sweep.read(path).table("members")


ASKED = {
    "runs": lambda path: Sweep.read(path).runs,
    "members": lambda path: Sweep.read(path).table("members"),
    "summary": lambda path: Sweep.read(path).summary(by=[6, 12]),
    "contrasts": lambda path: Sweep.read(path).contrasts(by=[6, 12]),
    "resume": resumed,
}


def same(found, right):
    """Fail unless both hold the same rows, to the bit."""
    if "replicate" in right:  # in whatever order the files were read
        same_bits(found, right)
    else:
        pd.testing.assert_frame_equal(found, right, check_exact=True)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished study of several parts, and what its tables hold."""
    with (
        mock.patch("trustsim.sweeps.plan.pair_months", return_value=1),
        mock.patch("trustsim.sweeps.plan.PAIR_MONTHS", PIECE),
    ):
        path = tmp_path_factory.mktemp("whole") / "study"
        sweep(STUDY(), path, workers=1)
        yield path, {name: ask(path) for name, ask in ASKED.items()}


@given(luck=st.integers(0, 2**32), asked=st.sampled_from(sorted(ASKED)))
@settings(max_examples=150, deadline=None)
def test_damaged_folders_give_the_right_rows_or_are_refused(whole, tmp_path_factory, luck, asked):
    path, right = whole
    copy = tmp_path_factory.mktemp("damaged") / "study"
    shutil.copytree(path, copy)
    luck = Random(luck)
    files = sorted(one for one in copy.rglob("*") if one.is_file())
    for _ in range(luck.choice((1, 1, 2, 3))):
        damage(luck.choice(files), luck)
    found, refusal = None, ""
    try:
        found = ASKED[asked](copy)
    except TrustsimError as problem:
        refusal = str(problem)
    finally:
        shutil.rmtree(copy.parent)
    if found is None:
        assert refusal.isprintable()  # one line
    else:
        same(found, right[asked])
