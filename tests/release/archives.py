"""What a wheel and a sdist hold, held against what git knows."""

from __future__ import annotations

import re
import subprocess
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

LICENCE = "LICENSE"
WHEEL_OWN = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", f"licenses/{LICENCE}"}
"""What a wheel has beside the package, in its dist-info."""

SDIST_OWN = {"PKG-INFO"}
"""What a sdist has beside the files of the checkout."""

NEEDED = (
    "trustsim/py.typed", "trustsim/references.bib", "trustsim/data/README.md",
    "trustsim/data/ics_units.csv", "trustsim/calibration/posterior.csv",
    "trustsim/calibration/posterior.json",
    "trustsim/report/template.html", "trustsim/app/style.css",
    "trustsim/app/handouts/handout.css", "trustsim/app/handouts/handout.js",
)  # fmt: skip
"""Files that are no Python and without which something does not work."""

NEEDED_IN_SDIST = (
    LICENCE, "CITATION.cff", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "pyproject.toml",
    "constraints.txt", "Makefile", "docs/index.md", "notebooks/01_one_partnership.ipynb",
    "experiments/run.py", "tests/test_packaging.py",
)  # fmt: skip

STRAY = re.compile(
    r"__pycache__|\.py[cod]$|\.nb[ci]$|\.(pytest|mypy|ruff)_cache|\.hypothesis|\.benchmarks"
    r"|\.ipynb_checkpoints|\.DS_Store|\.egg-info|\.coverage|\.orig$|\.rej$|\.sw[op]$|~$"
    r"|^(out|build|dist|mutants|\.venv)/"
)
"""Names that never belong into an archive, whatever git knows."""


def in_git(root: Path) -> set[str]:
    """Every file that git knows in this checkout."""
    told = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
    )
    return set(told.stdout.rstrip("\0").split("\0"))


def in_wheel(path: Path) -> set[str]:
    """Names of the files in a wheel."""
    with zipfile.ZipFile(path) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def in_sdist(path: Path) -> set[str]:
    """Names of the files in a sdist, without the folder that all of them lie in."""
    with tarfile.open(path) as archive:
        names = [member.name for member in archive.getmembers() if not member.isdir()]
    tops = {name.partition("/")[0] for name in names}
    top = path.name.removesuffix(".tar.gz")
    return {name.partition("/")[2] for name in names} if tops == {top} else set(names)


def wrong_in_wheel(names: set[str], known: set[str]) -> list[str]:
    """What is wrong with the files of a wheel, in words; empty if nothing is."""
    package = {name for name in known if name.startswith("trustsim/")}
    own = {name for name in names if re.match(r"trustsim-[^/]+\.dist-info/", name)}
    wanted = {name.partition("/")[2] for name in own}
    return [
        *differences(names - own, package),
        *differences(wanted, WHEEL_OWN),
        *needed(names, NEEDED),
        *strays(names),
    ]


def wrong_in_sdist(names: set[str], known: set[str]) -> list[str]:
    """What is wrong with the files of a sdist, in words: it holds all that git knows."""
    return [
        *differences(names - SDIST_OWN, known),
        *needed(names, (*SDIST_OWN, *NEEDED, *NEEDED_IN_SDIST)),
        *strays(names),
    ]


def differences(got: set[str], wanted: set[str]) -> list[str]:
    """Files too many and too few."""
    many = [f"{name} is in the archive and not in git" for name in sorted(got - wanted)]
    return many + [f"{name} is missing" for name in sorted(wanted - got)]


def needed(names: set[str], those: Iterable[str]) -> list[str]:
    """Files without which something does not work, and that are not there."""
    return [f"{name} is needed and missing" for name in those if name not in names]


def strays(names: set[str]) -> list[str]:
    """Caches and the leftovers of editors."""
    return [f"{name} is a stray file" for name in sorted(names) if STRAY.search(name)]
