"""Who waits, until when, and for what."""

import numpy as np
import pytest

from tests.analysis import by_hand
from trustsim.analysis import TableError
from trustsim.analysis.events import FirstEvents, first_events, named

NEVER = int(np.iinfo(np.int64).max)
ASKED = [
    {"event": "matured"},
    {"event": "dissolved"},
    {"event": "dissolved", "first": True},
    {"event": "dissolved", "cause": "vote"},
    {"event": "dissolved", "cause": "vote", "first": True},
]


def cases(month, cause, last):
    return FirstEvents(np.array(month), np.array(cause), last)


def listed(first):
    return first.month.tolist(), first.cause.tolist(), first.last


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("censored", [False, True])
def test_every_row_is_read_as_it_says(asked, censored):
    generator = np.random.default_rng(41)
    for _ in range(20):
        runs = by_hand.random_runs(generator, 12, censored=censored)
        expected = by_hand.waits(runs, **asked)
        found = first_events(runs, **asked)
        assert list(zip(found.month, found.cause, strict=True)) == expected
        waiting = any(kind == 0 for _, kind in expected)
        assert found.last == (max(month for month, _ in expected) if waiting else NEVER)
        counts = by_hand.counted(expected)
        assert found.at_risk().tolist() == [n for n, _, _ in counts]
        assert found.events().tolist() == [d for _, d, _ in counts]


def test_maturity_and_dissolution_in_one_month_is_maturity(runs_of):
    runs = runs_of([12], [12], 60)
    assert first_events(runs, "matured").cause.tolist() == [1]
    assert first_events(runs, "dissolved", first=True).cause.tolist() == [2]
    assert first_events(runs, "dissolved").cause.tolist() == [1]


def test_what_comes_after_a_month_is_not_yet_known_in_it():
    first = cases([2, 5, 6, 8, 8], [1, 2, 1, 1, 0], 8)
    assert listed(first.until(5, where="here")) == ([2, 5, 5, 5, 5], [1, 2, 0, 0, 0], 5)
    assert listed(first.until(8, where="here")) == listed(first)
    ended = cases([2, 5], [1, 2], NEVER)
    assert listed(ended.until(600, where="here")) == ([2, 5], [1, 2], NEVER)
    with pytest.raises(TableError, match=r"^here, until = 9:"):
        first.until(9, where="here")


@pytest.mark.parametrize(
    ("first", "stays"),
    [
        (cases([2, 3, 8, 8], [2, 1, 0, 2], 8), ([8, 3, 8, 8], [0, 1, 0, 0], 8)),
        (cases([2, 8], [1, 0], 8), ([2, 8], [1, 0], 8)),
        (cases([2, 7, 5], [2, 1, 2], NEVER), ([7, 7, 7], [0, 1, 0], 7)),
    ],
)
def test_those_whose_wait_was_ended_stay_as_long_as_the_others_are_watched(first, stays):
    assert first.seen_as("cause-specific", where="here") is first
    assert listed(first.seen_as("subdistribution", where="here")) == stays


def test_ends_of_watching_that_differ_are_refused_in_the_subdistribution_view():
    with pytest.raises(TableError, match=r"^here, months watched = \[4, 6, 8\]:"):
        cases([4, 6, 8, 5], [0, 0, 0, 2], 8).seen_as("subdistribution", where="here")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"event": "mature"}, "Did you mean `matured`"),
        ({"event": "dissolved", "cause": "votes"}, "Did you mean `vote`"),
        ({"event": "matured", "cause": "vote"}, "only dissolution has causes"),
    ],
)
def test_what_is_asked_wrongly_is_named(asked, said):
    with pytest.raises(TableError, match=said):
        first_events(by_hand.random_runs(np.random.default_rng(1), 9), **asked)


def test_a_cause_is_needed_of_each_that_ended_and_of_no_other(runs_of):
    runs = runs_of([0, 0, 0], [2, 7, 0], 12)
    with pytest.raises(TableError, match=r"^runs table, column = cause:"):
        first_events(runs, "dissolved", cause="vote")
    with pytest.raises(TableError, match=r"^runs table, cause of row 1 = missing: must be given"):
        first_events(runs.assign(cause=["vote", None, None]), "dissolved", cause="vote")
    with pytest.raises(TableError, match=r"^runs table, cause of row 2 = vote: must be missing"):
        first_events(runs.assign(cause="vote"), "dissolved", cause="vote")


def test_an_event_is_named_with_what_it_is_asked_for():
    assert named("matured", None) == "matured"
    assert named("dissolved", "vote") == "dissolved: vote"
    assert named("dissolved", "vote", first=True) == "dissolved first: vote"
