"""The coordinator: no command, only what people think of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim.model.rules import coordination

SHARES = st.floats(0, 1)
COUNTS = st.floats(0, 100)
UNIFORMS = st.floats(0, 1, exclude_min=True, exclude_max=True)


@given(SHARES, SHARES, SHARES)
def test_legitimacy_is_skill_times_inclusiveness_times_independence(skill, inclusive, allegiance):
    standing = coordination.legitimacy(skill, inclusive, allegiance)
    assert standing == pytest.approx(skill * inclusive * (1 - allegiance), abs=1e-15)
    assert coordination.legitimacy(skill, inclusive, 1.0) == 0.0


@given(st.floats(0, 100), UNIFORMS)
def test_capacity_is_met_on_average(capacity, draw):
    attended = coordination.pairs_attended(capacity, draw)
    assert attended in (int(capacity), int(capacity) + 1)
    assert (attended > int(capacity)) == (draw < capacity - int(capacity))


def test_the_most_troubled_pair_comes_first():
    troubled = coordination.calm_of_pair(0.2, 0.0, 0.0, 0.999)
    assert troubled < coordination.calm_of_pair(0.4, 0.0, 0.0, 0.001)


def test_chance_decides_only_between_pairs_of_nearly_the_same_trust():
    assert coordination.WANDERING <= 0.1
    assert coordination.calm_of_pair(0.3, 0.0, 0.0, 0.1) < coordination.calm_of_pair(
        0.3, 0.0, 0.0, 0.2
    )


@given(SHARES, SHARES, UNIFORMS, UNIFORMS)
def test_full_allegiance_serves_its_own_side_first(own, others, one, other):
    served = coordination.calm_of_pair(own, 1.0, 1.0, one)
    assert served <= coordination.calm_of_pair(others, 0.0, 1.0, other) + coordination.WANDERING


def test_without_allegiance_there_is_no_own_side():
    assert coordination.calm_of_pair(0.4, 1.0, 0.0, 0.5) == coordination.calm_of_pair(
        0.4, 0.0, 0.0, 0.5
    )


@given(COUNTS, SHARES, SHARES, SHARES)
def test_mending_never_makes_it_worse_and_reaches_integrity_least(count, standing, mending, part):
    failures = coordination.evidence_after_mending(count, standing, mending)
    violations = coordination.violations_after_mending(count, standing, mending, part)
    assert 0.0 <= failures <= count
    assert failures <= violations <= count


def test_nobody_listens_to_a_coordinator_without_legitimacy():
    assert coordination.evidence_after_mending(4.0, 0.0, 1.0) == 4.0
    assert coordination.violations_after_mending(4.0, 0.0, 1.0, 1.0) == 4.0
    assert coordination.coached_after_session(0.3, 0.0, 1.0) == 0.3


def test_mending_by_hand():
    assert coordination.evidence_after_mending(4.0, 0.5, 0.4) == pytest.approx(3.2)
    assert coordination.violations_after_mending(4.0, 0.5, 0.4, 0.5) == pytest.approx(3.6)


@given(SHARES, SHARES, SHARES)
def test_sessions_teach_and_never_unteach(coached, standing, coaching):
    after = coordination.coached_after_session(coached, standing, coaching)
    assert coached <= after <= 1.0 + 1e-15
