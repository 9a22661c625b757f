"""Folders of results with bytes flipped, cut off, added: the right rows, or a refusal.

    python -m tests.fuzz.stores --inputs 2000

Each input damages a copy of one finished study in one to three places, then asks something of it,
or resumes it. A fault is another exception, a hang, or a table that is not the undisturbed one.
"""

from __future__ import annotations

import argparse
import functools
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from unittest import mock

import pandas as pd

import trustsim as ts
from tests.fuzz.files import SECONDS, at_most, strict_about_time_and_memory
from tests.sweeps.conftest import PIECE, same_bits
from trustsim.errors import TrustsimError
from trustsim.sweeps import Sweep, sweep
from trustsim.sweeps.merge import merge

STUDY = functools.partial(
    ts.Study,
    "dyad",
    replicates=2 * PIECE,
    months=12,
    seed=5,
    record="members",
    arms={"baseline": [], "coordinator": ["coordinator(start=0)"]},
    factors={"negativity": [1.2, 2.5]},
)


def _resumed(path: Path, out: Path) -> pd.DataFrame:
    sweep(STUDY(), path, workers=1, resume=True)
    return Sweep.read(path).table("members")


def _merged(path: Path, out: Path) -> pd.DataFrame:
    merge([path], out)
    return Sweep.read(out).runs


ASKED: dict[str, Callable[[Path, Path], pd.DataFrame]] = {
    "runs": lambda path, _: Sweep.read(path).runs,
    "members": lambda path, _: Sweep.read(path).table("members"),
    "summary": lambda path, _: Sweep.read(path).summary(by=[6, 12]),
    "contrasts": lambda path, _: Sweep.read(path).contrasts(by=[6, 12]),
    "merge": _merged,
    "resume": _resumed,
}


def damage(path: Path, luck: Random) -> None:
    """Changes one file in place."""
    raw = bytearray(path.read_bytes())
    where = luck.randrange(len(raw) + 1)
    kind = luck.randrange(6)
    if kind <= 1 and raw:
        raw[where % len(raw)] ^= 1 << luck.randrange(8)
    elif kind == 2:
        del raw[where:]
    elif kind == 3:
        raw[where : where + luck.randrange(1, 64)] = bytes(luck.randrange(64))
    elif kind == 4:
        raw[where:where] = luck.randbytes(luck.randrange(1, 32))
    else:
        del raw[where : where + luck.randrange(1, 32)]
    path.write_bytes(raw)


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Raises AssertionError unless both hold the same rows to the bit."""
    if "replicate" in one:
        same_bits(one, other)
    else:
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def fuzzed(inputs: int, seed: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """Endings counted, and the faults told."""
    with (
        mock.patch("trustsim.sweeps.plan.pair_months", return_value=1),
        mock.patch("trustsim.sweeps.plan.PAIR_MONTHS", PIECE),
    ):
        sweep(STUDY(), folder / "whole", workers=1)
        right = {name: ask(folder / "whole", folder / name) for name, ask in ASKED.items()}
        luck, endings, faults = Random(seed), Counter(), []
        for number in range(inputs):
            place = folder / f"fault_{seed}_{number}"
            shutil.copytree(folder / "whole", place / "results")
            files = sorted(path for path in (place / "results").rglob("*") if path.is_file())
            chosen = [luck.choice(files) for _ in range(luck.choice((1, 1, 2, 3)))]
            for path in chosen:
                damage(path, luck)
            asked = luck.choice(list(ASKED))
            try:
                with at_most(SECONDS):
                    same(ASKED[asked](place / "results", place / "out"), right[asked])
                endings[f"{asked} right"] += 1
            except TrustsimError:
                endings[f"{asked} refused"] += 1
            except Exception:
                names = [str(path.relative_to(place)) for path in chosen]
                faults.append(f"{asked} after {names}: {place}\n{traceback.format_exc()}")
                continue
            shutil.rmtree(place)
    return endings, faults


def main() -> None:
    """As many inputs as asked; exit code 1 after a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    strict_about_time_and_memory()
    endings, faults = fuzzed(asked.inputs, asked.seed, Path(tempfile.mkdtemp(prefix="fuzz_")))
    print(f"{asked.inputs} folders: {dict(sorted(endings.items()))}, {len(faults)} faults")
    for fault in faults[:20]:
        print(fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
