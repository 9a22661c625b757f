"""Empty environments, and commands in them: from an empty folder, offline, warnings as errors."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

CANDIDATES = ("python3.11", "python3.12", "python3.13", "python3.14", "python3", "python")
OLDEST = (3, 11)
SECONDS = 900

WATCH = '''"""Notes every try to reach another machine, and fails it."""
import os, sys

NEAR = ("127.", "localhost", "::1", "0.0.0.0", "/", "@", "None", "\\\\0")

def watch(event, found):
    if event == "socket.connect":
        where = found[1][0] if isinstance(found[1], tuple) else found[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        where = found[0]
    else:
        return
    where = where.decode() if isinstance(where, bytes) else str(where)
    if where and not where.startswith(NEAR):
        with open(os.environ["TRIES"], "a") as file:
            print(event, where, sys.argv, file=file)
        raise OSError(f"no network here: {where}")

sys.addaudithook(watch)
'''
"""Loaded by every interpreter of a place when it starts, its child processes included."""


class Call(NamedTuple):
    """What came of a command."""

    code: int
    text: str
    seconds: float


class Place:
    """An environment of its own, with a folder and a home in which there is nothing."""

    def __init__(self, folder: Path, python: str) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.python = folder / "env" / "bin" / "python"
        self.trustsim = self.python.with_name("trustsim")
        self.work, self.home = folder / "work", folder / "home"
        self.tries = folder / "tries.txt"
        watch = folder / "watch"
        for made in (self.work, self.home, watch):
            made.mkdir(parents=True)
        (watch / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
        must([python, "-m", "venv", str(folder / "env")])
        self.surroundings = plain_surroundings() | {
            "HOME": str(self.home),
            "PYTHONPATH": str(watch),
            "PYTHONWARNINGS": "error",
            "TRIES": str(self.tries),
        }

    def install(self, *what: str) -> float:
        """Install it as a user would, with what it needs; seconds that took."""
        return must([str(self.python), "-m", "pip", "install", "--quiet", *what]).seconds

    def installed(self) -> set[str]:
        """Names of all packages that are there."""
        listed = must([str(self.python), "-m", "pip", "list", "--format", "freeze"]).text
        return {normal(line.partition("==")[0]) for line in listed.splitlines() if "==" in line}

    def call(self, *words: str, offline: bool = True, **more: str) -> Call:
        """What comes of a command typed in the empty folder; `trustsim` and `python` are ours."""
        own = {"trustsim": str(self.trustsim), "python": str(self.python)}
        command = [*(without_network() if offline else ()), own[words[0]], *words[1:]]
        return called(command, cwd=self.work, env=self.surroundings | more)

    def reached_for(self) -> str:
        """Tries to reach another machine so far, one a line."""
        return self.tries.read_text() if self.tries.exists() else ""


def normal(name: str) -> str:
    """The name of a package as it is compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def plain_surroundings() -> dict[str, str]:
    """This process's environment without what would point back to the checkout."""
    ours = re.compile(r"PYTHON|VIRTUAL_ENV|TRUSTSIM_|PYTEST_|MPL|XDG_|COVERAGE")
    return {name: value for name, value in os.environ.items() if not ours.match(name)}


def called(
    command: list[str],
    *,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    limit: float = SECONDS,
) -> Call:
    """What came of a command, its two streams together."""
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=cwd, env=env or plain_surroundings(), timeout=limit,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace",
    )  # fmt: skip
    return Call(done.returncode, done.stdout, time.perf_counter() - start)


def must(command: list[str], cwd: Path | None = None) -> Call:
    """What came of a command without which nothing goes on."""
    done = called(command, cwd=cwd)
    if done.code:
        sys.exit(f"{' '.join(command)} ended with code {done.code}:\n{done.text}")
    return done


@cache
def without_network() -> tuple[str, ...]:
    """The command that takes the network away from another, where this system allows that."""
    words = ("unshare", "--net", "--map-root-user")
    if shutil.which(words[0]) and called([*words, "true"]).code == 0:
        return words
    return ()


def pythons() -> dict[str, str]:
    """Each Python of this machine that is new enough: its version and where it is."""
    found = {}
    manager = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for name in (*CANDIDATES, *map(str, sorted(manager.glob("versions/*/bin/python")))):
        version = version_of(name)
        if version and tuple(map(int, version.split("."))) >= OLDEST:
            found.setdefault(version, name)
    return dict(sorted(found.items(), key=lambda one: int(one[0].partition(".")[2])))


def version_of(python: str) -> str:
    """Version of an interpreter, as 3.11; empty if it does not run."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", ask], capture_output=True, text=True, timeout=60)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
