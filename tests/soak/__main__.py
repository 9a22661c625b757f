"""Sweeps for an hour, killed at random: each must end as one that nobody disturbed, to the bit.

    python -m tests.soak --minutes 60 --out out/soak

Rounds follow one another: a study is swept by the real command while its processes get SIGKILL,
SIGTERM, SIGINT and SIGSTOP at random moments, resumed each time, with other workers, until it is
finished; then every file and row is compared with a quiet run. Ends with exit code 1 after a fault;
`--luck N --round R` draws that round's studies and blows again (the moments depend on the machine).
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

from tests.soak.cluster import Cluster
from tests.soak.harm import MAIN, WORKER
from tests.soak.plans import PLANS
from tests.soak.rounds import NotDoneError, Quiet, Round, Told, quiet


def main() -> None:
    """As many minutes as asked for, or one round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--luck", type=int, default=0)
    parser.add_argument("--round", type=int)
    parser.add_argument("--plan", action="append", choices=list(PLANS), help="only this one")
    asked = parser.parse_args()
    # Where this runs in the background, Ctrl-C is ignored, and the commands would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    asked.out.mkdir(parents=True)
    cluster = Cluster(asked.out.resolve()) if find_spec("distributed") else None
    began, done = time.monotonic(), list[Told]()
    try:
        for told in soaked(asked, cluster):
            done.append(told)
            found = summed(done, (time.monotonic() - began) / 60)
            text = json.dumps(
                {**found, "luck": asked.luck, "rounds": [vars(one) for one in done]}, indent=1
            )
            (asked.out / "soak.json").write_text(text, encoding="utf-8")
            print(in_words(found), *told.faults, sep="\n    FAULT ", flush=True)
    finally:
        if cluster:
            cluster.close()
    sys.exit(any(told.faults for told in done))


def soaked(asked: argparse.Namespace, cluster: Cluster | None) -> Iterator[Told]:
    """Rounds until the time is over."""
    until = time.monotonic() + 60 * asked.minutes
    place, references = asked.out.resolve(), dict[str, Quiet]()
    for number in range(1_000_000) if asked.round is None else [asked.round]:
        if asked.round is None and time.monotonic() > until:
            return
        luck = Random(f"{asked.luck}-{number}")
        name = plan_of(number, asked.luck, asked.plan or list(PLANS))
        told = Told(number, name)
        try:
            if name not in references:
                references[name] = quiet(PLANS[name], place / "quiet" / name.replace(" ", "_"))
        except NotDoneError as problem:
            told.faults.append(str(problem))
            yield told
            shutil.rmtree(place / "quiet" / name.replace(" ", "_"))
            continue
        one = Round(told, PLANS[name], references[name], place / f"round{number}", luck, cluster)
        if len(one.plan.steps) == 1:
            one.hurt = (3, 4, 5, 6)
        yield one.run()


def plan_of(number: int, luck: int, names: list[str]) -> str:
    """Every plan once before any comes again, in an order that is drawn anew."""
    turn, place = divmod(number, len(names))
    return Random(f"{luck}-order-{turn}").sample(names, len(names))[place]


def summed(done: list[Told], minutes: float) -> dict[str, Any]:
    """What was done to how many, and what came of it."""
    attempts = [attempt for told in done for attempt in told.attempts]
    blows = [blow for attempt in attempts for blow in attempt["blows"]]
    killed = [blow for blow in blows if blow["signal"] == "SIGKILL"]
    rest = Counter(blow["signal"] for blow in blows if blow["signal"] != "SIGKILL")
    return {
        "minutes": round(minutes, 1),
        "rounds_done": len(done),
        "kills_of_main": sum(blow["whom"] != WORKER for blow in killed),
        "of_these_with_workers": sum(blow["whom"] not in (MAIN, WORKER) for blow in killed),
        "kills_of_workers": sum(blow["whom"] == WORKER for blow in killed),
        "other_signals": dict(sorted(rest.items())),
        "moments_of_kills": dict(Counter(blow["phase"] for blow in killed).most_common()),
        "commands": len(attempts),
        "resumes": len(attempts) - sum(len(PLANS[told.plan].steps) for told in done),
        "hidden_folders_of_killed_merges": sum(told.drafts for told in done),
        "rows_compared": sum(told.rows for told in done),
        "faults": sum(len(told.faults) for told in done),
    }


def in_words(found: dict[str, Any]) -> str:
    others = ", ".join(f"{count} {name}" for name, count in found["other_signals"].items())
    return (
        f"{found['minutes']} minutes, {found['rounds_done']} rounds: "
        f"{found['kills_of_main']} kills of the main process, {found['kills_of_workers']} of "
        f"workers; {others or 'no other signal'}; {found['resumes']} resumes, "
        f"{found['rows_compared']:,} rows compared, {found['faults']} faults"
    )


if __name__ == "__main__":
    main()
