"""Run an experiment: python experiments/run.py E03 --out out/E03 [--toy].

Its folder tells the question and what was predicted; --out gets the report, the tables and the
figures. Without a name it lists what there is.
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
from tqdm import tqdm

import trustsim as ts
from trustsim import output


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; 0 if the report was written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("name", nargs="?", help="number or folder, for example E03")
    parser.add_argument("--out", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--toy", action="store_true", help="seconds instead of minutes")
    parser.add_argument(
        "--write-expected", action="store_true", help="keep the toy's numbers as expected.json"
    )
    options = parser.parse_args(arguments)
    if options.name is None:
        for folder in harness.folders():
            print(f"{folder.name}: {harness.load(folder).question}")
        return 0
    try:
        run(options)
    except ts.TrustsimError as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def run(options: argparse.Namespace) -> None:
    """Analyse, write, and say how it went."""
    if options.out is not None:
        output.check_destination(options.out)
    one = harness.load(harness.find(options.name))
    sizes = one.analysis.TOY if options.toy else one.analysis.FULL
    began = monotonic()
    with tqdm(unit=" partnerships", disable=None) as bar:
        found = harness.analysed(one, sizes, bar.update)
    if options.write_expected:
        text = harness.fingerprint(found.measured, sizes)
        (one.folder / "expected.json").write_text(text, encoding="utf-8")
    if options.out is not None:
        toy = " --toy" if options.toy else ""
        command = f"python experiments/run.py {one.number} --out {options.out.name}{toy}"
        held = harness.write(one, found, sizes, options.out, command)
        score = ", ".join(f"{n} {name}" for name, n in held["verdict"].value_counts().items())
        print(f"{one.number}: {score}; {options.out}/report.html")
    for text in found.sentences:
        print(f"- {text}")
    print(f"after {monotonic() - began:.0f} seconds")


if __name__ == "__main__":
    sys.exit(main())
