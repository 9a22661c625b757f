"""Command lines out of odd words: they do what they say, or end in one line and code 2.

    python -m tests.fuzz.commands --inputs 5000

Every option is taken from the program itself, so a new one is tried unasked.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path
from random import Random

import typer
from typer.testing import CliRunner

from tests.fuzz.files import STUDIES, TooLongError, at_most, strict_about_time_and_memory
from trustsim.cli import app

SECONDS = 120
LEFT_OUT = {"app", "verify", "calibrate", "validate"}
"""A server that never ends, and commands whose least work takes minutes."""

SIZES = {"--replicates": "3", "--months": "7", "--workers": "1", "--draws": "0", "--points": "2"}
"""Given to every command that has them, before anything odd, so that nothing large is simulated."""

ODD = (
    "", " ", "-", "--", "-1", "0", "1", "2", "2.5", "nan", "inf", "1e400", "-1e400", "9" * 400,
    "true", "none", "\u202e", "a" * 5000, "../x", "..", "/", "/dev/null", "/dev/full",
    "/proc/self/mem",
    "dyad", "voluntary", "nobody", "negativity", "negativity=2", "negativity=", "=2", "=",
    "negativity=nan", "+mandate", "+mandate:start=3", "+mandate:start=", "+", "+:", "mandate(",
    "coordinator(start=2)", "+coordinator(dose=__import__('os'))", "study.toml", "good.toml",
    "broken.toml", "folder", "out", "out.html", "1/2", "3/2", "0/0", "a/b", "ensemble", "mesa",
    "json", "none", "stop", "ignore", "serial", "all", "runs", "cell-1", "x-0", "[]", "{}",
)  # fmt: skip


SMALL_STUDY = (
    STUDIES[1].replace("= 64", "= 2").replace("floor = 200", "floor = 30").replace("10000", "30")
)

RESULTS = (".draft", ".parquet", ".html", ".csv", ".json")


def fixtures(folder: Path) -> None:
    """Files that words may name."""
    (folder / "good.toml").write_text("[scenario]\nname = 'good'\norganisations = 2\n")
    (folder / "broken.toml").write_bytes(b"[scenario\n\xff")
    (folder / "study.toml").write_text(SMALL_STUDY)
    (folder / "folder").mkdir()


def words_of(name: str, luck: Random) -> list[str]:
    """One odd call of a command."""
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    options = [one for one in command.params if one.param_type_name == "option"]
    words = [name]
    for option in options:
        if option.opts[0] in SIZES:
            words += [option.opts[0], SIZES[option.opts[0]]]
    for _ in range(luck.choice((0, 1, 1, 2))):
        words.append(luck.choice(ODD))
    for option in luck.sample(options, min(len(options), luck.choice((0, 1, 1, 2, 3)))):
        if option.opts[0] in SIZES and luck.random() < 0.7:
            continue
        words.append(luck.choice([*option.opts, *option.secondary_opts]))
        if not getattr(option, "is_flag", False) or luck.random() < 0.05:
            odd = [one for one in ODD if option.opts[0] not in SIZES or not _large(one)]
            words.append(luck.choice(odd))
    return words


def _large(word: str) -> bool:
    try:
        return 50 < float(word) < 1e300
    except ValueError:
        return False


def fault_of(words: list[str], before: set[str]) -> str:
    """What is wrong with how these words end; nothing if all is well."""
    with at_most(SECONDS):
        ended = CliRunner().invoke(app, words)
    told = ended.output
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        return "".join(traceback.format_exception(ended.exception))
    if ended.exit_code not in (0, 2) or "our mistake" in told or "Traceback" in told:
        return f"code {ended.exit_code}: {told}"
    if ended.exit_code == 2 and not told.strip():
        return "code 2 without a word"
    left = {str(path) for path in Path().rglob("*")} - before
    if ended.exit_code == 2 and any(name.endswith(RESULTS) for name in left):
        return f"refused, and yet {sorted(left)} is there: {told}"
    return ""


def fuzzed(inputs: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Calls counted by command, and the faults told; in the present folder, which is emptied."""
    luck, calls, faults = Random(seed), Counter(), []
    names = sorted(set(typer.main.get_command(app).commands) - LEFT_OUT)  # type: ignore[attr-defined]
    home = Path.cwd()
    for _ in range(inputs):
        words = words_of(luck.choice(names), luck)
        with tempfile.TemporaryDirectory(dir=home) as folder:
            os.chdir(folder)
            try:
                fixtures(Path())
                before = {str(path) for path in Path().rglob("*")}
                fault = fault_of(words, before)
            except TooLongError as problem:
                fault = str(problem)
            finally:
                os.chdir(home)
        calls[words[0]] += 1
        if fault:
            faults.append(f"{words}\n{fault}")
    return calls, faults


def main() -> None:
    """As many inputs as asked; exit code 1 after a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    strict_about_time_and_memory()
    with tempfile.TemporaryDirectory(prefix="fuzz_") as folder:
        os.chdir(folder)
        calls, faults = fuzzed(asked.inputs, asked.seed)
    print(f"{asked.inputs} command lines: {dict(calls)}, {len(faults)} faults")
    for fault in faults[:20]:
        print(fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
