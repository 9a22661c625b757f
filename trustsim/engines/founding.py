"""A partnership before its first month, and what can be asked of it in any month."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from itertools import combinations
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import mesa

from trustsim import arguments, rng
from trustsim.engines import chronicle, records
from trustsim.engines.agents import Coordinator, KeyIndividual, Organisation
from trustsim.engines.luck import Address, Luck
from trustsim.engines.packing import EVERYBODY, SCHEDULED
from trustsim.engines.plots import PartnershipPlots
from trustsim.errors import ParameterError, refusal
from trustsim.model import state
from trustsim.model.parameters import NAMES, PARAMETERS
from trustsim.model.rules import change, expectation, meeting, trust
from trustsim.model.rules.people import tier_of_seat
from trustsim.model.trust_rules import TRUST_RULES
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.schema import MEMBERS, MONTHS, RUNS

if TYPE_CHECKING:
    import pandas as pd

NO_CAUSE = -1
LARGEST_SEED = (1 << 64) - 1
LARGEST_REPLICATE = (1 << 32) - 1
MEANINGS = {
    "seed": "the luck of all partnerships",
    "rng": "another name for seed",
    "replicate": "number of the partnership",
    "months": "horizon",
}
ASKED_OF_A_SCENARIO = ("values", "change_rows", "menu_size")


class Alteration(NamedTuple):
    """One change of a parameter, as the scenario gives it (columns of `packing.CHANGE`)."""

    parameter: float
    operation: float
    value: float
    dose: float
    start: float
    months: float
    target: float
    group: float


class Founding(mesa.Model):
    """Setting, luck, members and what they bring; `Partnership` lives on from here."""

    individual_type = KeyIndividual
    organisation_type = Organisation
    coordinator_type = Coordinator
    luck_type = Luck

    # state.PARTNERSHIP
    routines: float
    institutionalised: float
    goodwill: float
    expectation: float
    show: float
    value_level: float
    achieved: float
    recent_exits: float
    status: int
    months_over: float
    months_below: float
    months_under: float
    month_matured: float
    month_developing: float
    month_nominal: float
    month_dissolved: float
    month_first_exit: float
    cause: int
    members_lost: float
    departures: float
    replaced_by_decree: float
    person_months: float
    tokenistic_months: float
    mature_months: float
    relapses: float
    breaches: float
    bullets_reached_for: float
    month_reached_for: float
    month_first_bullet: float
    meetings: float
    value: float
    smoke: float
    frustration: float
    promises: float
    delivered: float

    # No argument is named `seed`: Mesa 3.5's batch_run would silently overwrite it with None.
    def __init__(
        self,
        scenario: Any = "voluntary",
        *,
        replicate: int = 0,
        months: int = 120,
        log_actions: bool = False,
        rng: int | None = None,
        **parameters: Any,
    ) -> None:
        self.seed = chosen_seed(parameters, rng)
        super().__init__(rng=self.seed)
        self.setting = setting_of(scenario, parameters)
        self.replicate = whole_number("replicate", replicate, 0, LARGEST_REPLICATE)
        self.horizon = whole_number("months", months, 1, arguments.LONGEST)
        self.log_actions = arguments.switch("Partnership", "log_actions", log_actions)
        self.month = 0
        for name in state.PARTNERSHIP:
            setattr(self, name, 0.0)
        self.status = 0
        self.cause = NO_CAUSE
        self.acts: list[chronicle.Act] = []
        self.ties_by_month: list[chronicle.TiesOfMonth] = []
        self.happenings: list[chronicle.Event] = []
        self.rows: list[list[float]] = []
        self.datacollector = records.data_collector()
        self._prepare()
        self._found()
        chronicle.note_ties(self)

    # Before the first month.

    def _prepare(self) -> None:
        self.base = {name: float(value) for name, value in self.setting.values().items()}
        self.rule = int(self.base["trust_rule"])
        self.changes = [Alteration(*row) for row in self.setting.change_rows()]
        self.menu = int(self.setting.menu_size())
        self.reached = [0.0] * self.menu
        self.active = [False] * len(self.changes)
        self.seats, self.people_each = int(self.base["organisations"]), int(self.base["people"])
        self.tiers = [
            tier_of_seat(place, self.people_each, self.base["tiers"])
            for place in range(self.people_each)
        ]
        self.luck = self.luck_type(self.seed, self.replicate, self._regular_addresses())
        self.tally = records.Tally()
        self.suspicion = 0.0

    def _regular_addresses(self) -> list[Address]:
        each, seats, persons = self.people_each, self.seats, self.seats * self.people_each
        strangers = [(i, j) for i in range(persons) for j in range((i // each + 1) * each, persons)]
        return [
            *((i, j, purpose) for purpose in (rng.MEETING, rng.REPLY) for i, j in strangers),
            *((i, 0, rng.TURNOVER) for i in range(persons)),
            *((a, 0, rng.EXIT) for a in range(seats)),
            *((0, about, rng.PARTNERSHIP) for about in (0, 1)),
            (0, 0, rng.CAPACITY),
            *((a, b, rng.ATTENTION) for a, b in combinations(range(seats), 2)),
        ]

    def _found(self) -> None:
        self.active = self.in_force(1)
        self.parameters = self.effective(EVERYBODY)
        whole: Any = self  # by then it is the Partnership that its agents ask for
        self.coordinator = self.coordinator_type(whole)
        self.organisations = [
            self.organisation_type(whole, seat, 0, self.effective(seat))
            for seat in range(self.seats)
        ]
        for organisation in self.organisations:
            organisation.seat_people([0] * self.people_each)
        self._share_history()
        for person, other in self.strangers():
            person.bring_history(other)
        self.judge_members()
        self.take_stock_of_trust()
        self.trust_at_start = self.tally.trust
        self.goodwill_at_start = self.goodwill

    def _share_history(self) -> None:
        p, total, pairs = self.parameters, 0.0, 0.0
        for one, other in self.pairs_of_members():
            deviate = self.luck.deviate(one.seat, other.seat, rng.HISTORY)
            history = trust.history_of_pair(p.history, p.history_spread, deviate)
            one.institutional[other.seat] = history
            other.institutional[one.seat] = history
            total += history
            pairs += 1.0
        self.goodwill = expectation.goodwill_at_start(p.goodwill, total / pairs)

    def judge_members(self) -> None:
        """Trust of each member in each other follows that of its people."""
        for one, other in self.pairs_of_members():
            one.judge(other)
            other.judge(one)

    def take_stock_of_trust(self) -> None:
        """How much members trust each other: on average, the weakest pair, and how many enough."""
        p, tally, pairs, broad, weakest = self.parameters, self.tally, 0.0, 0.0, 1.0
        between_people, between_members = 0.0, 0.0
        for one, other in self.pairs_of_members():
            mutual = one.mutual_trust(other)
            pairs += 1.0
            between_people += one.pair_trust[other.seat] + other.pair_trust[one.seat]
            between_members += one.institutional[other.seat] + other.institutional[one.seat]
            if mutual >= p.breadth_threshold:
                broad += 1.0
            if mutual < weakest:
                weakest = mutual
        tally.members = float(len(self.members))
        persons = tally.members * self.people_each
        tally.possible = meeting.acts_possible(
            persons, persons - self.people_each, self.base["meetings"]
        )
        tally.breadth, tally.weakest = broad / pairs, weakest
        tally.trust = between_people / (pairs + pairs)
        tally.institutional = between_members / (pairs + pairs)

    # Who is there.

    @property
    def members(self) -> list[Organisation]:
        """Organisations at the table, by seat."""
        return [organisation for organisation in self.organisations if organisation.member]

    def pairs_of_members(self) -> Iterator[tuple[Organisation, Organisation]]:
        """Every two members, once."""
        return combinations(self.members, 2)

    def strangers(self) -> Iterator[tuple[KeyIndividual, KeyIndividual]]:
        """Every person of a member with every person of another, in both directions."""
        members = self.members
        for home in members:
            for person in home.people:
                for away in members:
                    if away is not home:
                        for other in away.people:
                            yield person, other

    def introduce(self, newcomer: KeyIndividual, handover: float) -> None:
        """Newcomer and everybody of other members meet as strangers."""
        for member in self.members:
            if member is not newcomer.organisation:
                for other in member.people:
                    newcomer.meet_as_stranger(other, handover)
                    other.meet_as_stranger(newcomer, handover)

    def fill_seat(self, former: Organisation) -> None:
        """Another organisation takes a left seat; its people are strangers to all."""
        whole: Any = self
        newcomer = self.organisation_type(
            whole, former.seat, former.incarnation + 1, former.parameters
        )
        newcomer.record = former.record
        self.organisations[former.seat] = newcomer
        history = self.parameters.history
        for other in self.organisations:
            newcomer.institutional[other.seat] = newcomer.pair_trust[other.seat] = history
            other.institutional[newcomer.seat] = other.pair_trust[newcomer.seat] = history
        newcomer.seat_people([person.incumbency + 1 for person in former.people])
        for person in newcomer.people:
            self.introduce(person, 0.0)
        chronicle.note(self, "seat filled", newcomer.name, f"in place of {former.name}")

    # What is in force.

    def in_force(self, month: int) -> list[bool]:
        """Which changes of parameters are in force in a month."""
        return [self._is_in_force(alteration, month) for alteration in self.changes]

    def _is_in_force(self, alteration: Alteration, month: int) -> bool:
        if alteration.group == SCHEDULED:
            return change.in_force(month, alteration.start, alteration.months)
        reached = self.reached[int(alteration.group)]
        return reached > 0.0 and change.in_force(
            month, reached + alteration.start, alteration.months
        )

    def effective(self, target: float) -> SimpleNamespace:
        """Parameters in force for the member at a seat, or for the whole (EVERYBODY)."""
        values = dict(self.base)
        for alteration, active in zip(self.changes, self.active, strict=True):
            if active and alteration.target in (EVERYBODY, target):
                parameter = PARAMETERS[int(alteration.parameter)]
                values[parameter.name] = change.changed_value(
                    values[parameter.name],
                    alteration.operation,
                    alteration.value,
                    alteration.dose,
                    float(parameter.low),
                    float(parameter.high),
                )
        values.update(TRUST_RULES[self.rule].fixed)
        return SimpleNamespace(**{name: values[name] for name in NAMES})

    # What can be asked of it.

    def run_row(self) -> dict[str, Any]:
        """The run in the columns of `schema.RUNS`; a month in which nothing happened is None."""
        return records.readable(RUNS, records.run_numbers(self))

    def month_rows(self) -> list[dict[str, Any]]:
        """Each month so far in the columns of `schema.MONTHS`."""
        return [records.readable(MONTHS, row) for row in self.rows]

    def member_rows(self) -> list[dict[str, Any]]:
        """Each seat at the table so far in the columns of `schema.MEMBERS`."""
        return [records.readable(MEMBERS, row) for row in records.member_numbers(self)]

    @property
    def actions(self) -> pd.DataFrame:
        """Every act so far, columns as in `schema.ACTIONS`.

        Raises ParameterError unless made with log_actions=True.
        """
        return chronicle.table_of_acts(self)

    @property
    def ties(self) -> pd.DataFrame:
        """Who trusted whom at the start and after each month, columns as in `schema.TIES`.

        Raises ParameterError unless made with log_actions=True.
        """
        return chronicle.table_of_ties(self)

    @property
    def events(self) -> pd.DataFrame:
        """What happened so far: month, event, who, detail."""
        return chronicle.table_of_events(self)

    def story(self) -> str:
        """What happened so far in plain English, a paragraph a year."""
        return chronicle.story(self)

    @property
    def plot(self) -> PartnershipPlots:
        """Figures: `.plot.story()`, `.trust()`, `.network()`, `.acts()`; `.plot.animation()`."""
        return PartnershipPlots(self)

    def release(self) -> None:
        """Let Mesa forget this model, so that its memory is freed; nothing else changes.

        Mesa 3.3 keeps every model it ever saw in a class dictionary (mended in 3.4.2).
        """
        getattr(type(self.coordinator), "_ids", {}).pop(self, None)


def chosen_seed(keywords: dict[str, Any], rng: Any) -> int:
    """The seed among the keywords (taken out of them), else `rng`, else 0; None draws one.

    Raises ParameterError.
    """
    other = None if rng is None else whole_number("rng", rng, 0, LARGEST_SEED)
    if "seed" not in keywords:
        return other or 0
    given = keywords.pop("seed")
    seed = None if given is None else whole_number("seed", given, 0, LARGEST_SEED)
    if other not in (None, seed):
        raise ParameterError(
            refusal(
                "Partnership", "rng", rng, "differs from the seed that was given",
                "Give one of them: rng is another name for seed.",
            )
        )  # fmt: skip
    return secrets.randbits(32) if seed is None else seed


def whole_number(what: str, given: Any, low: int, high: int) -> int:
    """A whole number within limits, as int.

    Raises ParameterError.
    """
    return arguments.whole("Partnership", what, given, low, high, MEANINGS[what])


def setting_of(scenario: Any, parameters: dict[str, Any]) -> Any:
    """The scenario by that name, in that file or given as it is, with these parameters.

    Raises ScenarioError or ParameterError.
    """
    # Whatever is asked of a scenario here may also be answered by one of another kind.
    known = all(callable(getattr(scenario, name, None)) for name in ASKED_OF_A_SCENARIO)
    chosen: Any = scenario
    if not known or isinstance(scenario, type):
        chosen = scenario_of(scenario)  # pyright: ignore[reportArgumentType]
    return chosen.with_(**parameters) if parameters else chosen
