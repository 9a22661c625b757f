"""How long work shows that it goes on: a bar, lines of JSON for a batch queue, or nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

EVERY = 5.0  # seconds between lines of JSON
FORMS = ("auto", "bar", "json", "none")


@contextmanager
def shown(total: int | None, form: str) -> Iterator[Callable[[int], object]]:
    """Runs stored so far, on standard error.

    total: runs in all, if that is known; form: "auto" (a bar on a terminal), "bar", "json" (a
    line every few seconds: stored, total, rate a second, seconds_left) or "none".
    """
    if form == "json":
        lines = _Lines(total)
        yield lines.advance
        lines.write()
        return
    from tqdm import tqdm

    hidden = None if form == "auto" else form == "none"
    with tqdm(
        total=total, unit=" runs", unit_scale=True, disable=hidden, leave=False, smoothing=0.1
    ) as bar:
        yield bar.update


class _Lines:
    def __init__(self, total: int | None) -> None:
        self._total = total
        self._stored = self._before = 0
        self._began = self._last = monotonic()
        self._first = True

    def advance(self, runs: int) -> None:
        self._stored += runs
        if self._first:
            # What was stored by an earlier call says nothing about this one's rate.
            self._before, self._first = self._stored, False
        if monotonic() - self._last >= EVERY:
            self.write()

    def write(self) -> None:
        self._last = monotonic()
        spent = self._last - self._began
        rate = (self._stored - self._before) / spent if spent > 0 else 0.0
        left = None
        if self._total is not None and rate > 0:
            left = round((self._total - self._stored) / rate, 1)
        line = {
            "stored": self._stored,
            "total": self._total,
            "rate": round(rate, 1),
            "seconds_left": left,
        }
        print(json.dumps(line), file=sys.stderr, flush=True)
