"""Propositions of the model as paired designs: effects, intervals, and whether they hold.

Each proposition is a function of a base scenario, so that it can be asked at the defaults
and at every point of the calibrated ensemble. A claim holds if its interval lies wholly on
the predicted side. Labels: DESIGN (used while building), FINDING (looked at afterwards),
RESTATED INPUT (follows from an assumption). What is found is in `docs/evidence.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from trustsim.analysis.bimodality import dip_test
from trustsim.analysis.contrasts import paired_contrast
from trustsim.analysis.hazards import hazard
from trustsim.analysis.intervals import mean_of_differences
from trustsim.analysis.tables import Floats
from trustsim.scenarios.interventions import coordinator, handover
from trustsim.scenarios.scenario import Scenario
from trustsim.simulation import Runs, simulate

if TYPE_CHECKING:
    import pandas as pd

HORIZON = 120
DESIGN, FINDING, RESTATED = "DESIGN", "FINDING", "RESTATED INPUT"


class Effect(NamedTuple):
    """One measured claim: an estimate with its 95 % interval, and the sign predicted."""

    claim: str
    unit: str
    estimate: float
    low: float
    high: float
    predicted: str  # "+", "-", "small" (inside the band) or "seen"
    holds: bool


class Proposition(NamedTuple):
    """A numbered proposition of the model's design."""

    number: int
    text: str
    label: str
    effects: Callable[[Laboratory, Scenario], Iterator[Effect]]


class Laboratory:
    """Simulates with the same luck throughout, and remembers what it has simulated."""

    def __init__(self, replicates: int, seed: int) -> None:
        self.replicates = replicates
        self.seed = seed
        self._done: dict[tuple[str, str], Runs] = {}

    def runs(self, scenario: Scenario, record: str = "runs") -> Runs:
        """Lives of a scenario."""
        key = (scenario.digest(), record)
        if key not in self._done:
            self._done[key] = simulate(
                scenario,
                replicates=self.replicates,
                seed=self.seed,
                months=HORIZON,
                record=record,
            )
        return self._done[key]

    def contrast(self, base: Scenario, other: Scenario) -> pd.DataFrame:
        """Paired differences, one row an outcome."""
        return paired_contrast(
            self.runs(base).runs, self.runs(other).runs, horizon=HORIZON, by=(36, 60, 84)
        )

    def effect(
        self, claim: str, base: Scenario, other: Scenario, outcome: str, month: int, predicted: str
    ) -> Effect:
        """One paired difference held against its predicted sign."""
        table = self.contrast(base, other)
        row = table[(table["outcome"] == outcome) & (table["month"] == month)].iloc[0]
        low, high = float(row["low"]), float(row["high"])
        holds = low > 0 if predicted == "+" else high < 0
        return Effect(
            claim, str(row["unit"]), float(row["difference"]), low, high, predicted, bool(holds)
        )


