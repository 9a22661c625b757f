"""Other models' numbers and orderings, each held against this code."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from E09_peers import fire, models, nulls
from E09_peers.answers import answered
from E09_peers.arms import Lab, asked
from E09_peers.pictures import plot_null_hazards, plot_renault
from harness import Analysis

import trustsim as ts
from trustsim.analysis.summaries import time_to_maturity
from trustsim.analysis.survival import hazard
from trustsim.report import Figure, Table, picture

TITLE = "Do other models' numbers come out?"
FULL = {
    "replicates": 2000, "seed": 909, "months": 120, "points": 60, "worlds": 40, "walks": 20_000,
}  # fmt: skip
TOY = {"replicates": 25, "seed": 909, "months": 120, "points": 4, "worlds": 2, "walks": 400}
NULLS = {
    "constant hazard": nulls.constant_hazard,
    "random walk": nulls.random_walk,
    "frailty": nulls.frailty,
    "frailty, all ageing": lambda **size: nulls.frailty(ageing=2.0, **size),
}


def analyse(
    scenario: ts.Scenario, sizes: Mapping[str, int], progress: Callable[[int], object]
) -> Analysis:
    """Rules and small models first, then what is asked of trustsim itself."""
    markets = fire.compared(sizes["worlds"], seed=sizes["seed"])
    games = models.phelan_table()
    rows = [
        *models.pant_yu_rows(),
        *models.beta_rows(),
        *models.fire_rows(markets),
        *models.klos_rows(),
        *models.phelan_rows(games),
        *models.le_mens_rows(),
        *asked(Lab(sizes, progress), scenario),
    ]
    measured = pd.DataFrame(rows)
    answers, paths = answered(measured), models.renault_paths()
    hazards, fates = without_trust(sizes)
    return Analysis(
        measured,
        [
            Table("answers", "Every target, and what came of it", "", answers),
            Table("renault", "Renault and Nissan, point by point", "Shares.", paths),
            Table(
                "renault_explored",
                "Renault and Nissan at other dependences, explored after the verdicts",
                "Largest distance from a published point; no prediction was made for it.",
                models.renault_explored(),
            ),
            Table("markets", "The FIRE markets, world by world", "Mean utility.", markets),
            Table("games", "The games with an exit", "Mean payoff a period.", games),
            Table("nulls", "Models that know nothing of trust", "Fates by age.", fates),
            Table("null_hazards", "Their hazards of dissolution", "95 % intervals.", hazards),
        ],
        _figures(paths, hazards),
        sentences(answers, measured),
        LIMITS,
    )


def without_trust(sizes: Mapping[str, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hazards of dissolution and times to maturity of the null models."""
    hazards, fates = [], []
    for name, model in NULLS.items():
        runs = model(replicates=sizes["walks"], seed=sizes["seed"], months=sizes["months"])
        hazards.append(hazard(runs, event="dissolved", width=12).assign(model=name))
        fates.append(time_to_maturity(runs, horizon=sizes["months"]).assign(model=name))
    return pd.concat(hazards, ignore_index=True), pd.concat(fates, ignore_index=True)


def _figures(paths: pd.DataFrame, hazards: pd.DataFrame) -> list[Figure]:
    return [
        Figure(
            "renault",
            "Renault's trust in Nissan, simulated and published",
            "Lines: their rule as published and as released, with the phase inputs of their README "
            "and of their code. The end of the fourth phase is not published: here, period 60.",
            picture(plot_renault(paths)),
            paths,
        ),
        Figure(
            "null_hazards",
            "What a hazard of dissolution looks like without any trust",
            "Each model has two numbers, set from the dissolution by 5 years and the median time "
            "to maturity that trustsim is calibrated on.",
            picture(plot_null_hazards(hazards)),
            hazards,
        ),
    ]


def sentences(answers: pd.DataFrame, measured: pd.DataFrame) -> list[str]:
    """Conclusions, with their numbers."""
    counts = answers["verdict"].value_counts()
    found = measured.set_index("quantity")["estimate"]
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    published, released = (
        found[f"pant_yu.recovery.{form}.median"] for form in ("published", "released")
    )
    nearest = min(found[name] for name in found.index if name.startswith("pant_yu.renault"))
    recovery = (
        f"Pant and Yu's median recovery is {published:.3f} under the rule they published and "
        f"{released:.3f} under the one they released."
    )
    renault = (
        f"Renault and Nissan: the nearest of four simulations is off by {nearest:.3f} at worst; "
        "within .02 was asked."
    )
    grid = (
        f"At {found['pant_yu.distinct.published']:,.0f} points of their grid of 78,125 a metric "
        "differs: two of their seven parameters enter none."
    )
    return [f"Of {len(answers)} targets: {told}.", recovery, renault, grid]


REBUILT = (
    "Only Pant and Yu's rule and the closed forms are rebuilt in full. The market after FIRE and "
    "the game after Phelan and others are ours, in the spirit of an abstract: an ordering that "
    "holds there supports the idea, not the paper; one that fails may be the fault of our market."
)
ASKED = (
    "Where trustsim is asked, its own outcomes stand for those of the paper: delay of maturity for "
    "slow agreement, value for results. Positions, watersheds and tournaments it does not have."
)
LIMITS = [
    REBUILT,
    ASKED,
    "Orderings were asked at one setting, with interventions at their defaults.",
    "Targets marked as restated inputs test this code, not anybody's theory.",
]
