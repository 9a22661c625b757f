"""The table of state variables is true: whatever happens, each of them stays in its range."""

import math

import pytest

import trustsim as ts
from tests.test_every_parameter import everything_on
from trustsim.model import state
from trustsim.model.trust_rules import TRUST_RULES
from trustsim.schema import CAUSES, STATUSES

ENTITIES = (
    state.Tie, state.Person, state.Pair, state.Organisation, state.Seat, state.Partnership,
)  # fmt: skip


def held_by(model):
    """Each thing of a partnership that remembers something, with the class that describes it."""
    yield state.Partnership, model
    for organisation in model.organisations:
        yield state.Organisation, organisation
        yield state.Seat, organisation.record
        for person in organisation.people:
            yield state.Person, person
            for tie in person.ties.values():
                yield state.Tie, tie


@pytest.mark.parametrize("rule", range(len(TRUST_RULES)), ids=[one.name for one in TRUST_RULES])
def test_every_state_variable_stays_in_its_range(rule):
    table = {entity: state.described(entity) for entity in ENTITIES}
    seen = set()
    for replicate in range(3):
        scenario = everything_on().with_(trust_rule=rule)
        model = ts.Partnership(scenario, seed=7, replicate=replicate, months=48)
        while model.running:
            model.step()
            for entity, thing in held_by(model):
                seen.add(entity)
                for name, held in table[entity].items():
                    value = getattr(thing, name)
                    assert held.low <= value <= held.high, (entity.__name__, name, value)
            for organisation in model.organisations:
                for name in ("institutional", "pair_trust"):
                    held = table[state.Pair][name]
                    values = getattr(organisation, name)
                    assert all(held.low <= one <= held.high for one in values), (name, values)
    assert seen == set(ENTITIES) - {state.Pair}


def test_codes_have_the_range_of_the_words_that_they_stand_for():
    whole, seat = state.described(state.Partnership), state.described(state.Seat)
    assert (whole["status"].low, whole["status"].high) == (0, len(STATUSES) - 1)
    for held in (whole["cause"], seat["exit_cause"]):
        assert (held.low, held.high) == (-1, len(CAUSES) - 1)


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda one: one.__name__)
def test_every_state_variable_has_a_unit_a_range_and_a_meaning(entity):
    for name, held in state.described(entity).items():
        assert held.unit, name
        assert held.meaning, name
        assert -1 <= held.low < held.high <= math.inf, name
