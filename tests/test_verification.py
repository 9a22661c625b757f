"""`verify` passes on a good installation, and would notice a bad one."""

import numpy as np
import pytest

from trustsim import rng, theory, verification
from trustsim.verification import verify


@pytest.fixture(scope="module")
def table():
    return verify()


def test_a_good_installation_passes(table):
    assert list(table.columns) == ["check", "expected", "got", "tolerance", "passed"]
    assert table.passed.all(), table[~table.passed]


def test_something_of_each_kind_is_checked(table):
    text = " ".join(table.check)
    for kind in ("Philox", "trust", "routines", "survival", "zero dose", "threads", "engines"):
        assert kind in text
    assert table.check.is_unique


def test_a_wrong_closed_form_would_be_noticed(monkeypatch):
    right = theory.routines_after
    monkeypatch.setattr(theory, "routines_after", lambda *a, **k: right(*a, **k) + 1e-9)
    found = verify().set_index("check")
    assert not found.passed["routines under steady practice"]
    assert found.passed.sum() == len(found) - 1


def test_wrong_luck_would_be_noticed(monkeypatch):
    right = rng.philox
    monkeypatch.setattr(rng, "philox", lambda *a: tuple(word ^ 1 for word in right(*a)))
    found = verify()
    assert not found.passed[found.check.str.startswith("Philox")].any()


def test_arrays_of_another_shape_differ_in_every_number():
    one, other = np.zeros((2, 3)), np.zeros((2, 2))
    assert verification._differing([one, one], [one, other]) == 6
