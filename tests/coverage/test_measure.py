"""What is counted as run, and which tests run without the compiler."""

import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.coverage import measure
from tests.coverage.bounded import BY_NAME, LONGER, MONTH, MOST, Bound

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["coverage"]
SOURCES = {
    path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "trustsim").rglob("*.py"))
}


def report(covered, branches):
    """A report of coverage.py, as far as it is read."""
    totals = {"covered_branches": covered, "num_branches": branches}
    file = {"summary": {"missing_branches": branches - covered, "num_branches": branches}}
    return {
        "totals": {**totals, "covered_lines": 3, "missing_lines": 1},
        "files": {"some.py": file, "whole.py": {"summary": {"missing_branches": 0}}},
    }


def test_every_file_counts_and_branches_do():
    run = SETTINGS["run"]
    assert run["source"] == ["trustsim"]
    assert run["branch"] is True
    assert not {"omit", "include"} & (run.keys() | SETTINGS["report"].keys())
    assert SETTINGS["report"]["fail_under"] == measure.LEAST


def test_what_is_left_out_is_never_a_statement_that_could_run():
    """A type checker's imports, and the body of a method that only a Protocol has."""
    patterns = [re.compile(one) for one in SETTINGS["report"]["exclude_lines"]]
    assert SOURCES
    left_out = {
        line.strip()
        for text in SOURCES.values()
        for line in text.splitlines()
        if any(one.search(line) for one in patterns)
    }
    assert left_out == {"if TYPE_CHECKING:", "..."}


def test_branches_and_lines_are_counted_apart():
    assert measure.shares(report(19, 20)) == (95.0, 75.0)


def test_files_with_gaps_are_named_and_others_not():
    assert measure.gaps(report(19, 20)).split() == ["1", "of", "20", "some.py"]


@pytest.mark.parametrize(("covered", "enough"), [(94, False), (95, True)])
def test_too_few_branches_are_not_enough(covered, enough, monkeypatch, capsys):
    """The run without the compiler counts; the two together are only told."""
    found = {"alone": report(covered, 100), "together": report(99, 100)}
    monkeypatch.setattr(measure, "combined", lambda name, *folders: found[name])
    monkeypatch.setattr(measure, "coverage", lambda *words, **_: 0)
    assert measure.report() is enough
    told = capsys.readouterr().out
    assert f"without the compiler: {covered}.0 % of branches" in told
    assert "both runs together: 99.0 % of branches" in told


def test_a_test_that_asks_too_much_of_the_kernel_is_left_out():
    done = []
    bound = Bound(lambda *given: done.append(given[5]))
    one = SimpleNamespace(organisations=0, people=0)
    months = int(MOST / MONTH)
    bound(one, None, 0, 0, 0, 1, months)
    with pytest.raises(pytest.skip.Exception):
        bound(one, None, 0, 0, 0, 2, months)
    assert done == [1]
    bound.begin("some test")
    bound(one, None, 0, 0, 0, 1, months)
    bound.begin(LONGER[0])
    bound(one, None, 0, 0, 0, 2, months)
    assert done == [1, 1, 2]


def test_the_tests_that_are_chosen_by_name_are_there():
    for name in (*LONGER, *BY_NAME):
        path, _, test = name.partition("::")
        assert (ROOT / path).exists(), name
        assert not test or f"def {test}" in (ROOT / path).read_text(encoding="utf-8"), name