def _coordinator(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    with_one = base + coordinator()
    yield lab.effect("coordinator: dissolved by 5 years", base, with_one, "dissolved", 60, "-")
    yield lab.effect("coordinator: mature by 5 years", base, with_one, "matured", 60, "+")
    yield lab.effect(
        "coordinator: months not mature", base, with_one, "months not mature", 120, "-"
    )


def _timing(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    early, late = base + coordinator(), base + coordinator(start=24)
    yield lab.effect(
        "from the start, not from year 3: mature by 5 years", late, early, "matured", 60, "+"
    )
    yield from _kept(lab, base, base + coordinator(months=12), "gone after 12 months", "-")
    for rate, name in ((0.0, "none"), (0.05, "much")):
        settled = base.with_(institutionalising=rate)
        until, throughout = settled + coordinator(months=48), settled + coordinator()
        lost = _column(lab.runs(until), "mature_months") - _column(
            lab.runs(throughout), "mature_months"
        )
        yield _mean(f"withdrawn after 4 years, {name} institutionalised: months mature", lost, "-")


def _kept(
    lab: Laboratory, base: Scenario, short: Scenario, name: str, predicted: str
) -> Iterator[Effect]:
    """Share of the gain at five years that a coordinator who leaves has kept."""
    import numpy as np

    full = base + coordinator()
    y = [_matured(lab.runs(s), 84) for s in (base, short, full)]
    gain, kept = (y[2] - y[0]).mean(), (y[1] - y[0]).mean()
    draws = np.random.Generator(np.random.Philox(lab.seed)).integers(0, len(y[0]), (400, len(y[0])))
    ratios = [(y[1][d] - y[0][d]).mean() / max((y[2][d] - y[0][d]).mean(), 1e-9) for d in draws]
    low, high = np.quantile(ratios, [0.025, 0.975])
    yield Effect(
        f"{name}: share of the gain in maturity by 7 years that is kept",
        "share",
        float(kept / gain) if gain > 0 else float("nan"),
        float(low),
        float(high),
        "below 1/2",
        bool(gain > 0 and high < 0.5),
    )


def _appointment(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    agreed, imposed = base + coordinator(), base + coordinator(inclusiveness=0.3)
    partial = base + coordinator(allegiance=0.9)
    yield lab.effect("imposed, not agreed: mature by 5 years", agreed, imposed, "matured", 60, "-")
    yield lab.effect(
        "allegiance, against no coordinator: mature by 5 years", base, partial, "matured", 60, "-"
    )
    yield lab.effect(
        "allegiance, against no coordinator: dissolved by 5 years",
        base,
        partial,
        "dissolved",
        60,
        "+",
    )


def _turnover(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    trusting = base.with_(history=0.7)
    tenure = trusting.values()["tenure"]
    restless = trusting.with_(tenure=tenure / 2)
    yield lab.effect(
        "tenure halved at high trust: dissolved by 5 years",
        trusting,
        restless,
        "dissolved",
        60,
        "+",
    )
    yield lab.effect(
        "tenure halved at high trust: mature by 5 years", trusting, restless, "matured", 60, "-"
    )
    yield lab.effect(
        "and good handover: dissolved by 5 years",
        restless,
        restless + handover(),
        "dissolved",
        60,
        "-",
    )
    yield lab.effect(
        "and good handover: mature by 5 years", restless, restless + handover(), "matured", 60, "+"
    )


def _competences(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    values = base.values()
    for name in ("influence", "collaboration", "integrity", "process_focus"):
        raised = base.with_(**{name: values[name] + values["trait_spread"]})
        yield lab.effect(
            f"{name} up by one sd: mature by 5 years", base, raised, "matured", 60, "+"
        )


def _hierarchy(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    honest, crooked = base.with_(integrity=0.9), base.with_(integrity=0.5)
    slopes = []
    for command in (0.1, 0.9):
        trusted = lab.runs(honest.with_(command=command)).runs["home_delivery"]
        distrusted = lab.runs(crooked.with_(command=command)).runs["home_delivery"]
        slopes.append((trusted - distrusted).to_numpy(dtype=float))
    yield _mean("home delivery lost with distrust, low minus high command", slopes[0] - slopes[1])
    yield from _correlation(lab, base)
    free = base.with_(thinning=0.0, deference=0.0)
    yield lab.effect(
        "command .3 to .9, ties left alone: value",
        free.with_(command=0.3),
        free.with_(command=0.9),
        "value",
        HORIZON,
        "+",
    )
    bound = base.with_(delivery_floor=1.0)
    yield lab.effect(
        "command .3 to .9, delivery left alone: value",
        bound.with_(command=0.3),
        bound.with_(command=0.9),
        "value",
        HORIZON,
        "-",
    )


def _correlation(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """Rank correlation between command and what partnerships deliver, command spread evenly."""
    import numpy as np
    from scipy.stats import spearmanr

    levels = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
    values = [lab.runs(base.with_(command=float(c))).runs["value"].to_numpy() for c in levels]
    ranks = np.repeat(levels, lab.replicates)
    rho = float(spearmanr(ranks, np.concatenate(values)).statistic)
    margin = 1.96 / np.sqrt(len(ranks) - 3)
    low, high = rho - margin, rho + margin
    yield Effect(
        "rank correlation of command with value delivered",
        "rho",
        rho,
        low,
        high,
        "within .2 of 0",
        bool(low > -0.2 and high < 0.2),
    )


def _mean(claim: str, differences: Floats, predicted: str = "+") -> Effect:
    """Mean of paired differences with its 95 % interval."""
    found = mean_of_differences(differences)
    holds = found.low > 0 if predicted == "+" else found.high < 0
    return Effect(
        claim, "mean", float(differences.mean()), found.low, found.high, predicted, bool(holds)
    )


def _column(runs: Runs, name: str) -> Floats:
    return runs.runs[name].to_numpy(dtype=float)


def _matured(runs: Runs, month: int) -> Floats:
    when = runs.runs["month_matured"].fillna(10**6).to_numpy(dtype=float)
    return (when <= month).astype(float)


def _hump(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    for name, chosen in (("", base), (", goodwill off", base.with_(goodwill=0.0))):
        table = hazard(lab.runs(chosen).runs, event="dissolved", width=12)
        yield from _rise_and_fall(table, name)


def _rise_and_fall(table: pd.DataFrame, name: str) -> Iterator[Effect]:
    """First year and last three years against the year of the peak."""
    import numpy as np

    events = table["events"].to_numpy(dtype=float)
    exposure = table["person_months"].to_numpy(dtype=float)
    rate = events / exposure
    peak = int(np.argmax(rate))
    before, after = slice(0, 1), slice(max(len(rate) - 3, 0), len(rate))
    for part, when in ((before, "first year"), (after, "years 8 to 10")):
        there, here = events[part].sum(), events[peak]
        ratio = (there / exposure[part].sum()) / rate[peak]
        error = np.sqrt(1 / max(there, 0.5) + 1 / max(here, 0.5))
        low, high = ratio * np.exp(-1.96 * error), ratio * np.exp(1.96 * error)
        yield Effect(
            f"hazard of dissolution, {when} over the peak (year {peak + 1}){name}",
            "ratio",
            float(ratio),
            float(low),
            float(high),
            "below 1",
            bool(high < 1),
        )


def _size(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    few, many = base.with_(organisations=5), base.with_(organisations=12)
    yield lab.effect("5 to 12 members: mature by 5 years", few, many, "matured", 60, "-")
    plenty = {"meetings": base.values()["meetings"] * 11 / 4}
    yield lab.effect(
        "12 members, diaries as free as among 5: mature by 5 years",
        many,
        many.with_(**plenty),
        "matured",
        60,
        "+",
    )


def _two_fates(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """Bimodality of trust and of value among partnerships alive at seven years.

    Asked twice: of the partnership as it is, and of two members who can't leave and whose
    willingness hangs on trust (the region where it was found to hold).
    """
    steep = base.with_(
        organisations=2, people=2, may_exit=0, willingness=0.6, willingness_trust=14.0
    )
    for name, chosen in (("as it is", base), ("two members, steep in trust", steep)):
        months = lab.runs(chosen, "months").months
        alive = months[(months["month"] == 84) & (months["status"] != "dissolved")]
        yield from _dips(alive, name, lab.seed)


def _dips(alive: pd.DataFrame, name: str, seed: int) -> Iterator[Effect]:
    for column in ("mean_trust", "value"):
        found = dip_test(alive[column].to_numpy(), seed=seed)
        yield Effect(
            f"dip of {column} at 7 years, {name}",
            "dip",
            found.dip,
            found.dip,
            found.dip,
            "p < .05",
            bool(found.p_value < 0.05),
        )


PROPOSITIONS = (
    Proposition(
        1, "A coordinator lowers attrition and shortens time-to-maturity.", DESIGN, _coordinator
    ),
    Proposition(
        2, "Earlier is better; withdrawn after a year it loses most of its gain.", FINDING, _timing
    ),
    Proposition(3, "Imposed it is worth less; with allegiance it does harm.", DESIGN, _appointment),
    Proposition(
        4,
        "At high trust turnover raises attrition; handover buys part of it back.",
        FINDING,
        _turnover,
    ),
    Proposition(5, "Each of the four competences, raised alone, helps.", DESIGN, _competences),
    Proposition(
        6,
        "Command delivers at home; its net effect on the partnership is small.",
        DESIGN,
        _hierarchy,
    ),
    Proposition(9, "The hazard of dissolution rises, peaks and falls.", FINDING, _hump),
    Proposition(
        10, "More members: slower to mature, because the meeting budget binds.", FINDING, _size
    ),
    Proposition(
        18,
        "Same scenario, different luck: effective and frustrating side by side.",
        FINDING,
        _two_fates,
    ),
)


def examine(base: Scenario, *, replicates: int, seed: int) -> pd.DataFrame:
    """Every effect of every proposition from one base scenario, one row each."""
    import pandas as pd

    lab = Laboratory(replicates, seed)
    rows = [
        {"proposition": one.number, "label": one.label, **effect._asdict()}
        for one in PROPOSITIONS
        for effect in one.effects(lab, base)
    ]
    return pd.DataFrame(rows)
