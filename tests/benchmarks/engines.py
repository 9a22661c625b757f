"""How fast are the engines? Ratios measured in one run, interleaved, medians.

    python -m tests.benchmarks.engines [--quick | --compiled] [--out figures.json]

Not a test: a shared machine's seconds prove nothing, ratios of one run do. Prints a table for
docs/performance.md. `pair-month`: one ordered pair of people of different members, one month lived.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import mesa

from tests.benchmarks.oracle import run_oracle
from trustsim.engines.ensemble import run_chunk, run_ensemble
from trustsim.engines.packing import setup
from trustsim.engines.partnership import Partnership
from trustsim.scenarios.files import scenario

SIZES = ((3, 1), (8, 2), (10, 1), (20, 2))
LARGEST = (42, 2)  # too long a wait for Mesa
MONTHS = 120
MESA, BATCH = "mesa, one run", "mesa.batch_run, 2 processes"
ONE, TWO = "compiled, 1 thread", "compiled, 2 threads"
AVX2, PLAIN = "C with AVX2 by hand, 1 thread", "plain C, 1 thread"
RATIOS = (
    ("compiled 2 threads, times batch_run", BATCH, TWO),
    ("compiled 1 thread, times AVX2 by hand", AVX2, ONE),
    ("compiled 1 thread, times plain C", PLAIN, ONE),
)
WORK = 3_000_000  # pair-months a measurement of a compiled engine


def of_size(organisations: int, people: int):
    """A partnership of this size that lives through all months, so that work is comparable."""
    return scenario("voluntary").with_(organisations=organisations, people=people, may_exit=0)


def pair_months(organisations: int, people: int) -> int:
    """Pair-months of one run."""
    return MONTHS * organisations * people * (organisations - 1) * people


def seconds(work) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def batch(organisations: int, people: int, runs: int) -> None:
    """The same model under mesa.batch_run in two processes."""
    parameters = {
        "organisations": organisations,
        "people": people,
        "may_exit": 0,
        "months": MONTHS,
        "replicate": list(range(runs)),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mesa.batch_run(
            Partnership, parameters, number_processes=2, max_steps=MONTHS,
            data_collection_period=-1, display_progress=False,
        )  # fmt: skip


def one_partnership(organisations: int, people: int) -> None:
    """One run of the Mesa engine."""
    Partnership(organisations=organisations, people=people, may_exit=0, months=MONTHS).run_model()


def engines_at(
    organisations: int, people: int, repeats: int, compiled_only: bool = False
) -> dict[str, float]:
    """Nanoseconds a pair-month of each engine: medians of interleaved repeats."""
    each = pair_months(organisations, people)
    chosen = of_size(organisations, people)
    plan = setup(chosen.values(), chosen.change_rows())
    count = max(4, WORK // each)
    batched = max(60, 4_000_000 // each)  # enough to drown the start of the processes

    def threads() -> None:
        run_ensemble(
            plan, seed=1, first=0, count=2 * count, months=MONTHS, record_months=False,
            workers=2, chunk=max(1, count // 4),
        )  # fmt: skip

    def plain(by_hand: bool) -> None:
        run_oracle(plan, 1, 0, count, MONTHS, False, by_hand)

    ways = {
        MESA: (lambda: one_partnership(organisations, people), 1),
        BATCH: (lambda: batch(organisations, people, batched), batched),
        TWO: (threads, 2 * count),
        ONE: (lambda: run_chunk(plan, 1, 0, count, MONTHS, False), count),
        AVX2: (lambda: plain(True), count),
        PLAIN: (lambda: plain(False), count),
    }
    if compiled_only:
        ways = {name: ways[name] for name in (ONE, AVX2, PLAIN)}
    for name in (ONE, AVX2, PLAIN):
        ways[name][0]()  # compile and load
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, (work, runs) in ways.items():
            times[name].append(1e9 * seconds(work) / (runs * each))
    found = {name: statistics.median(each_time) for name, each_time in times.items()}
    for name, slow, fast in RATIOS:
        if slow in found:
            both = zip(times[slow], times[fast], strict=True)
            found[name] = statistics.median(one / other for one, other in both)
    return found


def whole_processes(repeats: int) -> dict[str, float]:
    """Seconds of whole processes: import, help, cold and warm start of a small simulation."""
    small = "import trustsim as ts; ts.simulate(replicates=100)"
    found = {}
    for name, command in (
        ("python alone", [sys.executable, "-c", "pass"]),
        ("import trustsim", [sys.executable, "-c", "import trustsim"]),
        ("trustsim --help", [sys.executable, "-m", "trustsim", "--help"]),
        ("100 partnerships, compiled before", [sys.executable, "-c", small]),
    ):
        subprocess.run(command, check=True, capture_output=True)
        found[name] = statistics.median(
            seconds(lambda c=command: subprocess.run(c, check=True, capture_output=True))
            for _ in range(repeats)
        )
    with tempfile.TemporaryDirectory() as empty:
        environment = {**os.environ, "TRUSTSIM_CACHE_DIR": empty}
        found["100 partnerships, nothing compiled yet"] = seconds(
            lambda: subprocess.run([sys.executable, "-c", small], check=True, env=environment)
        )
    return found


def peak_memory() -> float:
    """MiB that this process has held at most.

    Not `ru_maxrss` where it can be helped: on Linux a child takes over its parent's.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def memory_a_million() -> float:
    """MiB that a million more partnerships take: slope of the peak between two sizes."""
    program = (
        "import sys, trustsim as ts; from tests.benchmarks.engines import peak_memory; "
        "r = ts.simulate('dyad', months=12, replicates=int(sys.argv[1])); print(peak_memory())"
    )
    peaks = []
    for replicates in (1_000_000, 3_000_000):
        done = subprocess.run(
            [sys.executable, "-c", program, str(replicates)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        peaks.append(float(done.stdout))
    return (peaks[1] - peaks[0]) / 2


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one size, three repeats")
    parser.add_argument("--compiled", action="store_true", help="kernel and C only, one size more")
    parser.add_argument("--out", type=Path, help="also write the figures as JSON")
    options = parser.parse_args()
    repeats = 3 if options.quick else 5
    figures: dict[str, dict[str, float]] = {}
    sizes = (*SIZES, LARGEST) if options.compiled else SIZES[1:2] if options.quick else SIZES
    for organisations, people in sizes:
        found = engines_at(organisations, people, repeats, options.compiled)
        figures[f"{organisations}x{people}"] = found
    columns = list(figures)
    print("| nanoseconds a pair-month | " + " | ".join(columns) + " |")
    print("| --- |" + " --: |" * len(columns))
    for name in figures[columns[0]]:
        print(f"| {name} | " + " | ".join(f"{figures[c][name]:.2f}" for c in columns) + " |")
    if not options.compiled:
        figures["whole processes, seconds"] = whole_processes(repeats)
        figures["memory"] = {"MiB a million partnerships": memory_a_million()}
    for group in ("whole processes, seconds", "memory"):
        if group not in figures:
            continue
        print(f"\n| {group} | |\n| --- | --: |")
        for name, value in figures[group].items():
            print(f"| {name} | {value:.2f} |")
    if options.out:
        options.out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
