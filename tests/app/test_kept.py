"""What was computed is kept for whoever asks next, among threads as well."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from trustsim.app import kept


def all_at_once(ask, given):
    """What each of so many threads got."""
    with ThreadPoolExecutor(len(given)) as threads:
        return list(threads.map(ask, given))


def test_one_thing_is_computed_once_however_many_ask():
    made, begun = [], threading.Barrier(8)

    @kept.kept(2)
    def square(number):
        made.append(number)
        time.sleep(0.05)
        return number * number

    def ask(number):
        begun.wait()
        return square(number)

    assert all_at_once(ask, [3] * 8) == [9] * 8
    assert made == [3]
    square(4), square(5), square(3)
    assert made == [3, 4, 5, 3]  # only the last two were kept


def test_no_more_is_computed_at_once_than_there_are_cores():
    now, most, lock = [0], [0], threading.Lock()

    @kept.kept(99)
    def slowly(number):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        return number

    found = all_at_once(slowly, range(6 * (os.cpu_count() or 1)))
    assert len(found) == 6 * (os.cpu_count() or 1)
    assert most[0] <= (os.cpu_count() or 1)


def test_what_failed_is_tried_again():
    tries = []

    @kept.kept(2)
    def fails_first():
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("once")
        return "made"

    with pytest.raises(ValueError, match="once"):
        fails_first()
    assert fails_first() == "made"
