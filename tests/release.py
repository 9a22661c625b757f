"""Build what would be released, and try it where nothing else is installed: `make release`.

    python -m tests.release [--python python3.12 ...] [--out out/release]

Builds wheel and sdist with the tool `build`, compares the files in them with those in git, and
installs them with pip into empty environments, one for each Python found on this machine. There
commands run in an empty folder with warnings as errors. One more environment gets the oldest
versions that pyproject.toml admits, and one has all extras of users. Needs a network, for pip.
The first thing that fails ends it with code 1.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
EXTRAS = sorted(set(PROJECT["optional-dependencies"]) - {"dev"})
SMALL = ("--replicates", "20", "--months", "24", "--seed", "7")
STUDY = """
[study]
scenario = "dyad"
replicates = 6
months = 14

[factors]
handover = [0.0, 0.8]
"""
COMMANDS = (
    ("--version",),
    ("verify",),
    ("explain", "negativity"),
    ("run", "voluntary", "+coordinator:start=0", *SMALL, "--out", "out/run"),
    ("compare", "voluntary", "+mandate", *SMALL, "--out", "out/compare"),
    ("sweep", "study.toml", "--out", "out/study"),
    ("lesson", "bullets", "--out", "out/lesson"),
)
"""What each environment must be able to do; `verify` also compares digests of results."""


def call(*words, cwd=ROOT, **environment):
    """Run a command without what would lead it back to the checkout; end here if it fails."""
    ours = re.compile(r"PYTHON|VIRTUAL_ENV|TRUSTSIM_|PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not ours.match(name)}
    print("$", *words, flush=True)
    done = subprocess.run([*map(str, words)], cwd=cwd, env=kept | environment)
    if done.returncode:
        sys.exit(f"failed with code {done.returncode}: {' '.join(map(str, words))}")


def environment(folder, python, *what):
    """A new environment in which this is installed; its folder of programs."""
    shutil.rmtree(folder, ignore_errors=True)
    call(python, "-m", "venv", folder)
    call(folder / "bin" / "python", "-m", "pip", "install", "--quiet", *what)
    return folder / "bin"


def found_here():
    """An interpreter for each version of Python that runs on this machine, oldest first."""
    manager = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in PYTHONS:
        named = [f"python{version}", *sorted(manager.glob(f"{version}.*/bin/python"))]
        for name in named:  # a name on the path may be a shim that does not run
            if (
                shutil.which(name)
                and not subprocess.run([name, "-c", ""], stderr=subprocess.DEVNULL).returncode
            ):
                yield str(name)
                break


def built(out, python):
    """The wheel, made from the sdist, and the sdist."""
    programs = environment(out / "tools", python, "build", "twine")
    shutil.rmtree(out / "dist", ignore_errors=True)
    call(programs / "python", "-m", "build", "--outdir", out / "dist", ROOT)
    (wheel,), (sdist,) = (out / "dist").glob("*.whl"), (out / "dist").glob("*.tar.gz")
    call(programs / "python", "-m", "twine", "check", "--strict", wheel, sdist)
    return wheel, sdist


def compare_with_git(wheel, sdist):
    """End unless the sdist holds what git holds, and the wheel the package, nothing else."""
    told = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    known = set(told.stdout.rstrip("\0").split("\0"))
    with tarfile.open(sdist) as archive:
        files = [member.name for member in archive.getmembers() if member.isfile()]
        in_sdist = {name.partition("/")[2] for name in files} - {"PKG-INFO"}
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = {name for name in known if name.startswith("trustsim/")}
    for path, found, wanted in ((sdist, in_sdist, known), (wheel, in_wheel, package)):
        if found != wanted:
            sys.exit(f"{path.name} and git differ in {sorted(found ^ wanted)}")


def try_commands(programs, commands=COMMANDS, **surroundings):
    """Run commands of trustsim in an empty folder; warnings are errors."""
    folder = programs.parent / "work"
    folder.mkdir()
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    for words in commands:
        call(
            programs / "trustsim", *words, cwd=folder, **{"PYTHONWARNINGS": "error"} | surroundings
        )


def lowest():
    """The oldest version that the project admits of each package it needs."""
    found = (re.match(r"([\w.-]+)>=([\w.]+)", line) for line in PROJECT["dependencies"])
    return [f"{one[1]}=={one[2]}" for one in found]


def main():
    """Build and try everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out/release"))
    parser.add_argument("--python", nargs="+", help="interpreters to try; otherwise all found")
    asked = parser.parse_args()
    out = asked.out.resolve()
    pythons = asked.python or list(found_here())
    wheel, sdist = built(out, pythons[-1])
    compare_with_git(wheel, sdist)
    for number, python in enumerate(pythons):
        try_commands(environment(out / f"wheel-{number}", python, wheel))
    try_commands(environment(out / "sdist", pythons[-1], sdist), COMMANDS[:2])
    # Old packages warn of what newer ones have changed.
    oldest = environment(out / "lowest", pythons[0], *lowest(), wheel)
    try_commands(oldest, COMMANDS[:2], PYTHONWARNINGS="")
    programs = environment(out / "extras", pythons[-1], f"{wheel}[{','.join(EXTRAS)}]")
    call(programs / "python", "-m", "pip", "check")
    try_commands(programs, COMMANDS[:2], PYTHONWARNINGS="")
    print(f"Done: {wheel.name} and {sdist.name} in {out / 'dist'} work on {', '.join(pythons)}.")


if __name__ == "__main__":
    main()
