"""Fingerprints of results: `python -m tests.parity.digests 0 1 2` prints those of the compiled
engine for these random scenarios; `--write` renews `golden.json` (a change of the science,
which wants an entry in the changelog).
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from tests.parity.random_scenarios import RandomScenario, scenario_number
from trustsim.engines.ensemble import Raw, run_chunk
from trustsim.engines.mesa_engine import run_mesa
from trustsim.engines.packing import setup

GOLDEN = Path(__file__).with_name("golden.json")
GOLDEN_NUMBERS = range(60)
REPLICATES = 2


def compiled(scenario: RandomScenario, replicates: int = REPLICATES) -> Raw:
    plan = setup(scenario.values(), scenario.change_rows(), scenario.menu_size())
    return run_chunk(plan, scenario.seed, scenario.first, replicates, scenario.months, True, True)


def with_agents(scenario: RandomScenario, replicates: int = REPLICATES) -> Raw:
    return run_mesa(
        scenario,
        seed=scenario.seed,
        first=scenario.first,
        count=replicates,
        months=scenario.months,
        record_months=True,
        record_members=True,
    )


def digest(raw: Raw) -> str:
    """Hash of every bit of a result."""
    found = hashlib.sha256()
    for table in raw:
        found.update(str(table.shape).encode())
        kind = "<f8" if table.dtype.kind == "f" else "<i8"
        found.update(np.ascontiguousarray(table, dtype=kind).tobytes())
    return found.hexdigest()


def digests(numbers) -> dict[str, str]:
    return {str(number): digest(compiled(scenario_number(number))) for number in numbers}


if __name__ == "__main__":
    if "--write" in sys.argv:
        GOLDEN.write_text(json.dumps(digests(GOLDEN_NUMBERS), indent=1) + "\n")
    else:
        print(json.dumps(digests(int(number) for number in sys.argv[1:])))
