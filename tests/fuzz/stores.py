"""Damage to a file of results."""

from pathlib import Path
from random import Random


def damage(path: Path, luck: Random) -> None:
    """Flip a bit of a file, cut it off, or put in, overwrite or take out bytes."""
    raw = bytearray(path.read_bytes())
    where = luck.randrange(len(raw) + 1)
    kind = luck.randrange(6)
    if kind <= 1 and raw:
        raw[where % len(raw)] ^= 1 << luck.randrange(8)
    elif kind == 2:
        del raw[where:]
    elif kind == 3:
        raw[where : where + luck.randrange(1, 64)] = bytes(luck.randrange(64))
    elif kind == 4:
        raw[where:where] = luck.randbytes(luck.randrange(1, 32))
    else:
        del raw[where : where + luck.randrange(1, 32)]
    path.write_bytes(raw)
