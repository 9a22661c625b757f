"""A sample of what `python -m tests.fuzz.commands` does some thousand times."""

import typer

from tests.fuzz.commands import LEFT_OUT, fault_of, fuzzed
from trustsim.cli import app


def test_odd_command_lines_do_what_they_say_or_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    calls, faults = fuzzed(60, 4)
    assert not faults
    assert len(calls) > 8


def test_what_is_left_out_is_there():
    assert set(typer.main.get_command(app).commands) > LEFT_OUT


def test_our_own_mistakes_and_half_written_results_are_faults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert not fault_of(["scenarios"], set())
    assert not fault_of(["scenarios", "nobody"], set())
    (tmp_path / "left.parquet").touch()
    assert "left.parquet" in fault_of(["explain", "nobody"], set())
    monkeypatch.setattr("trustsim.catalogue.explain", None)
    assert "our mistake" in fault_of(["explain", "negativity"], set())
