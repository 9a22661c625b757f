"""What levers do to a scenario, and that every number of a page is one of `simulate`."""

import re
from pathlib import Path

import numpy as np
import pytest

import trustsim as ts
from trustsim.analysis.pairs import fates
from trustsim.app import words
from trustsim.app.cases import case_of
from trustsim.app.fates import MEASURES, Verdict, live, trust_lost
from trustsim.app.hundred import hundred
from trustsim.app.lessons import BY_KEY, LESSONS
from trustsim.app.state import HORIZON, opening, read_query

BASE = ts.scenario("voluntary")
DONE = ts.interventions

# What somebody would type who wanted the same without the app.
CASES = {
    "lesson=time": (BASE, BASE),
    "lesson=time&meetings=8": (BASE, BASE.with_(meetings=8)),
    "lesson=time&organisations=5&negativity=1": (
        BASE, BASE.with_(organisations=5, negativity=1),
    ),
    "lesson=horseback": (BASE, BASE + DONE.incident(size=8, start=36)),
    "lesson=horseback&negativity=4&integrity_kept=0.9": (
        BASE.with_(negativity=4, integrity_kept=0.9),
        BASE.with_(negativity=4, integrity_kept=0.9) + DONE.incident(size=8, start=36),
    ),
    "lesson=leaving": (BASE, BASE.with_(handover=0.8)),
    "lesson=leaving&tenure=12&command=0.9": (
        BASE, BASE.with_(handover=0.8, tenure=12, command=0.9),
    ),
    "lesson=coordinator": (BASE, BASE + DONE.coordinator()),
    "lesson=coordinator&start=12&months=24&capacity=2&allegiance=0.5": (
        BASE, BASE + DONE.coordinator(start=12, months=24, capacity=2, allegiance=0.5),
    ),
    "lesson=bullets": (BASE, BASE + DONE.mandate(start=12, months=60)),
    "lesson=bullets&bullet=deadline&dose=0.5&months=120": (
        BASE, BASE + DONE.deadline(start=12, dose=0.5),
    ),
    "lesson=bullets&bullet=away_day&months=3&history=0.3": (
        BASE.with_(history=0.3), BASE.with_(history=0.3) + DONE.away_day(start=12),
    ),
    "lesson=bullets&dose=0": (BASE, BASE),
    "lesson=luck": (BASE, BASE),
    "lesson=luck&dose=0.5&twin=same": (BASE, BASE + DONE.mandate(dose=0.5)),
    "lesson=build": (BASE, BASE + DONE.coordinator()),
    "lesson=build&setting=coalition&remedy=coaching&remedy_dose=0.5&bullet=incentive&start=24": (
        ts.scenario("coalition"),
        ts.scenario("coalition") + DONE.coaching(dose=0.5) + DONE.incentive(start=24),
    ),
    "lesson=build&setting=stp&remedy=nothing&pressure=0.5": (
        ts.scenario("stp").with_(pressure=0.5), ts.scenario("stp").with_(pressure=0.5),
    ),
}  # fmt: skip


@pytest.mark.parametrize("query", CASES)
def test_levers_make_the_scenarios_that_one_would_type(query):
    state, notes = read_query(query)
    assert not notes
    case = case_of(state)
    assert (case.first, case.second) == CASES[query]


def test_every_lesson_and_every_lever_stand_in_these_cases():
    for lesson in LESSONS:
        queries = [query for query in CASES if f"lesson={lesson.key}" in query]
        moved = {lever.key for lever in lesson.levers if any(f"{lever.key}=" in q for q in queries)}
        left_out = {lever.key for lever in lesson.levers} - moved
        assert left_out <= {"size", "history", "pairs", "dose", "start", "tenure", "handover"}


@pytest.mark.parametrize("query", list(CASES)[3::4])
def test_the_numbers_are_those_of_simulate(query):
    state, _ = read_query(f"{query}&luck=3")
    case = case_of(state)
    found = live(case)
    for number, scenario in enumerate((case.first, case.second)):
        seed = (case.luck, case.other_luck)[number]
        runs = ts.simulate(scenario, replicates=100, seed=seed, months=HORIZON).runs
        assert found.ends(number) == list(runs["status"].astype(str))
        counts = runs["status"].astype(str).value_counts()
        assert found.counts(number) == {name: counts.get(name, 0) for name in found.counts(number)}
    table = fates(found.first.runs, found.second.runs)
    assert found.different() == table.loc[table["baseline"] != table["other"], "count"].sum()


def test_effects_are_those_of_compare():
    state, _ = read_query("lesson=coordinator&luck=5")
    found = live(case_of(state))
    both = ts.compare(BASE, {"it": DONE.coordinator()}, replicates=100, seed=5, months=HORIZON)
    table = both.between("baseline", "it")
    for outcome in ("matured", "dissolved", "value"):
        row = table[(table["outcome"] == outcome) & (table["month"] == HORIZON)].iloc[0]
        assert found.effect(outcome) == tuple(row[name] for name in found.effect(outcome)._fields)


