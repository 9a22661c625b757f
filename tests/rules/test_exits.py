"""Who leaves and why; nothing here knows how old a partnership is."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim import schema
from trustsim.model.rules import exits

SHARES = st.floats(0, 1)
SMALL = st.floats(0, 0.2)


def test_no_hazard_is_told_the_time():
    for rule in vars(exits).values():
        if inspect.isfunction(rule) and rule.__module__ == exits.__name__:
            assert not set(inspect.signature(rule).parameters) & {"month", "months", "age", "time"}


@given(SHARES, SHARES, st.floats(0, 20), st.floats(0, 200))
def test_goodwill_holds_members_and_exits_loosen_them(goodwill, shield, contagion, recent):
    loose = exits.loosening(goodwill, shield, contagion, recent)
    assert 0.0 <= exits.loosening(1.0, shield, contagion, recent) <= loose
    assert loose >= exits.loosening(goodwill, shield, contagion, 0.0)
    assert exits.loosening(0.0, shield, contagion, 0.0) == 1.0


def test_loosening_by_hand():
    assert exits.loosening(0.5, 0.8, 0.5, 3.0) == pytest.approx(0.6 * 2.5)


def test_the_content_are_not_pulled_and_not_pushed():
    assert exits.pull_of_option(0.02, 5.0, 0.0) == 0.0
    assert exits.push_of_frustration(0.06, 0.0) == 0.0


def test_frustration_pushes_more_than_in_proportion_and_options_pull_in_proportion():
    assert exits.push_of_frustration(0.06, 0.8) == pytest.approx(
        4.0 * exits.push_of_frustration(0.06, 0.4)
    )
    assert exits.pull_of_option(0.02, 1.0, 0.8) == pytest.approx(
        2.0 * exits.pull_of_option(0.02, 1.0, 0.4)
    )


def test_a_shock_drives_out_nobody_who_is_content():
    assert exits.part_of_shock(0.3, 5.0, 0.0) == 0.0
    assert exits.part_of_shock(0.3, 2.0, 0.01) == pytest.approx(0.006)


HAZARDS = st.tuples(SMALL, SMALL, SMALL, SMALL, SMALL)


@given(st.floats(0, 1, exclude_max=True), HAZARDS)
def test_some_cause_or_none(draw, hazards):
    cause = exits.exit_cause(draw, *hazards)
    assert cause == exits.STAYS or schema.CAUSES[cause]
    assert (cause == exits.STAYS) == (draw >= sum(hazards)) or abs(draw - sum(hazards)) < 1e-12


def test_each_cause_has_its_hazard():
    """The unit interval is walked on a fine grid, so shares are exact to the grid's step."""
    steps, hazards = 10_000, (0.02, 0.1, 0.05, 0.2, 0.08)
    found = [exits.exit_cause((step + 0.5) / steps, *hazards) for step in range(steps)]
    for cause, hazard in enumerate(hazards):
        assert found.count(cause) / steps == pytest.approx(hazard, abs=1.0 / steps)
    assert found.count(exits.STAYS) / steps == pytest.approx(1 - sum(hazards), abs=1.0 / steps)


def test_causes_of_exit_are_the_first_causes_of_the_schema():
    assert schema.CAUSES[:5] == (
        "outside cause", "outside option", "frustration", "breach", "exit of a key person",
    )  # fmt: skip


def test_the_quorum_counts_recent_exits():
    assert exits.quorum_is_lost(2.9, 6.0, 8.0, 0.65)
    assert not exits.quorum_is_lost(2.7, 6.0, 8.0, 0.65)
    assert not exits.quorum_is_lost(8.0, 2.0, 8.0, 0.0)


def test_one_member_alone_is_no_partnership():
    assert exits.quorum_is_lost(0.0, 1.0, 8.0, 0.0)
    assert not exits.quorum_is_lost(0.0, 2.0, 8.0, 0.0)


def test_a_vote_needs_many_who_had_enough():
    assert exits.vote_probability(0.02, 8.0, 8.0) == 0.02
    assert exits.vote_probability(0.02, 4.0, 8.0) == 0.005
    assert exits.vote_probability(0.02, 0.0, 8.0) == 0.0


@given(SHARES, SHARES, st.floats(0, 2))
def test_the_sponsor_stops_only_what_falls_short_on_show(rate, expected, show):
    chance = exits.sponsor_probability(rate, expected, show)
    assert chance == pytest.approx(rate * max(0.0, expected - show), abs=1e-15)


@pytest.mark.parametrize("cause", range(5))
def test_a_cause_without_hazard_never_strikes(cause):
    """Even at the lowest draw; one with a hazard of .1 strikes at draws from 0 up to .1."""
    hazards = [0.0] * 5
    assert exits.exit_cause(0.0, *hazards) == exits.STAYS
    hazards[cause] = 0.1
    assert exits.exit_cause(0.0, *hazards) == cause
    assert exits.exit_cause(0.1, *hazards) == exits.STAYS
