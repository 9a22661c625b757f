"""The address of a page: every page has one, and every address has a page."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustsim.app.lessons import BY_KEY, LESSONS, SILVER
from trustsim.app.levers import Choice, meaning
from trustsim.app.state import SKIPPED, opening, read_query
from trustsim.model.parameters import BY_NAME


def other_value(lever):
    """A place where a lever does not start."""
    if isinstance(lever, Choice):
        return next(name for name, _ in lever.options if name != lever.start)
    return lever.high if lever.start != lever.high else lever.low


def test_there_are_seven_lessons_with_a_question_a_bet_and_levers():
    assert len(LESSONS) == len(BY_KEY) == 7
    for lesson in LESSONS:
        assert lesson.question.endswith("?")
        assert len(lesson.bet.options) >= 3
        keys = [lever.key for lever in lesson.levers]
        assert len(set(keys)) == len(keys)
        assert not set(keys) & {"lesson", "luck", "which", "month", "bet"}


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_a_page_is_found_again_by_its_address(lesson):
    state = opening(lesson)._replace(luck=12, which=34, month=56, bet=lesson.bet.options[1][0])
    for lever in lesson.levers:
        state = state.move(lever.key, other_value(lever))
    assert read_query(state.query()) == (state, [])
    assert read_query("?" + state.query()) == (state, [])
    assert read_query(opening(lesson).query()) == (opening(lesson), [])


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_sliders_start_on_a_step_within_the_range_of_the_model(lesson):
    for lever in lesson.levers:
        assert lever.read(lever.write(lever.start)) == lever.start
        if not isinstance(lever, Choice) and not lever.of and lever.key in BY_NAME:
            known = BY_NAME[lever.key]
            assert known.low <= lever.low < lever.high <= known.high
            assert lever.unit == known.unit
            assert f"Default {known.default:g}" in meaning(lever)
            assert known.evidence in meaning(lever)


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        (None, 0),
        ("", 0),
        ("lesson=nonsense", 1),
        ("lesson=bullets&dose=2", 1),
        ("lesson=bullets&dose=nan", 1),
        ("lesson=bullets&dose=inf", 1),
        ("lesson=bullets&bullet=magic", 1),
        ("month=121&which=100&luck=-1", 3),
        ("month=١٢", 1),
        ("bet=everything", 1),
        ("bet=", 1),
        ("unknown=1", 1),
        ("month=" + "9" * 500, 1),
        ("a=1&" * 5000, 1),
        ("&".join(f"x{n}=1" for n in range(40)), 4),
        ("lesson=<script>alert(1)</script>", 1),
    ],
)
def test_what_makes_no_sense_is_left_at_its_start_with_a_note(query, notes):
    state, said = read_query(query)
    assert state == opening(SILVER)
    assert len(said) == notes
    assert all(len(note) < 120 for note in said)


@given(st.text(string.printable, max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_address_gives_a_page_that_has_an_address(text):
    state, _ = read_query(text)
    assert read_query(state.query()) == (state, [])


def test_a_number_between_two_steps_goes_to_the_nearest():
    state, notes = read_query("lesson=bullets&dose=0.52")
    assert (state.values["dose"], notes) == (0.5, [])


def test_nobody_has_to_bet():
    assert read_query(f"bet={SKIPPED}")[0].bet == SKIPPED