def test_other_luck_is_another_seed_and_the_same_luck_is_the_same_fate():
    other, same = (
        live(case_of(read_query(f"lesson=luck&twin={twin}")[0])) for twin in ("other", "same")
    )
    assert same.different() == 0
    assert other.different() > 0
    assert MEASURES["different"](same).option == "10"


def test_fewer_pairs_are_the_first_of_the_hundred():
    ten, all_of_them = (
        live(case_of(read_query(f"lesson=luck&pairs={pairs}")[0])) for pairs in (10, 100)
    )
    assert ten.ends(0) == all_of_them.ends(0)[:10]


@pytest.mark.parametrize(
    ("query", "option"),
    [
        ("lesson=time", {"48"}),
        ("lesson=time&organisations=14&meetings=2", {"", "96"}),
        ("lesson=bullets&dose=0", {"same"}),
        ("lesson=bullets&months=120", {"fewer"}),
        ("lesson=leaving&handover=1", {"more"}),
    ],
)
def test_bets_are_settled_by_what_was_simulated(query, option):
    """Sizes that 10,000 partnerships show plainly, so that no luck of 100 is tested here."""
    state, _ = read_query(query)
    verdict = MEASURES[state.lesson.bet.measure](live(case_of(state)))
    assert verdict.option in option
    assert verdict.words.endswith(".")


def test_what_can_not_be_told_is_not_called():
    """An effect of a few points among five pairs."""
    state, _ = read_query("lesson=luck&pairs=5&twin=same&dose=0.05")
    verdict = MEASURES["matured"](live(case_of(state)))
    assert verdict.option == ""
    assert "can't be told" in verdict.words


def test_trust_is_compared_among_those_alive_in_both_fates():
    found = live(case_of(opening(BY_KEY["horseback"])))
    lost = trust_lost(found)
    assert np.all(lost[:36] == 0.0)
    assert lost[36] < 0
    first, second = (runs.months.set_index(["replicate", "month"])["mean_trust"]
                     for runs in (found.first, found.second))  # fmt: skip
    there = first.index.intersection(second.index)
    month = 60
    pairs = [one for one in there if one[1] == month]
    assert lost[month - 1] == pytest.approx((second.loc[pairs] - first.loc[pairs]).mean())


def test_a_picture_of_the_hundred_shows_each_pair_and_each_change():
    state = opening(BY_KEY["bullets"])
    found = live(case_of(state))
    drawn = hundred(found, ("one", "two"), 3)
    assert drawn.count('class="fate ') == 200
    assert drawn.count("<rect") == found.different()
    for status in ("mature", "dissolved"):
        count = found.counts(0)[status] + found.counts(1)[status]
        assert drawn.count(f'class="fate {status}"') == count


def test_a_page_says_what_was_bet_and_what_came_out():
    state = opening(BY_KEY["bullets"])._replace(bet="more")
    found = live(case_of(state))
    said = words.answer(state, found)
    assert "More of them become mature" in said
    assert MEASURES["matured"](found).words in said
    assert ("Right." in said) == (MEASURES["matured"](found).option == "more")
    table = words.results(state, found)
    assert f"<td>dissolved</td><td>{found.counts(0)['dissolved']}</td>" in table


def test_a_bet_about_the_start_is_not_judged_by_levers_moved_since():
    state = opening(BY_KEY["luck"])._replace(bet="60")
    assert "at first" not in words.answer(state, live(case_of(state)))
    moved = state.move("twin", "same")
    said = words.answer(moved, live(case_of(moved)))
    assert "That was about the levers as they stood at first." in said
    assert "Not this time." not in said


def test_none_mature_is_said():
    state, _ = read_query("lesson=time&organisations=14&meetings=2&history=0.2&negativity=4")
    assert MEASURES["wait"](live(case_of(state))) == Verdict(
        "", "None of them became mature within ten years."
    )


def test_the_address_and_the_example_of_the_page_are_the_same_partnerships():
    text = (Path(__file__).parents[2] / "docs" / "app.md").read_text(encoding="utf-8")
    state, notes = read_query(re.search(r"http://\S+/\?(lesson=bullets\S+)", text)[1])
    assert not notes
    named = {}
    exec(re.search(r"```python\n(.*?)```", text, re.S)[1], named)  # noqa: S102
    found = live(case_of(state))
    table = named["both"].fates("deadline")
    assert found.different() == table.loc[table["baseline"] != table["other"], "count"].sum()
    assert found.ends(1) == list(named["both"].runs("deadline").runs["status"].astype(str))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_every_lesson_can_be_settled(lesson):
    state = opening(lesson)
    verdict = MEASURES[lesson.bet.measure](live(case_of(state)))
    assert verdict.option in {"", *dict(lesson.bet.options)}
    for lever in lesson.levers:
        assert words.lever_name(state, lever, state.values[lever.key])
