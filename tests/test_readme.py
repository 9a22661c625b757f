"""README's blocks of commands can be pasted whole into a shell, and leave an editable install so.

What the commands do is tried by tests/test_examples.py; here, that they work one after another.
"""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import typer

from trustsim import cli

ROOT = Path(__file__).parents[1]
SHELL = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
LINES = [line for block in SHELL for line in block.splitlines()]
KINDS = ("make ", "python3 -m venv ", ". .venv/bin/activate", "pip install ", "trustsim ")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(cli.app).commands


def test_lines_are_commands_that_any_shell_takes():
    """A zsh takes # for a word; a prompt or a gap to fill in is no command."""
    assert all(any(line.startswith(kind) for line in LINES) for kind in KINDS)
    assert not [line for line in LINES if not line.startswith(KINDS)]
    assert not [line for line in LINES if re.search(r"#|<|>|\.\.\.|\\$", line)]


def test_every_target_command_and_option_exists():
    for line in LINES:
        words = shlex.split(line)
        if words[0] == "make":
            assert re.search(rf"^{words[1]}:", MAKEFILE, re.MULTILINE), line
        if words[0] == "trustsim":
            known = {name for one in COMMANDS[words[1]].params for name in one.opts}
            assert {word for word in words if word.startswith("--")} <= known, line


def test_what_is_installed_stays_editable():
    """Here and by make, in whatever order they are used."""
    pasted = [line for line in LINES if line.startswith("pip install ")]
    assert all(re.fullmatch(r'pip install -e (\.|"\.\[[a-z,]+\]")', line) for line in pasted)
    made = re.findall(r"pip install .*['\" ]\.(?:\[.*)?$", MAKEFILE, re.MULTILINE)
    assert len(made) > 2
    assert all(" -e " in line for line in made)


def test_no_two_commands_write_to_one_place_and_what_does_not_end_comes_last():
    places = re.findall(r"(?:--out|--html) (\S+)", "\n".join(LINES))
    assert len(places) == len(set(places)) > 2
    assert [line for line in LINES if line.startswith("trustsim app")] == LINES[-1:]


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize("block", SHELL)
def test_a_block_pasted_whole_is_what_is_typed_line_by_line(block, tmp_path):
    """With stand-ins for the programs that only say what they were given."""
    for name in ("make", "python3", "pip", "trustsim"):
        path = tmp_path / name
        path.write_text(f'#!/bin/sh\necho {name} "$@"\n')
        path.chmod(0o755)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "activate").write_text("")
    done = subprocess.run(
        ["sh", "-e"], input=block, capture_output=True, text=True, cwd=tmp_path,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, check=True,
    )  # fmt: skip
    typed = [line for line in block.splitlines() if not line.startswith(". ")]
    assert done.stdout.splitlines() == [" ".join(shlex.split(line)) for line in typed]
