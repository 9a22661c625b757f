"""Every experiment of the harness runs at toy size and gives the numbers that it is known by."""

import json
import math
import re

import harness
import pytest

FOLDERS = harness.folders()
EXPECTED = re.compile(r"(above|below) -?[\d.]+|within [\d.]+ of -?[\d.]+|seen")


@pytest.fixture(
    scope="module",
    params=[pytest.param(one, id=one.name) for one in FOLDERS],
)
def found(request):
    """An experiment, its analysis at toy size, and its sizes."""
    one = harness.load(request.param)
    return one, harness.analysed(one, one.analysis.TOY), one.analysis.TOY


def test_there_are_experiments():
    assert len(FOLDERS) >= 8


def test_toy_numbers_are_the_expected_ones(found):
    """To six digits: sums of many numbers may differ in the last bits between processors."""
    one, analysis, sizes = found
    expected = json.loads((one.folder / "expected.json").read_text())
    got = json.loads(harness.fingerprint(analysis.measured, sizes))
    assert got["sizes"] == expected["sizes"]
    assert got["measured"].keys() == expected["measured"].keys()
    for name, numbers in got["measured"].items():
        wanted = expected["measured"][name]
        assert [math.nan if n is None else n for n in numbers] == pytest.approx(
            [math.nan if n is None else n for n in wanted], rel=1e-6, abs=1e-9, nan_ok=True
        ), name


def test_predictions_are_complete(found):
    one, _, _ = found
    assert one.question.endswith("?")
    names = [prediction["id"] for prediction in one.predictions]
    assert len(set(names)) == len(names)
    for prediction in one.predictions:
        assert EXPECTED.fullmatch(prediction["expected"]), prediction
        assert prediction["label"] in ("DESIGN", "FINDING", "RESTATED INPUT")
        assert prediction["seen"]


def test_a_report_holds_every_prediction_and_figure(found, tmp_path):
    one, analysis, sizes = found
    held = harness.write(one, analysis, sizes, tmp_path / "out", "as typed")
    page = (tmp_path / "out" / "report.html").read_text()
    assert page.count("data:image/png;base64,") == len(analysis.figures) > 0
    assert len(held) == len(one.predictions)
    assert "<script" not in page
    assert (tmp_path / "out" / "verdicts.md").read_text().count("\n") == len(held) + 2
    assert analysis.sentences
    assert analysis.limits


def test_the_readme_says_how_to_run_it_and_what_was_found(found):
    one, _, _ = found
    text = (one.folder / "README.md").read_text()
    assert f"experiments/run.py {one.number}" in text
    for prediction in one.predictions:
        assert prediction["claim"] in text, "paste verdicts.md of the full run"


def test_a_prediction_fails_when_it_should():
    assert harness.verdict("above 0", -0.2, -0.1) == "fails"
    assert harness.verdict("below 0.5", 0.6, 0.7) == "fails"
    assert harness.verdict("below 0.5", 0.4, 0.7) == "cannot say"
    assert harness.verdict("above -2", -1, 1) == "holds"


def test_an_unknown_experiment_is_refused():
    with pytest.raises(harness.ParameterError, match="E01"):
        harness.find("E99")
