"""What must work where trustsim is all that was asked for, and what each extra adds."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.release.places import Place, normal

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]

IMPORT_SECONDS, HELP_SECONDS = 0.3, 0.5
TIMES, FAR_OVER = 5, 3.0
"""Measured so often, the best counts; a busy machine is forgiven so many times the limit."""

STUDY = """
[study]
scenario = "dyad"
replicates = 6
months = 14

[arms]
baseline = []
coordinator = ["coordinator(start=0)"]

[factors]
handover = [0.0, 0.8]
"""
SCREEN = """
[study]
scenario = "dyad"
replicates = 6
months = 14

[factors]
handover = [0.0, 0.8]
misreading = [0.0, 0.3]

[design]
kind = "morris"
points = 4
"""
SMALL = ("--replicates", "20", "--months", "24", "--seed", "7")

COMMANDS = (
    ("verify",),
    ("scenarios",),
    ("explain", "negativity"),
    ("cite", "voluntary"),
    ("schema",),
    ("story", "voluntary", "--html", "out/story.html"),
    ("run", "voluntary", "+coordinator:start=0", *SMALL, "--out", "out/run"),
    ("compare", "voluntary", "+mandate", "+coordinator", *SMALL, "--out", "out/compare"),
    ("sweep", "study.toml", "--out", "out/study"),
    ("sweep", "study.toml", "--out", "out/study", "--resume", "--workers", "2",
     "--executor", "processes"),
    ("sweep", "study.toml", "--out", "out/one", "--shard", "1/2"),
    ("sweep", "study.toml", "--out", "out/two", "--shard", "2/2", "--executor", "processes"),
    ("merge", "out/one", "out/two", "--out", "out/both"),
    ("lesson", "bullets", "--out", "out/lesson"),
    ("validate", "--replicates", "12", "--setting", "voluntary"),
)  # fmt: skip
"""Every command that needs no extra."""

PYTHON = """
import trustsim as ts
one = ts.Partnership("voluntary", seed=7, replicate=0)
for _ in range(24):
    one.step()
runs = ts.simulate("voluntary", replicates=20, seed=7, months=24)
print("runs:", len(runs.runs), *runs.attrition(by=[12, 24])["month"])
"""
RERUN = """
import subprocess, sys
from trustsim.sweeps import Sweep
run = Sweep.read("out/study").runs["run_id"].iloc[-1]
words = [sys.executable, "-m", "trustsim", "rerun", "out/study", str(run)]
sys.exit(subprocess.run(words).returncode)
"""
SAMPLE = """
from trustsim.discovery import regime_sample, what_would_have_to_be_true
sample = regime_sample("voluntary", ["mandate"], points=40, replicates=4, month=24)
found = what_would_have_to_be_true(sample, "mandate", verdict="backfires", shuffles=3)
print(*found.sentences())
"""
CLUSTER = """
import subprocess, sys
from dask.distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster:
        words = ["sweep", "study.toml", "--out", "out/dask", "--executor"]
        command = [sys.executable, "-m", "trustsim", *words, f"dask={cluster.scheduler_address}"]
        sys.exit(subprocess.run(command).returncode)
"""
APP = """
import re, subprocess, sys, urllib.request
command = [sys.executable, "-m", "trustsim", "app", "--no-browser", "--port", "0"]
app = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
try:
    for line in app.stdout:
        print(line, end="")
        if "the app is at" in line:
            break
    else:
        sys.exit("the app ended before it listened")
    address = re.search(r"http://\\S+", line)[0]
    with urllib.request.urlopen(address, timeout=60) as page:
        assert page.status == 200 and b"solara" in page.read().lower()
    assert app.poll() is None
finally:
    app.terminate()
    app.wait(60)
