"""Proof that what would be released works: `make release`.

    python -m tests.release                          everything, on every Python that is found here
    python -m tests.release --only archives plain    some of it
    python -m tests.release --python /path/to/python on certain ones

Builds wheel and sdist; looks into both; installs each into empty environments, where commands run
from an empty folder, offline, with warnings as errors; installs each extra alone; runs the tests
that the sdist holds. Ends with code 1 if anything is not as it should be. What was tried is
written to checks.csv in the folder of results.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import shutil
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from tests.release import archives
from tests.release.commands import PROOFS, ROOT, Check, as_asked, lowest, plain, proof
from tests.release.places import Place, called, must, pythons, version_of

PARTS = ("archives", "plain", "sdist", "lowest", "extras", "tests")
LOWEST = ("parity", "architecture", "figures/test_figures.py", "sweeps/test_merge.py")
"""Tests that are run with the lowest versions: each once found one that was too low."""


def main() -> int:
    """Try it all; 1 if something failed."""
    asked = arguments()
    found = {version_of(one): one for one in asked.python} if asked.python else pythons()
    if not found or "" in found:
        sys.exit("no Python 3.11 or newer runs here, or one that was named does not run")
    print(f"Python: {', '.join(f'{version} ({path})' for version, path in found.items())}")
    checks = []
    for check in tried(asked.out, found, asked.only):
        checks.append(check)
        tell(check)
    write(asked.out / "checks.csv", checks)
    failed = sum(not check.passed for check in checks)
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


def arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(prog="tests.release")
    parser.add_argument("--out", type=Path, default=Path("out/release"))
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--python", nargs="+", default=[], help="interpreters; else all found")
    asked = parser.parse_args()
    asked.out = asked.out.resolve()
    return asked


def tried(out: Path, found: dict[str, str], only: list[str]) -> Iterator[Check]:
    """Every check, in an order in which the cheap come first."""
    newest = found[max(found, key=lambda version: int(version.partition(".")[2]))]
    wheel, sdist = built(out, newest)
    if "archives" in only:
        yield from looked_into(out, wheel, sdist, newest)
    for version, python in found.items():
        if "plain" in only:
            place = Place(out / f"wheel-{version}", python)
            seconds = place.install(str(wheel))
            yield Check(f"wheel, {version}", "pip install", True, seconds)
            yield from plain(place, f"wheel, {version}")
        if "sdist" in only:
            place = Place(out / f"sdist-{version}", python)
            seconds = place.install(str(sdist))
            yield Check(f"sdist, {version}", "pip install", True, seconds)
            yield as_asked(place, f"sdist, {version}", ("trustsim", "verify"))
    if "lowest" in only:
        yield from with_the_lowest(out, wheel, sdist, next(iter(found.values())))
    if "extras" in only:
        for name in PROOFS:
            yield from alone(out, name, wheel, sdist, newest)
    if "tests" in only:
        yield own_tests(out, sdist, newest)


def built(out: Path, python: str) -> tuple[Path, Path]:
    """The wheel and the sdist of this checkout; the wheel is made from the sdist."""
    tools = Place(out / "tools", python)
    tools.install("build", "twine")
    shutil.rmtree(out / "dist", ignore_errors=True)
    must([str(tools.python), "-m", "build", "--outdir", str(out / "dist"), str(ROOT)])
    (wheel,), (sdist,) = (out / "dist").glob("*.whl"), (out / "dist").glob("*.tar.gz")
    return wheel, sdist


def looked_into(out: Path, wheel: Path, sdist: Path, python: str) -> Iterator[Check]:
    """Both archives hold what they should, and a second build holds the same bytes."""
    tools = out / "tools" / "env" / "bin" / "python"
    told = called([str(tools), "-m", "twine", "check", "--strict", str(wheel), str(sdist)])
    yield Check("archives", "twine check", told.code == 0, told.seconds, told.text[-2000:])
    known = archives.in_git(ROOT)
    for path, wrong in (
        (wheel, archives.wrong_in_wheel(archives.in_wheel(wheel), known)),
        (sdist, archives.wrong_in_sdist(archives.in_sdist(sdist), known)),
    ):
        yield Check("archives", f"files of {path.name}", not wrong, note="\n".join(wrong))
    again = out / "again"
    shutil.rmtree(again, ignore_errors=True)
    must([str(tools), "-m", "build", "--outdir", str(again), str(ROOT)])
    for path in (wheel, sdist):
        same = digest(path) == digest(again / path.name)
        yield Check("archives", f"built twice, {path.name} has the same bytes", same)


def with_the_lowest(out: Path, wheel: Path, sdist: Path, python: str) -> Iterator[Check]:
    """The lowest version of everything that the project asks for, on the oldest Python."""
    where = f"lowest, {version_of(python)}"
    place = Place(out / "lowest", python)
    limits = out / "lowest.txt"
    limits.write_text("".join(f"{line}\n" for line in lowest()), encoding="utf-8")
    seconds = place.install("-c", str(limits), str(wheel), "pytest", "hypothesis")
    yield Check(where, "pip install", True, seconds)
    # Old packages warn of what newer ones below them have done since.
    yield as_asked(place, where, ("trustsim", "verify"), PYTHONWARNINGS="")
    unpacked = unpack(sdist, place.work)
    yield tested(place, where, unpacked, "-W", "default", *(f"tests/{one}" for one in LOWEST))


def alone(out: Path, name: str, wheel: Path, sdist: Path, python: str) -> Iterator[Check]:
    """One extra in an environment of its own, with the pages beside it that it may be for."""
    where = f"[{name}] alone, {version_of(python)}"
    place = Place(out / f"extra-{name}", python)
    seconds = place.install(f"{wheel}[{name}]", *PROOFS[name].beside)
    yield Check(where, "pip install", True, seconds)
    unpack(sdist, place.work)
    yield from proof(place, where, name)


def own_tests(out: Path, sdist: Path, python: str) -> Check:
    """The tests that the sdist holds, run in it with the newest of what [dev] installs."""
    where = f"sdist unpacked, {version_of(python)}"
    place = Place(out / "tests", python)
    unpacked = unpack(sdist, place.work)
    place.install(f"{unpacked}[dev]")
    return tested(place, where, unpacked, "-n", "2")


def tested(place: Place, where: str, unpacked: Path, *options: str) -> Check:
    """Tests of the unpacked sdist."""
    command = [str(place.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    # The suite has its own rule about warnings, and tools that start others may warn.
    more = {"PYTHONWARNINGS": "", "PYTHONPATH": ""}
    done = called(command, cwd=unpacked, env=place.surroundings | more, limit=7200)
    return Check(where, "pytest", done.code == 0, done.seconds, done.text[-3000:])


def unpack(sdist: Path, folder: Path) -> Path:
    """The files of a sdist, in a folder `sdist` there."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return (folder / sdist.name.removesuffix(".tar.gz")).rename(folder / "sdist")


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tell(check: Check) -> None:
    """One line on the terminal; what went wrong below it."""
    word = "ok    " if check.passed else "FAILED"
    print(f"{word} {check.where:<24} {check.seconds:7.2f} s  {check.what}", flush=True)
    if not check.passed:
        print("\n".join(f"         {line}" for line in check.note.splitlines()), flush=True)


def write(path: Path, checks: list[Check]) -> None:
    """What was tried, as a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([Check._fields, *checks])


if __name__ == "__main__":
    sys.exit(main())
