"""Random scenarios from all over the parameter table, to try two engines against each other.

They go beyond what the catalogue of interventions can express: any parameter may be changed by
any operation, in any window, at any dose, on one member or all, by date or from the menu.
"""

from dataclasses import dataclass

from trustsim import rng
from trustsim.engines.packing import EVERYBODY, SCHEDULED, TO_THE_END
from trustsim.model.parameters import INDEX, ORGANISATION, PARAMETERS, SIZES, Parameter
from trustsim.model.rules.change import ADD, MULTIPLY, SET
from trustsim.model.trust_rules import EVIDENCE, TRUST_RULES

FIXED = (*SIZES, "trust_rule")
CHANGEABLE = [parameter for parameter in PARAMETERS if parameter.name not in FIXED]
DRAWN = [parameter for parameter in PARAMETERS if parameter.name != "trust_rule"]
DOSES = [parameter for parameter in CHANGEABLE if parameter.evidence == "dose"]
WITH_RULES = 1000  # below it the golden numbers stand, and the C of the benchmarks follows
LARGEST = {"coordinator_capacity": 12.0, "meetings": 20.0, "extra_meetings": 10.0}


@dataclass(frozen=True)
class RandomScenario:
    """A scenario as the engines see it."""

    parameters: dict[str, float]
    changes: list[tuple[float, ...]]
    menu: int
    months: int
    seed: int
    first: int

    def values(self) -> dict[str, float]:
        return dict(self.parameters)

    def change_rows(self) -> list[tuple[float, ...]]:
        return list(self.changes)

    def menu_size(self) -> int:
        return self.menu


class Dice:
    """Numbers that are the same on every Python, unlike parts of the standard library's."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.rolls = 0

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        self.rolls += 1
        share, _, _, _ = rng.draw(2026, 0, self.number, self.rolls, 0, 0, 99)
        return low + (high - low) * share

    def whole(self, low: int, high: int) -> int:
        return min(high, int(self.uniform(low, high + 1)))

    def one_of(self, items):
        return items[self.whole(0, len(items) - 1)]

    def chance(self, probability: float) -> bool:
        return self.uniform() < probability


def scenario_number(number: int) -> RandomScenario:
    """The random scenario with that number; from 1000 on, under a random rule of trust."""
    dice = Dice(number)
    organisations = dice.one_of([2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 8, 9, 11, 14, 20])
    people = dice.one_of([1, 1, 2, 2, 3, 4])
    months = dice.whole(6, 48 if organisations * people < 25 else 12)
    wildness = dice.one_of([0.02, 0.05, 0.2, 0.5, 1.0])
    parameters = {p.name: value_of(p, dice, wildness) for p in DRAWN}
    parameters.update(organisations=organisations, people=people, tiers=dice.whole(1, 4))
    menu = dice.one_of([0, 0, 1, 2, 3])
    if menu:
        parameters["silver_bullet_propensity"] = dice.uniform()
        parameters["silver_bullet_threshold"] = dice.uniform(0.0, 0.5)
        parameters["silver_bullet_pause"] = float(dice.whole(0, 12))
    how_many = dice.one_of([0, 1, 2, 4, 8])
    changes = [change(dice, organisations, menu, months) for _ in range(how_many)]
    seed, first = dice.whole(0, 2**40), dice.whole(0, 2**20)
    rule = dice.whole(0, len(TRUST_RULES) - 1) if number >= WITH_RULES else EVIDENCE
    return RandomScenario({**parameters, "trust_rule": rule}, changes, menu, months, seed, first)


def value_of(parameter: Parameter, dice: Dice, wildness: float) -> float:
    """A value near the default, or with chance `wildness` from anywhere, ends included."""
    low, high = parameter.low, LARGEST.get(parameter.name, parameter.high)
    value = parameter.default
    if dice.chance(wildness):
        value = dice.one_of([low, high, dice.uniform(low, high), dice.uniform(low, high)])
    elif dice.chance(0.5):
        value = min(high, max(low, value * dice.uniform(0.7, 1.3)))
    return int(value) if parameter.whole else float(value)


def change(dice: Dice, organisations: int, menu: int, months: int) -> tuple[float, ...]:
    """A random row of `packing.CHANGE`."""
    parameter = dice.one_of(dice.one_of([CHANGEABLE, DOSES]))
    low, high = parameter.low, LARGEST.get(parameter.name, parameter.high)
    operation = dice.one_of([SET, ADD, MULTIPLY])
    value = {
        SET: dice.uniform(low, high),
        ADD: dice.uniform(low - high, high - low),
        MULTIPLY: dice.uniform(0.0, 3.0),
    }[operation]
    aimed = parameter.level == ORGANISATION and dice.chance(0.5)
    row = {
        "parameter": INDEX[parameter.name],
        "operation": operation,
        "value": value,
        "dose": dice.one_of([1.0, 1.0, 0.0, dice.uniform()]),
        "start": dice.one_of([0, 0, dice.whole(0, months), dice.uniform(0.0, months)]),
        "months": dice.one_of([TO_THE_END, 1, dice.whole(1, 12), dice.uniform(1.0, 12.0)]),
        "target": dice.whole(0, organisations - 1) if aimed else EVERYBODY,
        "group": dice.whole(0, menu - 1) if menu and dice.chance(0.5) else SCHEDULED,
    }
    return tuple(float(number) for number in row.values())
