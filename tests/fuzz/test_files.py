"""A sample of what `python -m tests.fuzz.files` does a hundred thousand times."""

import json
from random import Random

import pytest

from tests.fuzz.damage import damaged, invented_file
from tests.fuzz.files import corpus, ending, fuzzed, is_study


def test_damaged_files_are_read_or_refused_in_one_line(tmp_path):
    endings, faults = fuzzed(800, 1, tmp_path)
    assert not faults
    assert endings["read"] > 50
    assert endings["refused"] > 300


def test_what_is_right_is_read(tmp_path):
    (tmp_path / "points.csv").write_text("negativity\n1.5\n")
    for text in corpus():
        of_study, as_json = is_study(text), text.lstrip()[0] == "{"
        assert ending(text.encode(), tmp_path, of_study, as_json) == "read"


def test_the_same_seed_damages_in_the_same_way():
    right = corpus()

    def some():
        luck = Random(3)
        return [damaged(right[0], right, luck) for _ in range(20)] + [invented_file(luck)]

    assert some() == some()


def test_another_ending_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.fuzz.files.ending", lambda *given: json.loads("{"))
    endings, faults = fuzzed(3, 1, tmp_path)
    assert not endings
    assert len(faults) == 3


@pytest.mark.parametrize("organisations", [10**9, 10**400])
def test_a_partnership_too_large_for_any_machine_is_refused(tmp_path, organisations):
    text = f"[scenario]\norganisations = {organisations}\n"
    assert ending(text.encode(), tmp_path, False, False) == "refused"
