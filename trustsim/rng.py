"""Luck with an address: counter-based random numbers (Philox4x32-10).

A draw is a pure function of (seed, replicate, month, who, about whom, purpose). Nothing
is consumed in sequence, so two scenarios meet the same luck, and the number of workers,
the chunking and the engine can't change a number. Written with + * & ^ >> on plain
integers only: the same lines run interpreted, compiled and on NumPy int64 arrays.

Reference: salmon2011. Checked against the published vectors in tests/test_rng.py.
"""

from __future__ import annotations

from typing import Any

WORD = 0xFFFFFFFF
MULTIPLIER_0 = 0xD2511F53
MULTIPLIER_1 = 0xCD9E8D57
WEYL_0 = 0x9E3779B9
WEYL_1 = 0xBB67AE85
HALF_WORD = 16
HALF = 0xFFFF
UNIT = 2.3283064365386963e-10  # 2 ** -32
CENTRE = 0.5  # keeps a uniform strictly between 0 and 1

# Purposes: append only, never renumber, or old results change.
MEETING = 1  # do these two meet; and what the first does
REPLY = 2  # what the second does
TURNOVER = 3
ATTENTION = 4  # where the coordinator looks
CAPACITY = 5
EXIT = 6
PARTNERSHIP = 7  # vote, sponsor, reaching for a bullet
INCIDENT = 8
INFLUENCE = 16
COLLABORATION = 17
INTEGRITY = 18
PROCESS_FOCUS = 19
DISPOSITION = 20
STAKE = 21
OUTSIDE_OPTION = 22
HISTORY = 23
ORDER = 24  # in which a month's meetings take place, where that matters (studies/variants.py)


def philox(key_0: Any, key_1: Any, c_0: Any, c_1: Any, c_2: Any, c_3: Any) -> Any:
    """Four random 32-bit words for one 64-bit key and one 128-bit counter.

    Words are integers in [0, 2**32); arguments likewise. Ten rounds, as published.

    >>> [hex(word) for word in philox(0, 0, 0, 0, 0, 0)]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    for _ in range(10):
        product_0 = MULTIPLIER_0 * c_0
        product_1 = MULTIPLIER_1 * c_2
        c_0 = ((product_1 >> 32) & WORD) ^ c_1 ^ key_0
        c_2 = ((product_0 >> 32) & WORD) ^ c_3 ^ key_1
        c_1 = product_1 & WORD
        c_3 = product_0 & WORD
        key_0 = (key_0 + WEYL_0) & WORD
        key_1 = (key_1 + WEYL_1) & WORD
    return c_0, c_1, c_2, c_3


def uniform(word: Any) -> Any:
    """Number strictly between 0 and 1 from one word; a multiple of 2**-33.

    >>> uniform(0) > 0.0, uniform(0xFFFFFFFF) < 1.0
    (True, True)
    """
    return (word + CENTRE) * UNIT


def draw(
    key_0: Any, key_1: Any, replicate: Any, month: Any, who: Any, about: Any, purpose: Any
) -> Any:
    """Four independent uniforms at one address.

    replicate < 2**32; month < 2**32 (0 = before the first); who, about < 2**16.
    """
    return draw_at(key_0, key_1, replicate, month, (who << HALF_WORD) | about, purpose)


def draw_at(key_0: Any, key_1: Any, replicate: Any, month: Any, pair: Any, purpose: Any) -> Any:
    """Four independent uniforms, where `pair` holds who (upper half) and about whom (lower).

    >>> draw_at(5, 0, 1, 2, (3 << HALF_WORD) | 4, MEETING) == draw(5, 0, 1, 2, 3, 4, MEETING)
    True
    """
    w_0, w_1, w_2, w_3 = philox(key_0, key_1, replicate, month, pair, purpose)
    return uniform(w_0), uniform(w_1), uniform(w_2), uniform(w_3)


def key_of_seed(seed: int) -> tuple[int, int]:
    """The two key words of a seed in [0, 2**64).

    >>> key_of_seed(2**32 + 5)
    (5, 1)
    """
    return seed & WORD, (seed >> 32) & WORD
