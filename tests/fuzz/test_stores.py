"""A sample of what `python -m tests.fuzz.stores` does a thousand times."""

from random import Random

from tests.fuzz.stores import ASKED, damage, fuzzed


def test_damaged_folders_give_the_right_rows_or_are_refused(tmp_path):
    endings, faults = fuzzed(25, 3, tmp_path)
    assert not faults
    assert sum(endings.values()) == 25
    assert any(name.endswith("refused") for name in endings)


def test_wrong_rows_are_a_fault(tmp_path, monkeypatch):
    asked = {"runs": ASKED["runs"]}
    monkeypatch.setattr("tests.fuzz.stores.ASKED", asked)
    monkeypatch.setattr("tests.fuzz.stores.damage", lambda path, luck: asked.update(half))
    half = {"runs": lambda path, out: ASKED["runs"](path, out).iloc[::2]}
    assert len(fuzzed(2, 3, tmp_path)[1]) == 2


def test_a_damage_changes_the_file(tmp_path):
    path, changed = tmp_path / "file", 0
    for seed in range(60):
        path.write_bytes(bytes(range(200)))
        damage(path, Random(seed))
        changed += path.read_bytes() != bytes(range(200))
    assert changed > 50
