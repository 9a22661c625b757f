"""No dead dials: every parameter, and every argument of every intervention, moves some result.

Compared bit by bit on twins, so there is no chance in it. The base has every mechanism switched
on; a dial that moves nothing there is dead, or its mechanism is not wired up.
"""

import numpy as np
import pytest

import trustsim as ts
from trustsim.engines import packing
from trustsim.engines.ensemble import run_chunk
from trustsim.model.parameters import BY_NAME, INDEX, NAMES, ORGANISATION, PARAMETERS
from trustsim.model.rules.change import SET
from trustsim.scenarios.change import may_be_aimed
from trustsim.scenarios.interventions import CATALOG

do = ts.interventions

REPLICATES, MONTHS, MEMBERS = 60, 60, 5

# Every dose above zero, trust of a middling kind, and enough going wrong.
EVERYTHING_ON = {
    "organisations": MEMBERS, "people": 3, "tiers": 2, "history": 0.5, "history_spread": 0.15,
    "history_depth": 3.0, "goodwill": 0.8, "trait_spread": 0.15, "tenure": 25.0,
    "turnover_frustration": 1.0, "handover": 0.4, "meetings": 4.0, "replacement": 0.005,
    "misreading": 0.15, "excuse": 0.6, "willingness": 1.0, "willingness_trust": 6.0,
    "breach_rate": 0.03, "rivalry": 0.3, "challenge": 0.4, "command": 0.5, "thinning": 0.3,
    "delivery_floor": 0.2, "delivery_influence": 0.4, "delivery_trust": 0.3,
    "command_across": 0.1, "coordinator_capacity": 1.5, "coordinator_allegiance": 0.2,
    "coaching": 0.4, "charter": 0.3, "compliance": 0.1, "evidence_discount": 0.1,
    "reporting": 0.05, "extra_meetings": 0.2, "monitoring": 0.2, "incident_integrity": 0.02,
    "incident_competence": 0.02, "incident_share": 0.5, "expectation_raised": 0.05,
    "urgency": 0.05, "process_skipped": 0.1, "announcement": 0.05, "routines_lost": 0.005,
    "routines_on_paper": 0.005, "silver_bullet_threshold": 0.1, "silver_bullet_pause": 6.0,
    "routine_growth": 0.15, "breadth_threshold": 0.5, "maturity_threshold": 0.4,
    "developing_threshold": 0.25, "maturity_hold": 3, "nominal_threshold": 0.3,
    "mature_value": 0.3, "tokenistic_share": 0.6, "tokenistic_hold": 6, "pressure": 0.8,
    "pace": 10.0, "ratchet": 0.1, "may_exit": 1, "outside_hazard": 0.002, "exit_option": 0.02,
    "exit_frustration": 0.03, "exit_breach": 0.3, "exit_departure": 0.3, "exit_contagion": 0.4,
    "quorum": 0.5, "refill": 0.05, "vote_rate": 0.1, "vote_threshold": 0.15,
    "sponsor_stop": 0.01,
}  # fmt: skip

# Where a tenth of the range, or the other end of a switch, is no telling change.
TELLING = {
    "organisations": 6, "people": 4, "tiers": 3, "may_exit": 0, "tenure": 15.0, "pace": 30.0,
    "history_depth": 6.0, "depth_half": 20.0, "prior_weight": 8.0, "maturity_hold": 9,
    "tokenistic_hold": 3, "silver_bullet_pause": 24.0, "coordinator_capacity": 3.0,
    "trust_rule": 4,
}  # fmt: skip


def everything_on():
    menu = (do.deadline(months=3), do.away_day(), do.incentive(months=6))
    return ts.Scenario("everything", EVERYTHING_ON).reaching_for(*menu, propensity=0.3)


def outcome(scenario):
    runs = ts.simulate(scenario, replicates=REPLICATES, months=MONTHS, seed=9, record="months")
    return [table.tobytes() for table in runs._raw]


def another(parameter, value):
    """A value of the parameter some way off, within its range."""
    if parameter.name in TELLING:
        return TELLING[parameter.name]
    step = 0.1 * min(parameter.high - parameter.low, 10.0)
    return value + step if value + step <= parameter.high else value - step


@pytest.fixture(scope="module")
def base():
    return everything_on()


@pytest.fixture(scope="module")
def results(base):
    return outcome(base)


def test_the_base_has_every_mechanism_on(base):
    values = base.values()
    off = [row.name for row in PARAMETERS if row.evidence == "dose" and values[row.name] == 0]
    assert not off
    runs = ts.simulate(base, replicates=REPLICATES, months=MONTHS, seed=9).runs
    for column in ("matured", "dissolved", "departures", "replaced_by_decree",
                   "members_lost", "tokenistic_months", "mature_months", "relapses", "breaches",
                   "bullets_reached_for"):  # fmt: skip
        assert (runs[column] > 0).any(), column


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_moves_some_result(base, results, name):
    changed = base.with_(**{name: another(BY_NAME[name], base.values()[name])})
    assert changed != base
    assert outcome(changed) != results


@pytest.mark.parametrize("name", [p.name for p in PARAMETERS if p.level == ORGANISATION])
def test_what_may_be_aimed_at_one_member_can_be(base, results, name):
    """And it is another thing than aiming at everybody, or at another member."""
    assert may_be_aimed(name)
    value = another(BY_NAME[name], base.values()[name])
    found = []
    for target in (-1.0, 1.0, 2.0):
        row = (float(INDEX[name]), float(SET), float(value), 1.0, 0.0, -1.0, target, -1.0)
        plan = packing.setup(base.values(), sorted([*base.change_rows(), row]), base.menu_size())
        raw = run_chunk(plan, 9, 0, REPLICATES, MONTHS, True)
        found.append(b"".join(table.tobytes() for table in raw))
    assert len({b"".join(results), *found}) == 4


# For each argument a value that is neither the default nor out of range.
OTHERWISE = {
    "start": 7, "months": 4, "dose": 0.4, "target": 2, "kind": "competence", "slower": 3.5,
    "size": 2.0, "share": 0.2, "capacity": 2.5, "meetings": 0.2,
}  # fmt: skip

ARGUMENTS = [
    (name, argument)
    for name, definition in CATALOG.items()
    for argument in ("start", "months", "dose", "target", *definition.arguments)
    if argument != "target"
    or all(may_be_aimed(effect.parameter) for effect in definition.recipe(**definition.arguments))
]


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
def test_every_argument_of_every_intervention_moves_some_result(base, name, argument):
    given = {"start": 3}
    usual = CATALOG[name].arguments.get(argument, 0.0)
    value = OTHERWISE[argument] if argument in OTHERWISE else usual / 2 or 0.3
    assert value != usual
    as_usual = outcome(base + CATALOG[name](**given))
    assert outcome(base + CATALOG[name](**{**given, argument: value})) != as_usual


@pytest.mark.parametrize("name", CATALOG)
def test_every_intervention_can_be_reached_for(name):
    """From a menu it works as it does by date, from the month after it was reached for."""
    idle = everything_on().with_(silver_bullet_pause=0.0, silver_bullet_threshold=0.05)
    nothing = outcome(idle.reaching_for(do.mandate(dose=0), propensity=1.0))
    assert outcome(idle.reaching_for(CATALOG[name](), propensity=1.0)) != nothing


def test_the_comparison_can_see_a_dead_dial(base, results):
    assert outcome(base.with_(name="another name")) == results
    assert all(np.frombuffer(table).size for table in results[:2])
