"""What each part of a month costs: `python -m tests.benchmarks.parts [--sizes 8x2 ...]`.

Puts a reading of the processor's clock between the statements of the kernel's month, by
rewriting its source before it is compiled, and prints nanoseconds an ordered pair-month for a
table of docs/performance.md. A reading costs about as much as a small part: its own cost,
measured on an empty stretch, is taken off.
"""

import argparse
import ast
import ctypes
import inspect
import os
import tempfile
import textwrap
import time

import numpy as np

os.environ["TRUSTSIM_CACHE_DIR"] = tempfile.mkdtemp(prefix="trustsim-parts-")

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from tests.benchmarks.engines import MONTHS, of_size, pair_months
from trustsim.engines import kernel, kernel_meetings
from trustsim.engines.ensemble import run_chunk
from trustsim.engines.packing import setup

SPENT = np.zeros((64, 2), dtype=np.int64)  # by part: cycles, readings
LAST = ctypes.c_int64(0)
PARTS: list[str] = []
READING = "reading the clock"
WORK = 400_000  # pair-months a measurement: shorter than a turn on a shared processor
IDLE = "between partnerships"


@intrinsic
def stamp(context, part):
    """Adds the cycles since the last stamp to this part."""

    def build(context, builder, signature, arguments):
        long = ir.IntType(64)
        clock = builder.module.declare_intrinsic(
            "llvm.readcyclecounter", (), ir.FunctionType(long, [])
        )
        now = builder.call(clock, [])

        def at(address):
            return builder.inttoptr(ir.Constant(long, address), long.as_pointer())

        last = at(ctypes.addressof(LAST))
        offset = builder.mul(arguments[0], ir.Constant(long, SPENT.itemsize * 2))
        base = builder.add(offset, ir.Constant(long, SPENT.ctypes.data))
        cycles = builder.inttoptr(base, long.as_pointer())
        count = builder.inttoptr(builder.add(base, ir.Constant(long, 8)), long.as_pointer())
        spent = builder.sub(now, builder.load(last))
        builder.store(builder.add(builder.load(cycles), spent), cycles)
        builder.store(builder.add(builder.load(count), ir.Constant(long, 1)), count)
        builder.store(now, last)
        return context.get_dummy_value()

    return types.void(types.int64), build


def number_of(part: str) -> int:
    """Row of SPENT that belongs to this part."""
    if part not in PARTS:
        PARTS.append(part)
    return PARTS.index(part)


def name_of(statement: ast.stmt) -> str:
    """The function that a statement calls, or what kind of statement it is."""
    call = getattr(statement, "value", None)
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
        return call.func.id
    if isinstance(statement, ast.For):
        return f"for {ast.unparse(statement.target)} in {ast.unparse(statement.iter)}"
    return "set up"


def stamped(body: list[ast.stmt], prefix: str, deep: tuple[str, ...]) -> list[ast.stmt]:
    """The statements with a stamp after each; `deep`: loops to go into."""
    found: list[ast.stmt] = []
    loops = 0
    for statement in body:
        found.append(statement)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        if isinstance(statement, ast.AugAssign):
            continue
        name = name_of(statement)
        if isinstance(statement, ast.For) and name not in deep:
            loops += 1
            name = f"loop {loops}"
        if name == "draw_acts":
            name += " " + ast.unparse(statement.value.args[2])
        if isinstance(statement, ast.For) and name in deep:
            statement.body = stamped(statement.body, prefix, deep)
            continue
        if isinstance(statement, ast.If) and "meetings" in prefix:
            statement.body = stamped(statement.body, prefix, deep)
        if isinstance(statement, ast.If | ast.Return):
            continue
        found.append(ast.parse(f"stamp({number_of(prefix + name)})").body[0])
    return found


def rewrite(module, function: str, deep: tuple[str, ...] = (), twice: bool = False) -> None:
    """Put stamps into a function of a module."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(getattr(module, function))))
    definition = tree.body[0]
    prefix = f"{function}: "
    definition.body = stamped(definition.body, prefix, deep)
    if twice:
        reading = ast.parse(f"stamp({number_of(READING)})").body[0]
        definition.body += [reading, reading]
    module.stamp = stamp
    exec(compile(ast.fix_missing_locations(tree), module.__file__, "exec"), vars(module))  # noqa: S102


def between_months() -> None:
    """Founding and counting, before and after the months, as parts of their own."""
    plain = ast.parse(inspect.getsource(kernel.run_replicates)).body[0]
    lives = next(item for item in plain.body if isinstance(item, ast.For))
    months = next(item for item in lives.body if isinstance(item, ast.While))
    founded = [name_of(item) for item in lives.body].index("begin") + 1
    for body, place, part in (
        (months.body, len(months.body), "counting"),
        (lives.body, founded, "founding"),
        (lives.body, 0, IDLE),
    ):
        body.insert(place, ast.parse(f"stamp({number_of(part)})").body[0])
    tree = ast.fix_missing_locations(ast.Module([plain], []))
    exec(compile(tree, kernel.__file__, "exec"), vars(kernel))  # noqa: S102


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="*", default=["3x1", "8x2", "20x2", "42x2"])
    parser.add_argument("--repeats", type=int, default=60)
    parser.add_argument("--coarse", action="store_true", help="phases only")
    options = parser.parse_args()
    if not options.coarse:
        people = "for x in range(count)"
        rewrite(kernel_meetings, "meetings", (people,))
        rewrite(kernel_meetings, "hold")
        kernel.meetings = kernel_meetings.meetings
    rewrite(kernel, "one_month", twice=True)
    between_months()
    table: dict[str, list[float]] = {}
    for size in options.sizes:
        organisations, each = (int(part) for part in size.split("x"))
        chosen = of_size(organisations, each)
        plan = setup(chosen.values(), chosen.change_rows())
        pairs = pair_months(organisations, each)
        count = max(1, WORK // pairs)
        run_chunk(plan, 1, 0, 4, MONTHS, False)
        best: tuple = ()
        for _ in range(options.repeats):
            SPENT[:] = 0
            begin = time.perf_counter_ns()
            run_chunk(plan, 1, 0, count, MONTHS, False)
            end = time.perf_counter_ns()
            spent = SPENT.astype(float)
            spent[PARTS.index(IDLE)] = 0.0
            scale = (end - begin) / spent[:, 0].sum()
            if not best or end - begin < best[0]:
                best = (end - begin, spent, scale)
        _, spent, scale = best
        reading = spent[PARTS.index(READING)]
        cost = reading[0] / reading[1]
        per = 1 / (count * pairs)
        for number, part in enumerate(PARTS):
            if part in (IDLE, READING):
                continue
            cycles, readings = spent[number]
            table.setdefault(part, []).append((cycles - readings * cost) * scale * per)
        table.setdefault("all, with readings", []).append(best[0] * per)
    print("| part | " + " | ".join(options.sizes) + " |")
    for part, found in table.items():
        print(f"| {part} | " + " | ".join(f"{value:.2f}" for value in found) + " |")


if __name__ == "__main__":
    main()
