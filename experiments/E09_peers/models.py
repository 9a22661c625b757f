"""What the peers' own rules, curves and small models say: one row of `measured` an answer."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd
from E00_calibration.ensemble import points
from E09_peers import beta_reputation, fire, klos_nooteboom, le_mens, pant_yu, phelan
from E09_peers.arms import Row, row

from trustsim import data, theory
from trustsim.analysis.intervals import mean_of_differences
from trustsim.model.rules.trust import trust_from_evidence

GAMES = [
    phelan.Game(outside, mistake, loyal, periods)
    for outside, mistake, loyal, periods in product(
        (1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75),
        (0.02, 0.05, 0.1, 0.2),
        (0.25, 0.5, 0.75),
        (20, 50, 100),
    )
]
RENAULT = {"readme": pant_yu.README_INPUTS, "code": pant_yu.CODE_INPUTS}
FOURTH_ENDS = (60, 70)
"""The end of their fourth phase is not published; both of the time points it may be are tried."""


def exact(quantity: str, value: float, unit: str, size: int = 1) -> Row:
    """A number without chance in it."""
    return row(quantity, float(value), float(value), float(value), unit, size)


def pant_yu_rows() -> list[Row]:
    """The grid under both forms, and Renault and Nissan under both forms and inputs."""
    swept = {form: pant_yu.sweep(form) for form in pant_yu.FORMS}
    published, size = swept["published"], len(swept["published"])
    rows = [
        exact("pant_yu.negativity.median", published["negativity"].median(), "ratio", size),
        exact("pant_yu.cumulative.median", published["cumulative"].median(), "ratio", size),
        exact("pant_yu.dependency.mean", published["dependency"].mean(), "ratio", size),
    ]
    for form, found in swept.items():
        late = pant_yu.sweep(form, periods=100)["recovery"]
        small = pant_yu.distinct(pant_yu.sweep(form, levels=(0, 2, 4)))
        rows += [
            exact(f"pant_yu.recovery.{form}.median", found["recovery"].median(), "ratio", size),
            exact(f"pant_yu.recovered_by_100.{form}", (late >= 1.0).mean(), "of one", size),
            exact(f"pant_yu.distinct.{form}", pant_yu.distinct(found), "points", size),
            exact(f"pant_yu.distinct_of_243.{form}", small, "points", 3**5),
        ]
    paths = renault_paths()
    for form, name in product(pant_yu.FORMS, RENAULT):
        mine = paths[(paths["form"] == form) & (paths["inputs"] == name)]
        off = mine.groupby("fourth_ends")["off"].max()
        rows.append(exact(f"pant_yu.renault.{form}.{name}", off.min(), "trust", len(off)))
    return rows


def renault_paths() -> pd.DataFrame:
    """Renault's trust in Nissan: form, inputs, fourth_ends, time, trust, published, off."""
    published = _published()
    parts = []
    for form, (name, inputs), end in product(pant_yu.FORMS, RENAULT.items(), FOURTH_ENDS):
        levels = pant_yu.renault_nissan(inputs, fourth_ends=end, form=form)
        part = pd.DataFrame({"time": pant_yu.TIMES, "trust": levels, "published": published})
        parts.append(part.assign(form=form, inputs=name, fourth_ends=end))
    found = pd.concat(parts, ignore_index=True)
    return found.assign(off=(found["trust"] - found["published"]).abs())


def renault_explored() -> pd.DataFrame:
    """The published rule at other dependences: inputs, dependence, fourth_ends, off (at worst).

    Thought of once the verdicts had been seen: no prediction rests on it.
    """
    published = _published()
    rows = []
    for (name, inputs), end, level in product(
        RENAULT.items(), FOURTH_ENDS, np.linspace(0.2, 0.8, 13).round(2)
    ):
        found = pant_yu.renault_nissan(inputs, fourth_ends=end, dependence=float(level))
        off = max(abs(one - other) for one, other in zip(found, published, strict=True))
        rows.append({"inputs": name, "dependence": level, "fourth_ends": end, "off": off})
    return pd.DataFrame(rows)


def _published() -> list[float]:
    expected = data.read("peer_targets").set_index("id").loc["PT07", "expected"]
    return [float(level) for level in str(expected).split(";")]


