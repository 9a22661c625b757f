"""The model in plain C (`oracle.c`), built when first asked for and run like the compiled engine.

Not part of the package: a second telling of the rules that shares no line with the kernel, to
try the kernel's bits against and to measure its speed by.
"""

from __future__ import annotations

import atexit
import ctypes
import functools
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from trustsim import schema
from trustsim.engines import packing
from trustsim.engines.ensemble import Raw
from trustsim.model.actions import ACTIONS
from trustsim.model.parameters import PARAMETERS
from trustsim.model.trust_rules import EVIDENCE

SOURCE = Path(__file__).with_name("oracle.c")
COMPILER = shutil.which("gcc")
OPTIONS = ("-O3", "-march=native", "-ffp-contract=off", "-std=c99", "-Wall", "-Wextra", "-Werror")
AVX2 = ("-DAVX2", "-march=x86-64-v3", "-mtune=native")  # no wider vectors than by hand
EFFECTS = ("evidence", "violation", "promise", "delivers", "ordered", "show", "habit", "smoke")
WIDE, LONG, REAL = ctypes.c_uint64, ctypes.c_int64, ctypes.c_void_p


def tables() -> str:
    """The header `tables.h`: where to find what, and what the package tabulates."""
    return "\n".join([*_places(), *_numbers()]) + "\n"


def _places() -> Iterator[str]:
    names = {
        "P": tuple(parameter.name for parameter in PARAMETERS),
        "R": schema.column_names(schema.RUNS),
        "M": schema.column_names(schema.MONTHS),
    }
    for prefix, listed in names.items():
        yield from (f"#define {prefix}_{name} {place}" for place, name in enumerate(listed))
    yield f"#define N_PARAMETERS {len(PARAMETERS)}"
    yield f"#define N_RUN_COLUMNS {len(schema.RUNS)}"
    yield f"#define N_MONTH_COLUMNS {len(schema.MONTHS)}"
    yield f"#define N_ACTIONS {len(ACTIONS)}"


def _numbers() -> Iterator[str]:
    for end in ("low", "high"):
        ends = ", ".join(float(getattr(parameter, end)).hex() for parameter in PARAMETERS)
        yield f"static const double {end.upper()}[] = {{{ends}}};"
    yield f"enum {{ {', '.join(action.name.upper() for action in ACTIONS)} }};"
    yield "static const Action ACTIONS[] = {"
    for action in ACTIONS:
        effects = ", ".join(float(getattr(action, effect)).hex() for effect in EFFECTS)
        yield f"    {{{effects}, M_{action.observable}}},"
    yield "};"


def build(*options: str) -> Path:
    """The library, built with further options into a folder of its own."""
    assert COMPILER is not None, "gcc is needed to build tests/benchmarks/oracle.c"
    folder = Path(tempfile.mkdtemp(prefix="trustsim-oracle-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "tables.h").write_text(tables())
    library = folder / "oracle.so"
    command = [COMPILER, *OPTIONS, *options, "-shared", "-fPIC", f"-I{folder}", str(SOURCE)]
    done = subprocess.run(
        [*command, "-o", str(library), "-lm"], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return library


@functools.cache
def oracle(by_hand: bool = False):
    """The function `run_oracle` of `oracle.c`; built once a process. by_hand: with `avx2.h`."""
    function = ctypes.CDLL(str(build(*AVX2 if by_hand else ()))).run_oracle
    number = ctypes.c_int
    function.argtypes = [
        *(number, number, REAL, REAL, number, number),
        *(WIDE, ctypes.c_uint32, LONG, number, REAL, REAL, REAL),
    ]
    function.restype = LONG
    return function


def run_oracle(
    plan: packing.Setup,
    seed: int,
    first: int,
    count: int,
    months: int,
    record_months: bool,
    by_hand: bool = False,
) -> Raw:
    """Replicates first ... first + count - 1, like `engines.ensemble.run_chunk`.

    by_hand: the build in which the costly parts are written in AVX2. The C tells the model's own
    rule of trust; raises ValueError for any other.
    """
    if plan.rule != EVIDENCE:
        raise ValueError(f"oracle.c does not tell rule of trust {plan.rule}")
    base, changes = np.ascontiguousarray(plan.base), np.ascontiguousarray(plan.changes)
    runs = np.zeros((count, len(schema.RUNS)))
    rows = np.zeros((count * months if record_months else 0, len(schema.MONTHS)))
    occupancy = np.zeros((months, len(schema.OCCUPANCY) - 1), dtype=np.int64)
    written = oracle(by_hand)(
        plan.organisations,
        plan.people,
        base.ctypes.data,
        changes.ctypes.data,
        len(changes),
        plan.menu,
        seed,
        first,
        count,
        months,
        runs.ctypes.data,
        rows.ctypes.data if record_months else None,
        occupancy.ctypes.data,
    )
    if written < 0:
        raise MemoryError("no memory for the oracle's partnership")
    return Raw(runs, rows[:written], occupancy, np.zeros((0, len(schema.MEMBERS))))
