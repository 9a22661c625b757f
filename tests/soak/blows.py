"""Which signals fall on a command, and when: drawn so that every moment gets its share."""

from __future__ import annotations

from random import Random

from tests.soak.harm import GROUP, MAIN, WORKER, Blow

MAIN_KILLED = (("SIGKILL", MAIN), ("SIGKILL", MAIN), ("SIGKILL", GROUP))
OTHERS = (("SIGTERM", MAIN), ("SIGTERM", GROUP), ("SIGINT", MAIN), ("SIGINT", GROUP))


def drawn(
    luck: Random, *, parts: int, stored: int, seconds: float, merge: bool, apart: bool
) -> list[Blow]:
    """Blows for one attempt, in order; the last one may end it.

    parts: of the finished folder; stored: of these, there already; seconds: that the command took
    undisturbed; merge: it is no sweep; apart: its workers are other processes.
    """
    blows = []
    if luck.random() < 0.2:
        whom = luck.choice((MAIN, GROUP, WORKER) if apart else (MAIN, GROUP))
        blows.append(_timed(luck, ("SIGSTOP", whom), parts, stored, seconds, merge))
        blows[-1] = blows[-1]._replace(pause=luck.uniform(0.05, 1.5))
    if apart and luck.random() < 0.5:
        for _ in range(luck.choice((1, 1, 2))):
            blows.append(_timed(luck, ("SIGKILL", WORKER), parts, stored, seconds, merge))
    if not apart or luck.random() < 0.8:
        kind = luck.choice(MAIN_KILLED if luck.random() < 0.75 else OTHERS)
        blows.append(_timed(luck, kind, parts, stored, seconds, merge))
        if kind[0] == "SIGINT" and luck.random() < 0.3:
            # Somebody who presses Ctrl-C again.
            blows.append(Blow(*kind, "clock", 0, luck.uniform(0.02, 0.8)))
    return blows


def _timed(
    luck: Random, kind: tuple[str, str], parts: int, stored: int, seconds: float, merge: bool
) -> Blow:
    short = luck.choice((0.0, luck.uniform(0.0, 0.02), luck.uniform(0.0, 0.3)))
    if merge:
        event = luck.choice(("clock", "merging", "merging", "all parts"))
    else:
        event = luck.choice(("clock", "clock", "file", "parts", "parts", "all parts"))
        if kind[1] == WORKER:
            event = luck.choice(("worker", "worker", "parts"))
    if event == "clock":
        short = luck.uniform(0.0, 1.1 * seconds)
    if event == "file":
        short = luck.choice((0.0, 0.0, luck.uniform(0.0, 2.0)))
    if event == "worker":
        short = luck.uniform(0.0, seconds)
    return Blow(*kind, event, luck.randint(stored + 1, max(parts, stored + 1)), short)
