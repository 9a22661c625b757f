"""Command lines of odd words: they do what they say, or end with one line and code 2.

Options are taken from the program itself, so a new one is tried as well.
"""

import traceback
from pathlib import Path
from random import Random

import pytest
import typer
from typer.testing import CliRunner

from trustsim.cli import app

LEFT_OUT = {"app", "verify", "calibrate", "validate"}
"""A server that never ends, and commands whose least work takes minutes."""
SIZES = {"--replicates": "3", "--months": "7", "--workers": "1", "--draws": "0", "--points": "2"}
"""Given to every command that has them, before anything odd, so that nothing large is simulated."""
ODD = (
    "", " ", "-", "--", "-1", "0", "1", "2.5", "nan", "inf", "1e400", "9" * 400, "true", "none",
    "\u202e", "a" * 5000, "../x", "..", "/", "/dev/null", "/dev/full", "~", "~/x", "dyad",
    "voluntary", "nobody", "negativity", "negativity=2", "negativity=", "=2", "negativity=nan",
    "+mandate", "+mandate:start=3", "+mandate:start=", "+", "mandate(", "coordinator(start=2)",
    "+coordinator(dose=__import__('os'))", "study.toml", "good.toml", "broken.toml", "folder",
    "out", "out.html", "1/2", "3/2", "0/0", "ensemble", "mesa", "json", "serial", "all", "[]",
)  # fmt: skip
STUDY = '[study]\nscenario = "dyad"\nreplicates = 3\nmonths = 7\n\n[factors]\ntenure = [12, 60]\n'
RESULTS = (".draft", ".parquet", ".html", ".csv", ".json")
COMMANDS = typer.main.get_command(app).commands


def words_of(name, luck):
    """One odd call of a command."""
    options = [one for one in COMMANDS[name].params if one.param_type_name == "option"]
    words = [name]
    for option in options:
        if option.opts[0] in SIZES:
            words += [option.opts[0], SIZES[option.opts[0]]]
    words += [luck.choice(ODD) for _ in range(luck.choice((0, 1, 1, 2)))]
    free = [option for option in options if option.opts[0] not in SIZES]
    for option in luck.sample(free, min(len(free), luck.choice((0, 1, 1, 2, 3)))):
        words.append(luck.choice([*option.opts, *option.secondary_opts]))
        if not getattr(option, "is_flag", False):
            words.append(luck.choice(ODD))
    return words


def test_what_is_left_out_exists():
    assert set(COMMANDS) > LEFT_OUT


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - LEFT_OUT))
def test_odd_words_are_understood_or_refused(name, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for seed in range(40):
        folder = tmp_path / f"{seed}"
        (folder / "folder").mkdir(parents=True)
        (folder / "good.toml").write_text("[scenario]\nname = 'good'\norganisations = 2\n")
        (folder / "broken.toml").write_bytes(b"[scenario\n\xff")
        (folder / "study.toml").write_text(STUDY)
        before = {str(path) for path in folder.rglob("*")}
        monkeypatch.chdir(folder)
        words = words_of(name, Random(seed))
        ended = CliRunner().invoke(app, words)
        if ended.exception is not None and not isinstance(ended.exception, SystemExit):
            pytest.fail(f"{words}\n{''.join(traceback.format_exception(ended.exception))}")
        assert ended.exit_code in (0, 2), (words, ended.output)
        assert "Traceback" not in ended.output, words
        if ended.exit_code == 2:
            assert ended.output.strip(), words
            left = {str(path) for path in Path(folder).rglob("*")} - before
            assert not [one for one in left if one.endswith(RESULTS)], (words, left)
