"""Each row of peer_targets.csv: what was done about it, and what came of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from harness import FAILS, HOLDS, verdict

from trustsim import data

REPRODUCED, ORDERING = "reproduced", "ordering holds"
PARTLY, NOT, UNJUDGED = "holds in part", "does not hold", "cannot be judged"
NUMBER, ORDER = "number", "ordering"


class Answer(NamedTuple):
    """Whether a row asks for a number or an ordering, what was done, and what stays open."""

    kind: str
    done: str
    open: str = ""


ANSWERS = {
    "PT01": Answer(NUMBER, "their rule, their grid of 3,125 points"),
    "PT02": Answer(NUMBER, "their rule as published, their grid"),
    "PT03": Answer(NUMBER, "their rule as released, their grid"),
    "PT04": Answer(NUMBER, "their rule as published, their grid, 100 periods"),
    "PT05": Answer(NUMBER, "their rule, their grid"),
    "PT06": Answer(NUMBER, "their rule, their grid"),
    "PT07": Answer(
        NUMBER,
        "their rule under both forms and both sets of phase inputs, defaults, dependence .5",
        "ends of the phases and the dependence are not known to us; ends are read off their times. "
        "Explored afterwards: with dependence .40 the code's inputs fit, the README's do not",
    ),
    "PT08": Answer(
        NUMBER,
        "nothing",
        "a rubric that its authors scored, without an observed series of trust to score against",
    ),
    "PT09": Answer(NUMBER, "their rule, their grid, counting points that differ in a metric"),
    "PT10": Answer(NUMBER, "trustsim's rule of evidence held against the closed form"),
    "PT11": Answer(
        ORDER,
        "a small market with the four sources, five strategies in the same worlds",
        "a market of ours after the abstract: numbers and their baselines can't be compared",
    ),
    "PT12": Answer(
        ORDER,
        "their curve over a grid; trustsim's closed form at the calibrated points",
        "the curve is recalled; their market is not rebuilt",
    ),
    "PT13": Answer(
        ORDER,
        "asked of trustsim: a Latin hypercube over the box of calibration; outside options doubled",
        "their model of a market is not rebuilt: the abstract gives no rule of choice",
    ),
    "PT14": Answer(
        ORDER,
        "an exact small game over a grid of payoffs, mistakes, partners and lengths",
        "their tournament's field of strategies is not in the abstract; a second chance beats none "
        "in most games here, but more chances are often better still",
    ),
    "PT15": Answer(
        ORDER,
        "asked of trustsim: the deadline, paired",
        "better before worse; no mistrust and no control come of it in trustsim",
    ),
    "PT16": Answer(
        ORDER,
        "asked of trustsim: a member of low integrity, by size and with a coordinator, paired",
        "trustsim has no search for agreement: delay of maturity stands for it; directions of the "
        "interaction are ours",
    ),
    "PT17": Answer(
        ORDER,
        "asked of trustsim: the mandate at little trust; a coordinator's capacity, paired",
        "asked at one setting: elsewhere a mandate might add value",
    ),
    "PT18": Answer(
        ORDER,
        "asked of trustsim: a coordinator's effect on the wait for maturity, paired",
        "only that liaisons speed it: trustsim has no collective position that could be moved",
    ),
    "PT19": Answer(ORDER, "the closed form of a walk to a barrier with three starts and drifts"),
}


def planned() -> list[dict[str, str]]:
    """The predictions of this experiment."""
    text = (Path(__file__).parent / "predictions.toml").read_text(encoding="utf-8")
    found: list[dict[str, str]] = tomllib.loads(text)["prediction"]
    return found


def answered(measured: pd.DataFrame) -> pd.DataFrame:
    """A row a target: id, peer, target, expected, done, found, verdict, open."""
    found = measured.set_index("quantity")
    rows = []
    for target in data.read("peer_targets").to_dict("records"):
        answer = ANSWERS[target["id"]]
        mine = [one for one in planned() if re.match(rf"{target['id']}\b", one["id"])]
        verdicts = [
            verdict(one["expected"], *found.loc[one["quantity"], ["low", "high"]]) for one in mine
        ]
        held = verdicts.count(HOLDS)
        rows.append(
            {
                **{name: target[name] for name in ("id", "peer", "target", "expected")},
                "done": answer.done,
                "found": f"{held} of {len(mine)} predictions hold" if mine else "-",
                "verdict": _verdict(answer.kind, verdicts),
                "open": answer.open,
            }
        )
    return pd.DataFrame(rows)


def _verdict(kind: str, verdicts: list[str]) -> str:
    if not verdicts:
        return UNJUDGED
    if all(one == HOLDS for one in verdicts):
        return REPRODUCED if kind == NUMBER else ORDERING
    if HOLDS in verdicts:
        return PARTLY
    return NOT if FAILS in verdicts else UNJUDGED
