"""Scenario and study files, damaged or invented: read well, or refused in one line. Nothing else.

    python -m tests.fuzz.files --inputs 100000

A fault is any other ending: another exception, a hang, more memory than a file can justify, a
message of several lines, or a scenario that is another one after it was written and read again.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import trustsim as ts
from tests.fuzz.damage import damaged, invented_file
from trustsim.errors import TrustsimError
from trustsim.scenarios.files import from_toml
from trustsim.scenarios.settings import SETTINGS

ROOT = Path(__file__).parents[2]
SECONDS = 20
GIBIBYTES = 6
STUDIES = (
    """[study]
scenario = "voluntary"
replicates = 100
months = 60
seed = 11

[arms]
baseline = []
coordinator = ["coordinator(start=0)", "mandate(start=3, months=24, dose=0.5)"]

[factors]
organisations = [4, 6]
handover = [0.0, 0.8]
"coordinator.dose" = [0.5, 1.0]

[design]
kind = "grid"
""",
    """[study]
scenario = "dyad"
engine = "mesa"
record = "members"

[factors]
negativity = []
tenure = [12, 60]

[design]
kind = "lhs"
points = 64
seed = 5

[precision]
outcome = "dissolved"
month = 60
half_width = 0.02
floor = 200
ceiling = 10000
""",
    """{"study": {"scenario": "stp", "replicates": 10},
 "design": {"kind": "csv", "file": "points.csv"}}
""",
)


class TooLongError(Exception):
    """It took too long."""


def strict_about_time_and_memory() -> None:
    """For a program of its own: what hangs or grows without end becomes a fault."""

    def too_long(number: int, frame: object) -> None:
        raise TooLongError("it hangs")

    signal.signal(signal.SIGALRM, too_long)
    resource.setrlimit(resource.RLIMIT_AS, (GIBIBYTES << 30,) * 2)


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raises TooLongError after so many seconds, where somebody is strict about time."""
    strict = signal.getsignal(signal.SIGALRM) not in (signal.SIG_DFL, None)
    signal.alarm(seconds if strict else 0)
    try:
        yield
    finally:
        signal.alarm(0)


def corpus() -> list[str]:
    """Files that are right, of every kind: the settings, the experiments' own, studies, a fork."""
    settings = [ts.scenario(name) for name in SETTINGS]
    written = [one.to_toml() for one in settings] + [one.to_json() for one in settings]
    own = [path.read_text() for path in sorted(ROOT.glob("experiments/*/scenario.toml"))]
    fork = ts.fork("voluntary", 24, "voluntary").to_toml()
    return [*written, *own, fork, *STUDIES]


def is_study(text: str) -> bool:
    """Whether it has the table of a study."""
    return "[study]" in text or '"study":' in text


def ending(raw: bytes, folder: Path, of_study: bool, as_json: bool) -> str:
    """How reading these bytes ends: "read" or "refused".

    Raises whatever is a fault.
    """
    path = folder / ("given.json" if as_json else "given.toml")
    path.write_bytes(raw)
    try:
        with at_most(SECONDS):
            if of_study:
                ts.Study.read(path).size()
            else:
                one = ts.scenario(path)
                again = from_toml(one.to_toml())
                assert again.to_dict() == one.to_dict(), "another scenario after it was written"
    except TrustsimError as problem:
        text = str(problem)
        assert text.isprintable(), f"a message that is not one line: {text!r}"
        assert len(text) < 2000, f"a message of {len(text)} characters"
        return "refused"
    return "read"


def fuzzed(inputs: int, seed: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """Endings counted, and the faults told."""
    (folder / "points.csv").write_text("negativity\n1.5\n2.5\n")
    luck, right, endings, faults = Random(seed), corpus(), Counter(), []
    for number in range(inputs):
        text = luck.choice(right)
        raw = invented_file(luck) if luck.random() < 0.1 else damaged(text, right, luck)
        of_study = is_study(text) != (luck.random() < 0.05)
        as_json = raw.lstrip()[:1] == b"{" or luck.random() < 0.02
        try:
            endings[ending(raw, folder, of_study, as_json)] += 1
        except Exception:
            kept = folder / f"fault_{seed}_{number}.{'json' if as_json else 'toml'}"
            kept.write_bytes(raw)
            faults.append(
                f"{kept} ({'study' if of_study else 'scenario'})\n{traceback.format_exc()}"
            )
    return endings, faults


def main() -> None:
    """As many inputs as asked; exit code 1 after a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    strict_about_time_and_memory()
    folder = Path(tempfile.mkdtemp(prefix="fuzz_"))
    endings, faults = fuzzed(asked.inputs, asked.seed, folder)
    print(f"{asked.inputs} files: {dict(endings)}, {len(faults)} faults")
    for fault in faults[:20]:
        print(fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
