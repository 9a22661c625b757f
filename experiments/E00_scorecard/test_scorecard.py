"""The scorecard counts what it measures, refuses what it does not know, and is written whole."""

import json
import math

import pandas as pd
import pytest
from E00_scorecard.facts import Refit, facts
from E00_scorecard.models import MODELS, RULE, refitted
from E00_scorecard.refit import Refitted, distance_told, refitted_value
from E00_scorecard.scorecard import chosen_models, scorecard, steps
from E00_scorecard.writing import interval, left, level

from trustsim.calibration import TARGETS
from trustsim.errors import ParameterError
from trustsim.model.trust_rules import EVIDENCE, TRUST_RULES

ASKED = {
    "models": ["trustsim", "people_off", "random_walk"],
    "facts": ["SF03", "SF04", "SF12", "SF23"],
}


@pytest.fixture(scope="module")
def card():
    return scorecard(replicates=24, **ASKED)


def test_every_measure_is_a_row_for_each_model_and_setting(card):
    expected = sum(
        len(one.settings) for fact in facts().chosen(ASKED["facts"]) for one in fact.measures
    )
    assert len(card.measures) == 3 * expected - 1  # chance is asked in one of two settings
    assert set(card.measures["model"]) == set(ASKED["models"])
    spoken = card.measures["verdict"] != "does not speak"
    assert card.measures["estimate"][~spoken].isna().all()


def test_a_model_without_people_does_not_speak_of_turnover(card):
    rows = card.verdicts.set_index(["fact", "role", "model"])["verdict"]
    assert rows["SF12", "calibration", "people_off"] == "does not speak"
    assert rows["SF12", "calibration", "trustsim"] != "does not speak"


def test_a_fact_is_counted_under_the_role_of_its_measures(card):
    rows = card.verdicts[card.verdicts["fact"] == "SF04"]
    assert set(rows["role"]) == {"calibration", "test"}
    part = rows[rows["role"] == "test"]["title"].iloc[0]
    assert part.endswith(": spread")
    assert set(card.tested["facts"]) == {2}


def test_counts_add_up(card):
    verdicts = ["passes", "fails", "cannot say", "does not speak"]
    assert (card.counts[verdicts].sum(axis=1) == card.counts["facts"]).all()
    assert card.counts["facts"].sum() == len(card.verdicts)
    spoken = card.measures[card.measures["verdict"] != "does not speak"]
    assert 0 < card.counts["measures"].sum() == len(spoken) < len(card.measures)
    assert (card.counts["measures passed"] <= card.counts["measures"]).all()


def test_a_null_model_gets_as_many_partnerships_as_all_others(card):
    assert set(card.measures["n"]) == {24}


def test_a_null_model_is_asked_once_where_others_are_asked_in_two_settings():
    found = scorecard(replicates=8, models=["trustsim", "frailty"], facts=["SF01"])
    rows = found.measures.groupby("model")["setting"].agg(list)
    assert rows["trustsim"] == ["voluntary", "dyad"] * 3
    assert rows["frailty"] == ["voluntary"] * 3
    alone = scorecard(replicates=8, models=["frailty"], facts=["SF01"], settings=["dyad"])
    assert set(alone.measures["setting"]) == {"dyad"}


def test_the_same_seed_gives_the_same_scorecard(card):
    again = scorecard(replicates=24, **ASKED)
    pd.testing.assert_frame_equal(card.measures, again.measures)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"models": ["random_wak"]}, "Did you mean `random_walk`"),
        ({"facts": ["SF0"]}, "must be one of SF01"),
        ({"settings": ["volutary"]}, "Did you mean `voluntary`"),
        ({"facts": ["SF03"], "settings": ["stp"]}, "none of the facts"),
        ({"replicates": 1}, "replicates = 1"),
        ({"seed": -1}, "seed = -1"),
    ],
)
def test_what_is_not_known_is_refused_with_a_suggestion(asked, said, monkeypatch):
    """Before anything is simulated."""
    for name in ("Bench", "refitted_value"):
        monkeypatch.setitem(scorecard.__globals__, name, None)
    with pytest.raises(ParameterError, match=said):
        scorecard(**{"replicates": 5, **asked})


def test_progress_is_told_as_often_as_was_said():
    told = []
    scorecard(replicates=4, models=["frailty"], facts=["SF01", "SF03"], progress=told.append)
    assert sum(told) == steps(["frailty"], ["SF01", "SF03"]) == 2


def test_every_rule_of_trust_but_our_own_is_a_peer():
    peers = {one.name: int(one.parameters["trust_rule"]) for one in MODELS if one.kind == RULE}
    assert peers == {rule.name: code for code, rule in enumerate(TRUST_RULES) if code != EVIDENCE}
    assert {one.kind for one in MODELS} == {"this model", RULE, "part off", "null model"}
    assert len({one.name for one in MODELS}) == len(MODELS)


