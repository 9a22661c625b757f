"""Propositions 6, 13 and 14: command, the loss of a leader, a leader of low integrity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import scipy
from E00_propositions.estimators import Estimate, Flags
from E00_propositions.laboratory import (
    HORIZON,
    RESTATED,
    Effect,
    Laboratory,
    column,
    held_against,
    mean_effect,
)

from trustsim.analysis.tables import Floats
from trustsim.scenarios.change import Change
from trustsim.scenarios.interventions import replace_leaders
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.scenario import Scenario

HIGH, LOW = 0.9, 0.1
LIFELONG = 1200.0


def hierarchy(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """Command at home and in the partnership, as a whole and path by path."""
    honest, crooked = base.with_(integrity=0.9), base.with_(integrity=0.5)
    slopes = []
    for command in (0.1, 0.9):
        trusted = lab.runs(honest.with_(command=command)).runs["home_delivery"]
        distrusted = lab.runs(crooked.with_(command=command)).runs["home_delivery"]
        slopes.append((trusted - distrusted).to_numpy(dtype=float))
    yield mean_effect(
        "home delivery lost with distrust, low minus high command", slopes[0] - slopes[1]
    )
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
    levels = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
    values = [lab.runs(base.with_(command=float(c))).runs["value"].to_numpy() for c in levels]
    ranks = np.repeat(levels, lab.replicates)
    rho = float(scipy.stats.spearmanr(ranks, np.concatenate(values)).statistic)
    margin = 1.96 / np.sqrt(len(ranks) - 3)
    found = Estimate(rho, float(rho - margin), float(rho + margin))
    yield held_against(
        "rank correlation of command with value delivered", "rho", found, "within .2 of 0"
    )


def loss_of_leader(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """The first member's leader is replaced in month 37; trust in month 40, where it is alive.

    Only that member's command differs. Compared are partnerships that are alive, with that
    member still in, in all four arms.
    """
    loss = replace_leaders(target=0, share=1.0, start=36)
    found = {}
    for command in (HIGH, LOW):
        kept = base + _first_member(command)
        found[command] = _first_seat(lab, kept), _first_seat(lab, kept + loss)
    stays = np.logical_and.reduce([seat.stays for pair in found.values() for seat in pair])
    for name, ties in (("trusted", "others' trust in its people"), ("trusting", "their trust")):
        falls = {
            command: (getattr(without, name) - getattr(with_leader, name))[stays]
            for command, (with_leader, without) in found.items()
        }
        for differences, where in (
            (falls[HIGH], "command .9"),
            (falls[LOW], "command .1"),
            (falls[HIGH] - falls[LOW], "command .9 minus .1"),
        ):
            claim = f"leader lost, {where}: {ties} 3 months later"
            yield mean_effect(claim, differences, "-", "share")


class _Seat(NamedTuple):
    """Trust in and of the people of the first seat, and whether its founder still holds it."""

    stays: Flags
    trusted: Floats
    trusting: Floats


def _first_seat(lab: Laboratory, scenario: Scenario) -> _Seat:
    lives = lab.runs(scenario, "members", 40)
    members = lives.members
    first = members[members["organisation"] == 0].sort_values("replicate")
    alive = ~lives.runs.sort_values("replicate")["dissolved"].to_numpy(dtype=bool)
    return _Seat(
        alive & first["month_left"].isna().to_numpy(),
        first["trusted"].to_numpy(dtype=float),
        first["trusting"].to_numpy(dtype=float),
    )


def _first_member(command: float) -> Intervention:
    """The first member's command, from the start."""
    return Intervention(
        "first member's command", (), (Change("command", "set", command, target=0),)
    )


def crooked_leader(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """The first member appoints a leader in month 2, who stays: of integrity .2 or of .7.

    Whoever sits there stays (tenure without end, in both arms), so that it is one leader.
    Home delivery is of all members: one of eight, so .005 is 4 points of that member's own.
    """
    lost = {}
    for command in (HIGH, LOW):
        crooked, honest = (base + _appointed(level, command) for level in (0.2, 0.7))
        lost[command] = column(lab.runs(crooked), "home_delivery") - column(
            lab.runs(honest), "home_delivery"
        )
    yield mean_effect(
        "one leader of low integrity, command .9: home delivery of all",
        lost[HIGH],
        "within .005 of 0",
        "share of promises",
        RESTATED,
    )
    yield mean_effect(
        "one leader of low integrity, command .9 minus .1: home delivery of all",
        lost[HIGH] - lost[LOW],
        "+",
        "share of promises",
        RESTATED,
    )
    crooked, honest = (base + _appointed(level, HIGH) for level in (0.2, 0.7))
    for outcome, month, predicted in (
        ("matured", 60, "-"),
        ("dissolved", 60, "+"),
        ("value", HORIZON, "-"),
    ):
        when = f"{outcome} by 5 years" if month == 60 else outcome
        yield lab.effect(
            f"one leader of low integrity, command .9: {when}",
            honest,
            crooked,
            outcome,
            month,
            predicted,
        )


def _appointed(integrity: float, command: float) -> Intervention:
    return Intervention(
        "first member's leader",
        (),
        (
            Change("command", "set", command, target=0),
            Change("tenure", "set", LIFELONG, target=0),
            Change("replacement", "set", 1.0, start=1, months=1, target=0),
            Change("integrity", "set", integrity, start=1, months=1, target=0),
        ),
    )
