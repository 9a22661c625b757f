"""Run experiments: python experiments/run.py E03 --out out/E03, or --all --out out/experiments.

The folder of an experiment tells the question and what was predicted; --out gets the report, the
tables and the figures. --all runs one after another, each into a folder of its own, and links their
reports in index.html. Without a name it lists what there is.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from time import monotonic

# Some builds of llvmlite put another exp into compiled code: the bits must not depend on that.
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

import harness
import index
from tqdm import tqdm

import trustsim as ts
from trustsim import output
from trustsim.arguments import expanded


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; 0 if every report was written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("name", nargs="?", help="number or folder, for example E03")
    parser.add_argument("--all", action="store_true", help="every experiment, and a page of links")
    parser.add_argument("--out", type=expanded, help="a folder that does not exist yet")
    parser.add_argument("--toy", action="store_true", help="seconds instead of minutes")
    parser.add_argument(
        "--write-expected", action="store_true", help="keep the toy's numbers as expected.json"
    )
    options = parser.parse_args(arguments)
    if options.all and (options.name is not None or options.out is None or options.write_expected):
        parser.error("--all takes --out and no name: --all --out out/experiments")
    try:
        if options.all:
            return run_all(options.out, toy=options.toy)
        if options.name is not None:
            run(options.name, options.out, toy=options.toy, keep=options.write_expected)
            return 0
    except ts.TrustsimError as problem:
        print(problem, file=sys.stderr)
        return 2
    for folder in harness.folders():
        print(f"{folder.name}: {harness.load(folder).question}")
    return 0


def run_all(out: Path, *, toy: bool) -> int:
    """Every experiment into its own folder below `out`, and the page that links their reports.

    One that can't be run (a package is missing) is told of, and the others go on; then 2.
    """
    output.check_destination(out)
    missed = []
    for folder in harness.folders():
        number = folder.name.partition("_")[0]
        try:
            run(number, out / number, toy=toy)
        except ts.TrustsimError as problem:
            print(problem, file=sys.stderr)
            missed.append(number)
    print(f"{index.write(out)} links the reports")
    if missed:
        print(f"not run: {', '.join(missed)}", file=sys.stderr)
    return 2 if missed else 0


def run(name: str, out: Path | None, *, toy: bool, keep: bool = False) -> None:
    """Analyse one experiment, write its report, and say how it went.

    Raises TrustsimError.
    """
    if out is not None:
        output.check_destination(out)
    one = harness.load(harness.find(name))
    sizes = one.analysis.TOY if toy else one.analysis.FULL
    began = monotonic()
    with tqdm(unit=" partnerships", disable=None) as bar:
        found = harness.analysed(one, sizes, bar.update)
    if keep:
        text = harness.fingerprint(found.measured, sizes)
        (one.folder / "expected.json").write_text(text, encoding="utf-8")
    if out is not None:
        small = " --toy" if toy else ""
        typed = out.name if out.is_absolute() else out.as_posix()  # no folder of this machine
        command = f"python experiments/run.py {one.number} --out {typed}{small}"
        held = harness.write(one, found, sizes, out, command)
        score = ", ".join(f"{n} {name}" for name, n in held["verdict"].value_counts().items())
        print(f"{one.number}: {score}; {out}/report.html")
    for text in found.sentences:
        print(f"- {text}")
    print(f"after {monotonic() - began:.0f} seconds", flush=True)


if __name__ == "__main__":
    sys.exit(main())