def test_each_peer_is_tried_with_its_level_set_anew_unless_told_otherwise():
    tried = {(one.name, anew.parameter) for one, anew in chosen_models(None) if anew is not None}
    peers = [one.name for one in MODELS if one.is_peer]
    assert "people_off" in peers
    assert tried == {(name, one.parameter) for name in peers for one in facts().refits}
    assert not any(anew for _, anew in chosen_models(None, refit=False))


def test_a_level_is_set_by_the_calibration_targets_alone():
    """At willingness -2 hardly anybody matures, so the value nearer to the targets is taken."""
    plain = next(one for one in MODELS if one.name == "trustsim")
    found = refitted_value(plain, Refit("willingness", (-2.0, 2.0), 60, 3))
    assert found.value == 2.0
    assert not found.nearer
    assert found.distance < 5
    assert refitted_value(plain, Refit("willingness", (-2.0, 1.9), 60, 3)).nearer
    assert refitted(plain, facts().refits[0], 3.0).parameters == {"willingness": 3.0}


def test_where_too_few_mature_the_other_bands_still_tell_two_levels_apart():
    """Of two levels at which hardly anybody matures, that with fewer ends too many is nearer."""
    plain = next(one for one in MODELS if one.name == "trustsim")
    found = refitted_value(plain, Refit("misreading", (0.8, 1.0), 60, 3))
    assert found.untold == 2
    assert found.value == 0.8
    assert 0 < found.distance < math.inf


def test_a_wait_that_is_not_known_hides_no_other_band():
    middle = {one.name: (one.low + one.high) / 2 for one in TARGETS}
    assert distance_told(middle) == (0, 0.0)
    waits = dict.fromkeys([one.name for one in TARGETS if "maturity" in one.name], math.inf)
    ended = {"dissolved by 7 years": 1.0}
    assert distance_told({**middle, **waits}) == (2, 0.0)
    assert distance_told({**middle, **waits, **ended}) == (2, pytest.approx(2.0))


def test_a_level_of_which_no_other_is_nearer_has_words_and_no_row():
    asked = {"replicates": 8, "facts": ["SF03"]}
    names = ["one_dimensional", "one_dimensional_refitted_misreading"]
    found = scorecard(models=names, **asked)
    (fit,) = found.refits
    assert (fit.parameter, fit.value, fit.nearer) == ("misreading", 0.16, False)
    assert set(found.measures["model"]) == {"one_dimensional"}
    assert level(fit) == "no other level is nearer"
    with pytest.raises(ParameterError, match="no other level is nearer"):
        scorecard(models=names[1:], **asked)


def test_a_level_outside_the_prior_is_called_so():
    fit = Refitted("pant_yu", "misreading", 0.02, 0.0, 2, True)
    assert level(fit) == "0.02, outside trustsim's prior range (0.08 to 0.3)"
    assert level(fit._replace(value=0.1)) == "0.1"
    assert left(fit) == "0; 2 of 6 bands cannot be told"


def test_a_notebook_shows_it(card):
    assert "<table" in card._repr_html_()
    assert "4 facts, 3 models" in repr(card)


def test_it_is_written_whole(card, tmp_path):
    path = card.write(tmp_path / "out", command="as typed")
    names = {one.name for one in path.parent.iterdir()}
    assert names == {
        "scorecard.csv", "verdicts.csv", "counts.csv", "refits.csv", "scorecard.json",
        "scorecard.html", "manifest.json",
    }  # fmt: skip
    written = pd.read_csv(path.parent / "scorecard.csv")
    assert list(written.columns) == list(card.measures.columns)
    assert len(written) == len(card.measures)
    record = json.loads((path.parent / "scorecard.json").read_text(encoding="utf-8"))
    assert len(record["measures"]) == len(card.measures)
    assert record["seed"] == card.seed
    page = path.read_text(encoding="utf-8")
    assert "data:image/png;base64," in page
    assert 'src="http' not in page
    for fact in card.facts:
        assert fact.seen.partition('"')[0][:40].replace("'", "&#x27;") in page
    with pytest.raises(OSError, match="must be new or empty"):
        card.write(tmp_path / "out")


def test_the_figure_has_a_row_a_fact_and_role_and_a_mark_a_verdict(card):
    ax = card.plot()
    rows = [label.get_text() for label in ax.get_yticklabels()]
    assert rows[0] == "Maturity takes years: spread  SF04"
    assert "Maturity takes years (calibration)  SF04" in rows
    marks = [line for line in ax.lines if len(line.get_xdata()) == 1]
    assert len(marks) == len(card.verdicts)
    passed = {text.get_text() for text in ax.texts}
    assert {text.partition("/")[2] for text in passed} == {"1", "2"}  # SF23 needs partners


def test_an_interval_without_end_is_written():
    row = {"estimate": 2.0, "low": 0.5, "high": float("inf")}
    assert interval(row) == "2 (0.5 to no end)"
    assert interval({"estimate": float("nan"), "low": float("nan"), "high": 1.0}) == "\N{EN DASH}"
