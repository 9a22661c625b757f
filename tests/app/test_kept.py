"""What one visitor's page computed is used again for the next."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from trustsim.app import kept


def test_one_thing_is_computed_once_however_many_ask_at_the_same_moment():
    made, begun = [], threading.Barrier(8)

    @kept.kept(2)
    def square(number):
        made.append(number)
        time.sleep(0.05)
        return number * number

    def ask(number):
        begun.wait()
        return square(number)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, [3] * 8)) == [9] * 8
    assert made == [3]
    square(4), square(5), square(3)
    assert made == [3, 4, 5, 3]  # only the last two were kept


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
