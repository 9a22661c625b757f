"""How long work shows that it goes on: a bar, lines of JSON for a batch queue, or nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

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
    hidden = None if form == "auto" else form == "none"
    with _bar(total, disable=hidden, unit=" runs", unit_scale=True, smoothing=0.1) as bar:
        yield bar.update


@contextmanager
def progress_bar(total: int, *, quiet: bool) -> Iterator[Callable[[int], object]]:
    """Partnerships done so far, on standard error, if that is a terminal."""
    # Delayed, so that the line about compiling is not written into the bar.
    with _bar(total, disable=True if quiet else None, unit=" partnerships", delay=0.001) as bar:
        yield bar.update


def _bar(total: int | None, **options: Any) -> Any:
    from tqdm import tqdm

    return tqdm(total=total, leave=False, **options)  # disable=None: it finds out about a terminal


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
        runs = {"stored": self._stored, "total": self._total}
        line = {**runs, "rate": round(rate, 1), "seconds_left": left}
        print(json.dumps(line), file=sys.stderr, flush=True)
