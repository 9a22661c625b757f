"""The kernel without its compiler: the same lines, on plain objects in place of NumPy's records.

Numba reads a field of a record as fast as any number. Python takes longer for it than for all the
rest of a month, so without the compiler (NUMBA_DISABLE_JIT=1: a debugger, a count of what tests
run, a machine that numba does not know) the kernel gets objects with the same names. The numbers
are the same to the bit: Python's and NumPy's are the same 64 bits, and worked on in the same order.
"""

from __future__ import annotations

import functools
from itertools import product
from typing import Any

import numpy as np

from trustsim.engines import kernel, packing


@functools.cache
def _kind(names: tuple[str, ...]) -> type[Any]:
    return type("Record", (), {"__slots__": names})


def _record(dtype: np.dtype[np.void]) -> Any:
    names = dtype.names or ()
    record = _kind(names)()
    for name in names:
        setattr(record, name, 0.0)
    return record


class ByPlace:
    """A record's fields by place instead of by name: the other half of `packing.Arrays`."""

    def __init__(self, record: Any) -> None:
        self.record, self.names = record, record.__slots__

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, place: int) -> Any:
        return getattr(self.record, self.names[place])

    def __setitem__(self, place: int, value: Any) -> None:
        setattr(self.record, self.names[place], value)


class RowsByPlace:
    """The same for several records: by row and place."""

    def __init__(self, records: list[Any]) -> None:
        self.rows = [ByPlace(record) for record in records]

    def __getitem__(self, at: tuple[int, int]) -> Any:
        return self.rows[at[0]][at[1]]

    def __setitem__(self, at: tuple[int, int], value: Any) -> None:
        self.rows[at[0]][at[1]] = value


LISTS, VIEWS = ("base", "low", "high", "tier"), ("changes", "fixed")
"""Arrays of `packing.Setup` with one dimension, and with two."""


def plain_setup(plan: packing.Setup) -> packing.Setup:
    """The setup with lists and views in place of arrays."""
    lists: dict[str, Any] = {name: getattr(plan, name).tolist() for name in LISTS}
    views: dict[str, Any] = {name: memoryview(getattr(plan, name)) for name in VIEWS}
    return plan._replace(**lists, **views)


def plain_arrays(plan: packing.Setup, s: packing.Arrays) -> packing.Arrays:
    """Fresh working memory as `packing.arrays` gives it, with objects in place of records."""
    m, n = plan.organisations, plan.organisations * plan.people
    parameters = [_record(packing.RECORD) for _ in range(m + 1)]
    whole, tally = _record(packing.WHOLE), _record(packing.SUMS)
    return s._replace(
        flat=RowsByPlace(parameters),
        parameters=parameters,
        stocks=ByPlace(whole),
        whole=[whole],
        sums=ByPlace(tally),
        tally=[tally],
        active=s.active.tolist(),
        reached=s.reached.tolist(),
        counts=s.counts.tolist(),
        here=memoryview(s.here),
        who=memoryview(s.who),
        ties=memoryview(s.ties),
        tie=memoryview(s.tie),
        person=[_record(packing.PERSON) for _ in range(n)],
        organisation=[_record(packing.ORGANISATION) for _ in range(m)],
        pair={(a, b): _record(packing.PAIR) for a, b in product(range(m), range(m))},
    )


def run_replicates(plan: packing.Setup, s: packing.Arrays, *rest: Any) -> None:
    """`kernel.run_replicates` on the same arguments; the tables of results are filled as there."""
    kernel.run_replicates(plain_setup(plan), plain_arrays(plan, s), *rest)
