"""How many branches of trustsim the tests take: `make coverage`, which explains itself here.

    python -m tests.coverage.measure              # measures and reports
    python -m tests.coverage.measure --report     # reports once more what was measured

What numba has compiled can't be watched. So the tests run twice, each in one of two ways:

1. without the compiler (NUMBA_DISABLE_JIT=1) every test that bears it: kernel and rules run as
   plain Python then, a few hundred times slower;
2. with the compiler the others, whose names the first run has written down (`bounded.py` says how
   it chooses). There the kernel counts as not run, and all other code as in the first.

The first alone must reach LEAST. The second tells which branches nothing takes, and both together
are what the list of gaps is of. What is left out of the count, and why, stands in pyproject.toml.
More than two hours on two cores.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OUT = ROOT / "out" / "coverage"
LEFT_OUT = OUT / "left-out.txt"
LEAST = 95.0
"""Percent of branches."""
RUNS = {
    "without": ({"NUMBA_DISABLE_JIT": "1"}, f"--left-out={LEFT_OUT}"),
    "with": ({}, f"--only={LEFT_OUT}"),
}


def coverage(*words, **environment):
    """Exit code of a command of coverage.py."""
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, "-m", "coverage", *map(str, words)], cwd=ROOT, env=surroundings
    ).returncode


def run(name, jobs, chosen):
    """Run the tests in one of the two ways. Exit code of pytest."""
    environment, choice = RUNS[name]
    if name == "with" and not LEFT_OUT.read_text(encoding="utf-8").strip():
        return 0
    (OUT / name).mkdir(parents=True)
    plugin = ("-p", "tests.coverage.bounded", "-p", "no:cacheprovider", "-p", "no:randomly")
    # Tests differ by minutes: a process that has done its own takes from those who have not.
    shared = ("-n", jobs, "--dist", "worksteal")
    return coverage(
        "run", f"--data-file={OUT / name / 'data'}", "-m", "pytest", "-q", *shared, *plugin,
        choice, *chosen, **environment,
    )  # fmt: skip


def combined(name, *folders):
    """The report of one or more runs as coverage.py writes it in JSON."""
    data, report = OUT / f"{name}.data", OUT / f"{name}.json"
    files = [path for folder in folders for path in sorted((OUT / folder).glob("data.*"))]
    if not files or coverage("combine", "-q", "--keep", f"--data-file={data}", *files):
        raise SystemExit(f"Nothing was measured in {', '.join(folders)}.")
    coverage("json", "-q", "--fail-under=0", f"--data-file={data}", "-o", report)
    return json.loads(report.read_text(encoding="utf-8"))


def shares(report):
    """Percent of the branches and of the lines that were run."""
    total = report["totals"]
    lines = total["covered_lines"] + total["missing_lines"]
    return (
        100.0 * total["covered_branches"] / total["num_branches"],
        100.0 * total["covered_lines"] / lines,
    )


def gaps(report, most=20):
    """Files with branches not taken, the largest gaps first: text."""
    rows = [
        (file["summary"]["missing_branches"], file["summary"]["num_branches"], name)
        for name, file in report["files"].items()
        if file["summary"]["missing_branches"]
    ]
    return "\n".join(
        f"{missed:5d} of {size:3d}  {name}" for missed, size, name in sorted(rows)[: -most - 1 : -1]
    )


def report():
    """Print both numbers. Whether the branches reach LEAST without the compiler."""
    alone, together = combined("alone", "without"), combined("together", *RUNS)
    for words, found in (("without the compiler", alone), ("both runs together", together)):
        branches, lines = shares(found)
        print(f"{words}: {branches:.1f} % of branches, {lines:.1f} % of lines")
    print(f"\nBranches not taken, by file:\n{gaps(together)}")
    coverage(
        "html", "-q", "--fail-under=0", f"--data-file={OUT / 'together.data'}", "-d", OUT / "html"
    )
    print(f"\nEvery line: {OUT / 'html' / 'index.html'}")
    return shares(alone)[0] >= LEAST


def main():
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--report", action="store_true", help="only report what was measured")
    words.add_argument("--jobs", default="2", help="processes that run tests")
    words.add_argument("tests", nargs="*", help="only these tests (default: all but the slow)")
    asked = words.parse_args()
    codes = []
    if not asked.report:
        shutil.rmtree(OUT, ignore_errors=True)
        codes = [run(name, asked.jobs, asked.tests) for name in RUNS]
    enough = report()
    if any(codes):
        raise SystemExit("Tests failed: the numbers are not to be trusted.")
    if not enough:
        raise SystemExit(f"Less than {LEAST:.0f} % of branches.")


if __name__ == "__main__":
    main()
