"""Every example of `--help` is typed as it stands there, in order, with the files that it shows.

Only sizes are changed. One that isn't typed stands in NOT_TYPED with the reason.
"""

import re
import shlex
from pathlib import Path

import matplotlib
import pyarrow.dataset
import pytest
import typer

from tests.examples import call
from trustsim import cli

HELP = typer.main.get_command(cli.app)
COMMANDS = {name: one for name, one in HELP.commands.items() if not one.hidden}

NOT_TYPED = {
    "trustsim app": "listens until it is stopped: tests/app/test_serve.py",
    "trustsim app --port 9000 --no-browser": "the same",
    "trustsim calibrate --out out/calibration": "minutes: tests/calibration/test_command.py",
    "trustsim calibrate --out out/quick --quick": "the same",
    "trustsim calibrate --out out/checked --check 500": "the same",
    "trustsim lesson bullets luck --out out/lessons": "half a minute: tests/app/test_handouts.py",
    "trustsim lesson --all --out out/lessons": "minutes: the same",
    "trustsim validate": "minutes: tests/validation, and small below",
    "trustsim validate --out out/scorecard": "the same",
    "trustsim validate --replicates 100 --no-refit": "the same",
    "trustsim verify --full": "minutes; without --full it is typed",
}
SMALL = {
    "run": ["--replicates", "4", "--months", "14", "--workers", "1"],
    "compare": ["--replicates", "4", "--months", "14", "--workers", "1"],
    "validate": ["--replicates", "12", "--no-refit"],
    "story": ["--months", "14"],
}
"""Options that make a command small: of two equal ones the last counts."""

SCREEN = """
[study]
scenario = "dyad"
replicates = 4
months = 60

[arms]
baseline = []
coordinator = ["coordinator(start=2)"]

[factors]
handover = [0.0, 0.8]
negativity = [1.2, 2.5]

"""
MINE = """
[scenario]
based_on = "voluntary"
organisations = 3
"""


def lines_of(name: str) -> list[str]:
    """The examples of a command, without what is said beside them."""
    text = COMMANDS[name].epilog
    if one := re.search(r"Examples?: (trustsim .*)", text):
        return [line.strip() for line in one[1].split(";")]
    found = text.split("Examples:\n")[1].split("\n\n")[0].splitlines()
    return [re.split(r"\s{3,}", line.strip())[0] for line in found]


def shown_file(name: str) -> str:
    """The file that the help of a command shows."""
    text = COMMANDS[name].epilog
    return re.split(r"\n\n", text.split(".toml:\n", 1)[1])[0]


def small(study: str) -> str:
    for word, size in (("replicates", 2), ("months", 14), ("points", 2)):
        study = re.sub(rf"\b{word} = \d+", f"{word} = {size}", study)
    return study


def prepare(name: str) -> None:
    """The files and folders that somebody would have who types the examples of a command."""
    Path("my.toml").write_text(shown_file("run"), encoding="utf-8")
    Path("mine.toml").write_text(MINE, encoding="utf-8")
    Path("study.toml").write_text(small(shown_file("sweep")), encoding="utf-8")
    shown = COMMANDS["sensitivity"].epilog.split("designs\n")[1].split("or\n")[0]
    designed = SCREEN + shown.replace("points = 10", "points = 2")
    Path("screen.toml").write_text(designed, encoding="utf-8")
    if name == "merge":
        for shard in (1, 2, 3):
            call(["trustsim", "sweep", "study.toml", "--out", f"out/{shard}", "--shard",
                  f"{shard}/3", "--quiet"])  # fmt: skip
    if name == "rerun":
        call(["trustsim", "sweep", "study.toml", "--out", "out/study", "--quiet"])


def words_of(line: str, name: str) -> list[str]:
    words = shlex.split(line.split(" > ")[0])
    if name == "rerun":  # the name of a run is a digest of the study: any of those that are there
        runs = pyarrow.dataset.dataset("out/study/runs").to_table(columns=["run_id"])
        words[-1] = str(runs["run_id"][0])
    return [*words, *SMALL.get(name, [])]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    matplotlib.use("agg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_examples_of_help_work(name, folder, undrawn):
    prepare(name)
    typed = [line for line in lines_of(name) if line not in NOT_TYPED]
    for line in typed:
        printed = call(words_of(line, name))
        written = re.search(r"--(?:out|html|animation) (\S+)", line)
        if written and "--dry-run" not in line:
            assert Path(written[1]).exists(), line
        else:
            assert printed, line


def test_what_is_not_typed_is_still_an_example():
    examples = {line for name in COMMANDS for line in lines_of(name)}
    assert set(NOT_TYPED) <= examples
    assert all(lines_of(name) for name in COMMANDS)
    assert len(examples - set(NOT_TYPED)) > 20