"""
SITE = """
import subprocess, sys
build = ["-m", "sphinx", "-q", "-W", "--keep-going", "-c", "docs", "-d", "../read", ".", "../site"]
sys.exit(subprocess.run([sys.executable, *build], cwd="sdist").returncode)
"""
PAGE = """
import subprocess, sys
page = ["-m", "pytest", "-q", "-rs", "tests/interoperability", "-p", "no:cacheprovider"]
sys.exit(subprocess.run([sys.executable, *page], cwd="sdist").returncode)
"""


class Check(NamedTuple):
    """One thing that was tried, where, and whether it went as it should."""

    where: str
    what: str
    passed: bool
    seconds: float = 0.0
    note: str = ""


class Extra(NamedTuple):
    """What proves that an extra is enough, and how its lack is told."""

    works: tuple[str, ...]
    says: str = ""
    refused: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    """Packages that the proof needs beside the extra."""


DASK = (
    "trustsim",
    "sweep",
    "study.toml",
    "--out",
    "out/lack",
    "--executor",
    "dask=tcp://127.0.0.1:9",
)
PROOFS = {
    "app": Extra(("python", "-c", APP), "the app is at", ("trustsim", "app", "--no-browser")),
    "calibration": Extra(
        ("trustsim", "calibrate", "--out", "out/quick", "--draws", "2", "--simulations", "200"),
        refused=("trustsim", "calibrate", "--out", "out/lack", "--quick"),
    ),
    "cluster": Extra(("python", "dask_cluster.py"), "cells.parquet", DASK),
    "discovery": Extra(("python", "-c", SAMPLE), "mandate", ("python", "-c", SAMPLE)),
    "docs": Extra(("python", "-c", SITE)),
    "interoperability": Extra(("python", "-c", PAGE), "passed", beside=("pytest",)),
    "sensitivity": Extra(
        ("trustsim", "sensitivity", "screen.toml", "--out", "out/screen"),
        "handover",
        ("trustsim", "sensitivity", "screen.toml", "--out", "out/lack"),
    ),
}
"""Each extra but `dev`. Those without a refusal serve pages, and no command asks for them."""


def furnish(place: Place) -> None:
    """Files that the commands read."""
    (place.work / "study.toml").write_text(STUDY, encoding="utf-8")
    (place.work / "screen.toml").write_text(SCREEN, encoding="utf-8")
    (place.work / "dask_cluster.py").write_text(CLUSTER, encoding="utf-8")


def plain(place: Place, where: str) -> Iterator[Check]:
    """Everything that trustsim does without an extra, and how it tells that one is missing."""
    furnish(place)
    yield only_what_it_needs(place, where)
    yield as_asked(place, where, ("trustsim", "--version"), PROJECT["version"])
    for words in COMMANDS:
        yield as_asked(place, where, ("trustsim", *words))
    yield as_asked(place, where, ("python", "-c", RERUN), "Months 1 to 12")
    yield as_asked(place, where, ("python", "-c", PYTHON), "runs: 20")
    for name, extra in PROOFS.items():
        if extra.refused:
            yield refused(place, where, name, extra.refused)
    yield from quick(place, where)
    yield no_network_asked(place, where)


def only_what_it_needs(place: Place, where: str) -> Check:
    """No package of an extra is there unless trustsim itself asks for it."""
    extras = {named(line) for lines in EXTRAS.values() for line in lines}
    core = {named(line) for line in PROJECT["dependencies"]}
    many = sorted(place.installed() & (extras - core))
    return Check(where, "no package of an extra", not many, note=" ".join(many))


def lowest() -> list[str]:
    """The lowest version that the project admits of each package that it needs."""
    found = (re.match(r"([\w.-]+)>=([\w.]+)", line) for line in PROJECT["dependencies"])
    return [f"{one[1]}=={one[2]}" for one in found if one]


def named(requirement: str) -> str:
    """The name in a requirement."""
    return normal(re.split(r"[^\w.-]", requirement, maxsplit=1)[0])


def as_asked(
    place: Place, where: str, words: tuple[str, ...], says: str = "", **more: Any
) -> Check:
    """A command ends well, without a warning, and says a certain thing."""
    done = place.call(*words, **more)
    fine = done.code == 0 and says in done.text and "Traceback" not in done.text
    return Check(where, shown(words), fine, done.seconds, "" if fine else done.text[-2000:])


def refused(place: Place, where: str, extra: str, words: tuple[str, ...]) -> Check:
    """Without the extra a command says how to get it, in one line where it is a command's."""
    done = place.call(*words)
    told = f"trustsim[{extra}]" in done.text
    if words[0] == "trustsim":
        told = told and done.code == 2 and done.text.count("\n") == 1
    what = f"lack of [{extra}] is told: {shown(words)}"
    return Check(where, what, told and done.code != 0, done.seconds, "" if told else done.text)


def quick(place: Place, where: str) -> Iterator[Check]:
    """Import and help answer at once; the best of some tries counts."""
    clock = "import time; t = time.perf_counter(); import trustsim; print(time.perf_counter() - t)"
    imports = [float(place.call("python", "-c", clock).text) for _ in range(TIMES)]
    helps = [place.call("trustsim", "--help", offline=False).seconds for _ in range(TIMES)]
    for what, found, limit in (
        ("import trustsim", min(imports), IMPORT_SECONDS),
        ("trustsim --help", min(helps), HELP_SECONDS),
    ):
        note = "" if found < limit else f"over {limit} s"
        yield Check(where, f"{what}, best of {TIMES}", found < FAR_OVER * limit, found, note)


def no_network_asked(place: Place, where: str) -> Check:
    """Nothing so far tried to reach another machine."""
    tries = place.reached_for()
    return Check(where, "nobody else is asked", not tries, note=tries)


def proof(place: Place, where: str, name: str) -> Iterator[Check]:
    """The extra that was installed does what it is for, with what is on this machine alone."""
    furnish(place)
    extra = PROOFS[name]
    # A server and a cluster need a loopback, which taking the network away takes as well. What
    # they are built on warns of its own future.
    yield as_asked(place, where, extra.works, extra.says, offline=False, PYTHONWARNINGS="")
    yield no_network_asked(place, where)


def shown(words: tuple[str, ...]) -> str:
    """A command in one short line."""
    line = " ".join(word if "\n" not in word else "..." for word in words)
    return line if len(line) < 70 else f"{line[:67]}..."
