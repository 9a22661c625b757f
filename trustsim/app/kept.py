"""What was computed is kept for whoever asks next: one at a time for each thing, few at once.

Many readers ask the same (a class that opens the same address): it is computed once, and the
others wait for it. Many ask different things: as many as the machine has cores are computed at
once, and the others wait for their turn, so that none of them takes forever.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Made = TypeVar("Made")

TURNS = threading.BoundedSemaphore(max(os.cpu_count() or 1, 1))
"""How many are computed at once, whatever they are."""


class _Place:
    """Where one thing will be, or is."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.made: list[object] = []


def kept(most: int) -> Callable[[Callable[Given, Made]], Callable[Given, Made]]:
    """Keep the last so many results of a function, whoever asked; safe among threads.

    What raises is not kept: whoever asks next has it tried again.
    """

    def around(make: Callable[Given, Made]) -> Callable[Given, Made]:
        places: OrderedDict[Hashable, _Place] = OrderedDict()
        lock = threading.Lock()

        def asked(*given: Given.args, **named: Given.kwargs) -> Made:
            key = (given, tuple(sorted(named.items())))
            with lock:
                place = places.setdefault(key, _Place())
                places.move_to_end(key)
                while len(places) > most:
                    places.popitem(last=False)
            with place.lock:
                if not place.made:
                    with TURNS:
                        place.made.append(make(*given, **named))
                return place.made[0]  # type: ignore[return-value]

        return asked

    return around