def beta_rows() -> list[Row]:
    """trustsim's rule of evidence at the beta's prior, held against the beta."""
    counts = list(product(range(0, 200, 7), range(0, 200, 7)))
    off = [
        abs(trust_from_evidence(r, s, 0.0, 0.5, 2.0) - beta_reputation.expectation(r, s))
        for r, s in counts
    ]
    after = [(beta_reputation.expectation(r, r), r) for r in range(200)]
    uneven = [
        abs(
            (beta_reputation.expectation(r + 1, r) - level)
            - (level - beta_reputation.expectation(r, r + 1))
        )
        for level, r in after
    ]
    return [
        exact("beta.largest_difference", max(off), "share", len(off)),
        exact("beta.largest_asymmetry", max(uneven), "share", len(uneven)),
    ]


def fire_rows(found: pd.DataFrame) -> list[Row]:
    """All four sources beside each alone, in the same worlds; the fall and the recovery."""
    whole = found.pivot(index="world", columns="strategy", values="whole")
    every = found[found["strategy"] == "all four"].set_index("world")
    changes = {
        **{f"fire.all_minus.{name}": whole["all four"] - whole[name] for name in fire.SOURCES},
        "fire.all_minus.none": whole["all four"] - whole["none"],
        "fire.all.after_minus_before": every["after"] - every["before"],
        "fire.all.later_minus_before": every["later"] - every["before"],
    }
    rows = []
    for name, change in changes.items():
        values = change.to_numpy()
        bounds = mean_of_differences(values)
        rows.append(row(name, float(values.mean()), *bounds, "utility", len(values)))
    return rows


def klos_rows() -> list[Row]:
    """Whether trust out of loyalty, and trustsim's out of steady news, rises ever more slowly."""
    grid = list(product((0.1, 0.3, 0.5, 0.7, 0.9), (0.1, 0.3, 0.5, 0.7, 0.9)))
    kept = []
    for base, speed in grid:
        path = klos_nooteboom.trust_along([True] * 40 + [False], base=base, speed=speed)
        kept.append(_concave(path[:-1]) and path[-1] == base)
    table = points()
    ours = []
    for point in table.to_dict("records"):
        weight, fade = float(point["prior_weight"]), float(point["evidence_kept"])
        months = np.arange(0, 41)
        counts = theory.evidence_after(months, news=1.0, kept=fade)
        levels = theory.trust_from_counts(counts, 0.0, prior=0.5, prior_weight=weight)
        broken = theory.trust_from_counts(
            counts[-1], float(point["negativity"]), prior=0.5, prior_weight=weight
        )
        ours.append(_concave(levels) and float(broken) < levels[-1])
    return [
        exact("klos.share_of_grid", np.mean(kept), "of one", len(grid)),
        exact("klos.trustsim_share_of_points", np.mean(ours), "of one", len(ours)),
    ]


def _concave(levels: object) -> bool:
    steps = np.diff(np.asarray(levels, dtype=np.float64))
    return bool((steps > 0).all() and (np.diff(steps) < 0).all())


def phelan_table() -> pd.DataFrame:
    """Every game of the grid: what one chance, two, and staying pay, and the best number."""
    rows = []
    for game in GAMES:
        paid = {f"leave at {k}": phelan.payoff(k, game) for k in phelan.CHANCES}
        stay = phelan.payoff(phelan.NEVER, game)
        rows.append({**game._asdict(), **paid, "stay": stay, "best": phelan.best_chances(game)})
    return pd.DataFrame(rows)


def phelan_rows(table: pd.DataFrame) -> list[Row]:
    """Second chance, leaving, and forgiveness as the outside payoff rises."""
    leaving = table[[f"leave at {k}" for k in phelan.CHANCES]].max(axis=1)
    falls = [
        bool((np.diff(part.sort_values("outside")["best"].to_numpy()) <= 0).all())
        for _, part in table.groupby(["mistake", "loyal", "periods"])
    ]
    shares: Mapping[str, tuple[float, int]] = {
        "second_beats_first": ((table["leave at 2"] > table["leave at 1"]).mean(), len(table)),
        "second_is_best": ((table["best"] == 2).mean(), len(table)),
        "leaving_beats_staying": ((leaving > table["stay"]).mean(), len(table)),
        "never_more_forgiving": (float(np.mean(falls)), len(falls)),
    }
    return [exact(f"phelan.{name}", value, "of one", n) for name, (value, n) in shares.items()]


def le_mens_rows() -> list[Row]:
    """1 where the walk's hazard has the shape it is known for."""
    return [
        exact(f"le_mens.{name}", le_mens.shape_of(le_mens.hazards(name)) == walk.shape, "of one")
        for name, walk in le_mens.WALKS.items()
    ]
