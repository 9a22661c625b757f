"""Every month of a life as pictures that fit in one page: what months share is kept once.

A page holds a table of pieces of text, and each picture as a text of places in that table: one
character for pieces that come often, two or three for the others. A `!` before a place says that
only a beginning of the piece is meant, and its length follows: the curves and events of a timeline
grow, so those of a month are the beginning of those of the last month. A dozen lines in
`handout.js` put pictures together again.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from trustsim.app import words
from trustsim.app.living import Life
from trustsim.app.picture import network, timeline

MOST_FRAMES = 240
DIGITS = "".join(chr(one) for one in range(35, 127) if chr(one) not in "<\\")
"""Characters that numbers are written with: all stand as they are in JSON and in HTML."""

ONE, TWO = 50, 84
"""First digits below ONE are places by themselves; below TWO one more digit follows, else two."""

GROWING = re.compile(r'(<polyline points="[^"]*|<g class="events">(?:<g>.*?</g>)*)')
SEAMS = re.compile(
    r"(?=<(?:g|br>|p>))|(?<=[> ])(?:(?<=</title>)|(?<=trust\">)|(?<=; )|(?<=table, ))"
)
HEAD = re.compile(r'^<svg [^>]*?aria-label="[^"]*"')
EXACT = re.compile(r' data-trust="[^"]*"')
Tokens = list[int | tuple[int, int]]
"""Places in the table of pieces, or a place and a length."""


class Pieces:
    """Pieces of text, each kept once."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._places: dict[str, int] = {}
        self._uses: list[int] = []
        self._growing: list[int] = []

    def table(self) -> list[str]:
        """The pieces, those that come most often first."""
        return [self._texts[place] for place in self._order()]

    def writer(self) -> Callable[[Tokens], str]:
        """What writes places as text, once the table is complete."""
        ranks = {place: rank for rank, place in enumerate(self._order())}

        def written(packed: Tokens) -> str:
            return "".join(
                place_written(ranks[one])
                if isinstance(one, int)
                else f"!{place_written(ranks[one[0]])}{digits(one[1], 3)}"
                for one in packed
            )

        return written

    def begin(self) -> None:
        """Another life, whose curves have nothing in common with those before."""
        self._growing = []

    def pack(self, text: str) -> Tokens:
        """The places of which a text is made; give a life's months from the last to the first."""
        text = EXACT.sub("", text)
        head = HEAD.match(text)
        cut = head.end() if head else 0
        # What is said of a picture is another text every month, of words that come again.
        packed: Tokens = [self._place(one) for one in re.split(r"(?<= )", text[:cut]) if one]
        for nth, part in enumerate(GROWING.split(text[cut:])):
            if nth % 2:
                packed.append(self._grown(part))
            else:
                packed += [self._place(one) for one in SEAMS.split(part) if one]
        return packed

    def _order(self) -> list[int]:
        return sorted(range(len(self._texts)), key=lambda place: -self._uses[place])

    def _grown(self, part: str) -> int | tuple[int, int]:
        for place in self._growing:
            if self._texts[place].startswith(part):
                self._uses[place] += 1
                return place, len(part)
        self._growing.append(self._place(part))
        return self._growing[-1]

    def _place(self, piece: str) -> int:
        if piece not in self._places:
            self._places[piece] = len(self._texts)
            self._texts.append(piece)
            self._uses.append(0)
        self._uses[self._places[piece]] += 1
        return self._places[piece]


def place_written(rank: int) -> str:
    """The place of a piece, shorter for those that come first in the table."""
    base = len(DIGITS)
    if rank < ONE:
        return digits(rank, 1)
    if rank < ONE + (TWO - ONE) * base:
        return digits(rank - ONE + ONE * base, 2)
    return digits(rank - ONE - (TWO - ONE) * base + TWO * base * base, 3)


def digits(number: int, width: int) -> str:
    """A number in so many characters.

    >>> digits(0, 2), digits(91, 2)
    ('##', '$$')
    """
    written = ""
    for _ in range(width):
        number, rest = divmod(number, len(DIGITS))
        written = DIGITS[rest] + written
    return written


def months_shown(horizon: int) -> list[int]:
    """Months that a slider goes through: all of them, or evenly spread ones and the last.

    >>> months_shown(3), months_shown(600)[:3], months_shown(601)[-2:]
    ([0, 1, 2, 3], [0, 3, 6], [600, 601])
    """
    step = -(-horizon // MOST_FRAMES)
    return sorted({*range(0, horizon + 1, step), horizon})


def packed_life(
    life: Life, pieces: Pieces, months: list[int], lever: str = "the lever"
) -> list[list[Tokens]]:
    """Network, timeline and words of these months, until nothing changes any more.

    lever: what is done to the partnership, as the words call it.
    """
    pieces.begin()
    lived = life.at(life.horizon).month
    # Once it has ended, one more picture serves for all months that follow.
    last = next((nth for nth, month in enumerate(months) if month > lived), len(months) - 1)
    packed = [
        [
            pieces.pack(network(life, month)),
            pieces.pack(timeline(life, month)),
            pieces.pack(words.now(life, month, lever)),
        ]
        for month in reversed(months[: last + 1])
    ]
    return packed[::-1]
