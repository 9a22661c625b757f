"""Files damaged on purpose: bytes, lines, values and structure, from a seeded generator."""

from __future__ import annotations

import json
import re
from random import Random

VALUES = (
    "0", "-1", "1e400", "-1e400", "nan", "inf", "1e-320", "99999999999999999999", "1_0", "0x10",
    "true", "false", '""', "''", '"nan"', '"coordinator(start=0)"', "[]", "{}", "[[]]", "[1, 2]",
    "{a = 1}", "1979-05-27", "1979-05-27T07:32:00Z", '"\\u0000"', '"\\ud800"', '"\u202e"', "null",
    '"../../etc/passwd"', '"__import__(\'os\')"', '"coordinator(start=9**9**9)"', '"grid"',
    '"mandate(start=1e308)"', '"' + "x" * 3000 + '"', "[" * 400, "(" * 400, "1" * 5000, "1e10",
    '"' + "(" * 3000 + '"', '"coordinator(start=' + "-" * 3000 + '1)"', "1000000000",
)  # fmt: skip
"""What somebody, or something, might put in the place of a value."""

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
TEXT = re.compile(r'"[^"\n]*"')
NAME = re.compile(r"^[ \t]*\"?([A-Za-z_][\w.]*)\"?[ \t]*[=:]", re.MULTILINE)


def damaged(text: str, corpus: list[str], luck: Random) -> bytes:
    """A file with one to four damages; as bytes, because some are no text any more."""
    for _ in range(luck.choice((1, 1, 2, 4))):
        text = luck.choice(OF_TEXT)(text, corpus, luck)
    raw = text.encode("utf-8", "surrogatepass")
    return luck.choice(OF_BYTES)(raw, luck) if luck.random() < 0.2 else raw


def invented(luck: Random, depth: int = 0) -> object:
    """Plain data that nobody meant: what JSON can hold, at random."""
    kind = luck.randrange(4 if depth > 4 else 6)
    if kind == 0:
        return luck.choice((None, True, False))
    if kind == 1:
        return luck.choice((0, -1, 10**400, 1.5, 1e308, float("nan"), float("inf"), 7))
    if kind in (2, 3):
        return _word(luck)
    if kind == 4:
        return [invented(luck, depth + 1) for _ in range(luck.randrange(4))]
    return {_word(luck): invented(luck, depth + 1) for _ in range(luck.randrange(5))}


def invented_file(luck: Random) -> bytes:
    """JSON out of nothing, under the names that a file should have."""
    inside = {_word(luck): invented(luck) for _ in range(luck.randrange(6))}
    tables = luck.sample(("scenario", "study", "factors", "arms", "design"), luck.randrange(4))
    data = inside | {name: invented(luck) for name in tables}
    if luck.random() < 0.5:
        data["scenario"] = inside
    return json.dumps(data).encode("utf-8", "surrogatepass")


def _word(luck: Random) -> str:
    known = (
        "scenario", "study", "name", "based_on", "interventions", "menu", "fork", "negativity",
        "organisations", "replicates", "design", "factors", "arms", "months", "seed", "low", "high",
        "values", "precision", "outcome", "levels", "file", "stp", "voluntary", "grid", "record",
        "coordinator", "mandate(start=3)", "", "\x00", "\u202e", "a" * 300, "..", "/", "0",
    )  # fmt: skip
    return luck.choice(known)


def _replace(pattern: re.Pattern[str], text: str, by: str, luck: Random) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    one = luck.choice(found)
    first, last = one.span(1 if pattern.groups else 0)
    return text[:first] + by + text[last:]


def _number(text: str, corpus: list[str], luck: Random) -> str:
    return _replace(NUMBER, text, luck.choice(VALUES), luck)


def _text(text: str, corpus: list[str], luck: Random) -> str:
    return _replace(TEXT, text, luck.choice(VALUES), luck)


def _name(text: str, corpus: list[str], luck: Random) -> str:
    others = NAME.findall(luck.choice(corpus)) or ["name"]
    return _replace(NAME, text, luck.choice([*others, "Name", "organisation", "a.b.c", ""]), luck)


def _drop_line(text: str, corpus: list[str], luck: Random) -> str:
    lines = text.splitlines()
    if lines:
        del lines[luck.randrange(len(lines))]
    return "\n".join(lines)


def _repeat_line(text: str, corpus: list[str], luck: Random) -> str:
    lines = text.splitlines()
    if lines:
        lines.insert(luck.randrange(len(lines) + 1), luck.choice(lines))
    return "\n".join(lines)


def _strange_line(text: str, corpus: list[str], luck: Random) -> str:
    lines, others = text.splitlines(), luck.choice(corpus).splitlines() or [""]
    lines.insert(luck.randrange(len(lines) + 1), luck.choice(others))
    return "\n".join(lines)


def _character(text: str, corpus: list[str], luck: Random) -> str:
    where = luck.randrange(len(text) + 1)
    return text[:where] + luck.choice("[]{}()\"'=,.#\\\n\x00\u202e\ufeffe-9") + text[where:]


def _cut(text: str, corpus: list[str], luck: Random) -> str:
    return text[: luck.randrange(len(text) + 1)]


def _flip(raw: bytes, luck: Random) -> bytes:
    if not raw:
        return raw
    where = luck.randrange(len(raw))
    return raw[:where] + bytes([raw[where] ^ 1 << luck.randrange(8)]) + raw[where + 1 :]


def _noise(raw: bytes, luck: Random) -> bytes:
    where = luck.randrange(len(raw) + 1)
    return raw[:where] + luck.randbytes(luck.randrange(1, 9)) + raw[where:]


def _mark(raw: bytes, luck: Random) -> bytes:
    return luck.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) + raw


OF_TEXT = (
    _number, _number, _text, _text, _name,
    _drop_line, _repeat_line, _strange_line, _character, _cut,
)  # fmt: skip
OF_BYTES = (_flip, _noise, _mark)
