"""A partnership as a Mesa model: who acts when. The agents are in `agents.py`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias

import mesa

from trustsim import arguments, rng
from trustsim.engines import records, story
from trustsim.engines.agents import Coordinator, KeyIndividual, Organisation
from trustsim.engines.alterations import Alteration, effective_parameters, is_in_force
from trustsim.engines.luck import Luck, regular_addresses
from trustsim.engines.packing import EVERYBODY
from trustsim.engines.partnership_arguments import (
    LARGEST_REPLICATE,
    chosen_seed,
    setting_of,
    whole_number,
)
from trustsim.engines.plots import PartnershipPlots
from trustsim.model import state
from trustsim.model.actions import BREACH, DELIVERS, HABIT, ORDERED, SHOW, SMOKE
from trustsim.model.phases import PHASES
from trustsim.model.rules import change, exits, expectation, maturity, meeting, people, perception
from trustsim.model.rules import trust as trust_rules
from trustsim.schema import CAUSES, MEMBERS, MONTHS, RUNS, STATUSES

if TYPE_CHECKING:
    import pandas as pd

FORMING, MATURE, TOKENISTIC, DISSOLVED = range(len(STATUSES))
BY_VOTE, BY_SPONSOR = CAUSES.index("vote"), CAUSES.index("sponsor")
NO_CAUSE = -1
LEADER = 0
Three: TypeAlias = tuple[float, float, float]  # luck of choosing, delivering, being read
Encounter: TypeAlias = tuple[KeyIndividual, KeyIndividual, Three, Three]


class Partnership(state.Partnership, mesa.Model):
    """Organisations that need each other and have no authority over each other: a `mesa.Model`.

    The same numbers as `simulate` with that seed and replicate, to the bit. A derived class may
    name other agents: `individual_type`, `organisation_type`, `coordinator_type`.

    Parameters
    ----------
    scenario : str, Path or Scenario
        A named setting, a TOML file or a scenario.
    replicate : int
        Which partnership of that world of luck, from 0.
    months : int
        Horizon, at which `running` turns False. Until it dissolves, it can be stepped on by hand.
    log_actions : bool
        Keep every act and every tie, for `actions`, `ties` and most figures.
    seed, rng : int, optional
        Which world of luck; two names for one number. If neither is given, a seed is drawn, as in
        any Mesa model: each iteration of a `batch_run` is another partnership. The attribute
        `seed` holds it, and `batch_run` reports it as a column.
    **parameters
        Other values for parameters of the scenario, such as ``organisations=5``.

    Attributes
    ----------
    month, status, ... : int or float
        Where it stands: each name in `model.state.PARTNERSHIP`.
    organisations, members : list of Organisation
        By seat: with those that left, and without.
    datacollector : mesa.DataCollector
        The columns of the months table and the seed; by agent, its trust in the others.

    Raises
    ------
    ParameterError, ScenarioError
        An argument or the scenario makes no sense.

    Examples
    --------
    >>> partnership = Partnership("hierarchy", seed=3, organisations=5, months=12)
    >>> partnership.run_model()
    >>> partnership.run_row()["months"]
    12
    """

    individual_type = KeyIndividual
    organisation_type = Organisation
    coordinator_type = Coordinator
    luck_type = Luck

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
        self.status, self.cause = FORMING, NO_CAUSE
        self.acts: list[story.Act] = []
        self.ties_by_month: list[story.TiesOfMonth] = []
        self.happenings: list[story.Event] = []
        self.rows: list[list[float]] = []
        self.datacollector = records.data_collector()
        self._read_scenario()
        self._seat_members()
        story.note_ties(self)

    # Before the first month.

    def _read_scenario(self) -> None:
        self.base = {name: float(value) for name, value in self.setting.values().items()}
        self.rule = int(self.base["trust_rule"])
        self.changes = [Alteration(*row) for row in self.setting.change_rows()]
        self.menu = int(self.setting.menu_size())
        self.reached = [0.0] * self.menu
        self.active = [False] * len(self.changes)
        self.seats, self.people_each = int(self.base["organisations"]), int(self.base["people"])
        self.tiers = [
            people.tier_of_seat(place, self.people_each, self.base["tiers"])
            for place in range(self.people_each)
        ]
        self.luck = self.luck_type(
            self.seed, self.replicate, regular_addresses(self.seats, self.people_each)
        )
        self.tally = records.Tally()
        self.suspicion = 0.0

    def _seat_members(self) -> None:
        self.active = self.in_force(1)
        self.parameters = self.effective(EVERYBODY)
        self.coordinator = self.coordinator_type(self)
        self.organisations = [
            self.organisation_type(self, seat, 0, self.effective(seat))
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
            history = trust_rules.history_of_pair(p.history, p.history_spread, deviate)
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
        newcomer = self.organisation_type(
            self, former.seat, former.incarnation + 1, former.parameters
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
        story.note(self, "seat filled", newcomer.name, f"in place of {former.name}")

    def in_force(self, month: int) -> list[bool]:
        """Which changes of parameters are in force in a month."""
        return [is_in_force(one, month, self.reached) for one in self.changes]

    def effective(self, target: float) -> SimpleNamespace:
        """Parameters in force for the member at a seat, or for the whole (EVERYBODY)."""
        return effective_parameters(self.base, self.changes, self.active, target, self.rule)

    # A month.

    def step(self) -> None:
        """One month, phase by phase; nothing happens after the end."""
        if self.status == DISSOLVED:
            self.running = False
            return
        self.month += 1
        for phase in PHASES:
            getattr(self, "phase_" + phase)()
        self.rows.append(records.month_numbers(self))
        self.datacollector.collect(self)
        story.note_ties(self)
        self.running = self.month < self.horizon and self.status != DISSOLVED

    def phase_interventions(self) -> None:
        """Interventions start and stop."""
        now = self.in_force(self.month)
        before = self.active if self.month > 1 else [False] * len(now)
        story.note_interventions(self, before, now)
        if now != self.active:
            self.active = now
            self.parameters = self.effective(EVERYBODY)
            for organisation in self.organisations:
                organisation.follow(self.effective(organisation.seat))

    def phase_incidents(self) -> None:
        """Scripted breaches and failures, and who of the other members learns of them."""
        for culprit in self.members:
            p = culprit.parameters
            if p.incident_integrity == 0.0 and p.incident_competence == 0.0:
                continue
            story.note_incident(self, culprit)
            for witness in self.members:
                if witness is not culprit:
                    witness.hear_of_incident(culprit)

    def phase_turnover(self) -> None:
        """Key individuals leave, by themselves or by decree; successors start from the handover."""
        for organisation in self.members:
            p = organisation.parameters
            for person in list(organisation.people):
                draw, decree_draw, _, _ = self.luck.draw(self.month, person.seat, 0, rng.TURNOVER)
                by_decree = person.place == LEADER and decree_draw < p.replacement
                leaves = draw < people.departure_hazard(
                    p.tenure, organisation.frustration, p.turnover_frustration
                )
                self.person_months += 1.0
                if leaves or by_decree:
                    self._replace(person, leaves)

    def _replace(self, person: KeyIndividual, of_own_accord: bool) -> None:
        organisation = person.organisation
        self.departures += of_own_accord
        self.replaced_by_decree += not of_own_accord
        organisation.record.note_departure(of_own_accord)
        organisation.departure_memory += person.weight
        successor = organisation.succeed(person)
        story.note_departure(self, person, successor, of_own_accord)
        self.introduce(successor, organisation.parameters.handover)

    def phase_fading(self) -> None:
        """Evidence, coaching, shocks and habits fade; trust follows."""
        p = self.parameters
        for person, other in self.strangers():
            person.forget(other)
        for organisation in self.organisations:
            organisation.shocks_fade(p.shock_kept)
        self.recent_exits = perception.memory_after_month(self.recent_exits, p.exit_memory)
        self.routines = maturity.routines_after_fading(
            self.routines, self.institutionalised, p.routine_decay, p.routines_lost
        )
        self.institutionalised = maturity.institutionalised_after_month(
            self.institutionalised,
            self.routines,
            p.institutionalising,
            p.institution_decay,
            p.routines_lost,
        )

    def phase_coordination(self) -> None:
        """The coordinator, if there is one, attends to some pairs."""
        self.coordinator.choose_pairs()

    def phase_meetings(self) -> None:
        """Everybody's meetings of this month; each side of a meeting acts once."""
        p, members = self.parameters, self.members
        self.tally = records.Tally()
        self.suspicion = perception.suspicion_from_pressure(
            p.pressure, p.expectation_raised, p.pressure_suspicion
        )
        for organisation in members:
            organisation.fill_diaries((len(members) - 1) * self.people_each)
        for one, other, draws, reply in self.encounters():
            self._meet(one, other, draws, reply)

    def encounters(self) -> Iterator[Encounter]:
        """Who meets whom this month, in the order of the seats, with the luck of either side."""
        p, members = self.parameters, self.members
        attention = meeting.attention(p.attention_floor, self.expectation, p.urgency)
        page = self.luck.page(self.month)
        for nth, home in enumerate(members):
            for person in home.people:
                for away in members[nth + 1 :]:
                    for other in away.people:
                        probability = meeting.meeting_probability(
                            attention, person.weight, other.weight, home.density, away.density
                        )
                        draws = page[person.seat, other.seat, rng.MEETING]
                        if draws[0] < probability:
                            reply = page[person.seat, other.seat, rng.REPLY]
                            yield person, other, draws[1:], reply[1:]

    def _meet(self, one: KeyIndividual, other: KeyIndividual, draws: Three, reply: Three) -> None:
        one.act(other, draws)
        other.act(one, reply)
        self.tally.meetings += 1.0
        one.organisation.record.meetings += 1.0
        other.organisation.record.meetings += 1.0
        if (one.organisation.seat, other.organisation.seat) in self.coordinator.attended:
            self.coordinator.coach(one, other)

    def credit(self, actor: KeyIndividual, towards: KeyIndividual, action: int) -> None:
        """What one act is worth to the partnership, and what it looks like."""
        p, tally = self.parameters, self.tally
        joint = maturity.joint_trust(
            actor.ties[towards.seat].trust, towards.ties[actor.seat].trust, p.command_across
        )
        work = maturity.work_delivered(DELIVERS[action], ORDERED[action], p.command_across)
        value = maturity.value_of_work(work, joint, p.surplus)
        smoke = maturity.smoke_of_act(work, joint, SMOKE[action])
        towards.organisation.received += value
        actor.organisation.record.note_act(value, smoke)
        tally.counts[action] += 1.0
        tally.value += value
        tally.smoke += smoke
        tally.show += SHOW[action]
        tally.habit += maturity.habit_of_act(
            HABIT[action], actor.process_focus_now, towards.process_focus_now
        )

    def phase_learning(self) -> None:
        """After the meetings: trust between people, then between their organisations."""
        for person, other in self.strangers():
            person.judge(other)
        self.judge_members()
        for organisation in self.members:
            organisation.learn_about(self.members)

    def phase_maturity(self) -> None:
        """Routines, maturity, value and show of this month."""
        self.take_stock_of_trust()
        p, tally, possible = self.parameters, self.tally, self.tally.possible
        self.routines = maturity.routines_after_month(
            self.routines,
            tally.habit / possible,
            p.routine_growth,
            p.process_skipped,
            p.routines_on_paper,
        )
        tally.level = level = maturity.maturity_level(tally.breadth, self.routines)
        value, smoke = tally.value / possible, tally.smoke / possible
        show = tally.show / possible + p.announcement
        self.show = maturity.smoothed(self.show, show, p.show_smoothing)
        self.value_level = maturity.smoothed(self.value_level, value, p.show_smoothing)
        self._count_spells(level)
        if self.month_developing == 0.0 and level >= p.developing_threshold:
            self.month_developing = self.month
        if self.month_nominal == 0.0 and self.show >= p.nominal_threshold:
            self.month_nominal = self.month
        self.breaches += tally.counts[BREACH]
        self.meetings += tally.meetings
        self.value += value
        self.smoke += smoke
        for organisation in self.members:
            organisation.record.note_month(organisation, self.members, possible)

    def _count_spells(self, level: float) -> None:
        p, in_a_row = self.parameters, maturity.months_in_a_row
        idle = maturity.is_talking_shop(
            self.value_level, p.mature_value, p.tokenistic_share, self.tally.meetings
        )
        self.months_over = in_a_row(self.months_over, level >= p.maturity_threshold)
        self.months_below = in_a_row(self.months_below, level < p.maturity_threshold)
        self.months_under = in_a_row(self.months_under, idle)

    def phase_expectations(self) -> None:
        """What the sponsor expects, what members see, and whether they reach for a bullet."""
        p, tally = self.parameters, self.tally
        self.expectation = expectation.expectation_after_month(
            self.expectation, p.pressure, p.expectation_raised, p.pace, p.ratchet, self.show
        )
        possible_each, total = tally.possible / tally.members, 0.0
        for organisation in self.members:
            organisation.compare_with_expectation(possible_each)
            total += organisation.frustration
        tally.frustration = mean = total / tally.members
        self.goodwill = expectation.goodwill_after_month(self.goodwill, mean, p.goodwill_spend)
        self.achieved += tally.value / tally.possible / p.mature_value
        self.frustration += mean
        if self.menu > 0 and p.silver_bullet_propensity > 0.0:
            self._perhaps_reach_for_a_bullet(mean)

    def _perhaps_reach_for_a_bullet(self, frustration: float) -> None:
        p = self.parameters
        since = p.silver_bullet_pause
        if self.month_reached_for > 0.0:
            since = self.month - self.month_reached_for
        draw, which_draw, _, _ = self.luck.draw(self.month, 0, 1, rng.PARTNERSHIP)
        if change.bullet_is_reached_for(
            frustration,
            p.silver_bullet_threshold,
            p.silver_bullet_propensity,
            since,
            p.silver_bullet_pause,
            draw,
        ):
            bullet = change.choice_from_menu(which_draw, self.menu)
            self.reached[bullet] = float(self.month)
            self.month_reached_for = self.month
            self.bullets_reached_for += 1.0
            if self.month_first_bullet == 0.0:
                self.month_first_bullet = self.month
            story.note(self, "reached for a silver bullet", "members", f"menu item {bullet}")

    def phase_status(self) -> None:
        """Forming, mature or tokenistic, and what that adds to the record."""
        p, before, was_mature = self.parameters, self.status, self.status == MATURE
        if maturity.is_mature(was_mature, self.months_over, self.months_below, p.maturity_hold):
            self.status = MATURE
            if self.month_matured == 0.0:
                self.month_matured = self.month - self.months_over + 1.0
        elif self.months_under >= p.tokenistic_hold:
            self.status = TOKENISTIC
        else:
            self.status = FORMING
        self.relapses += was_mature and self.status != MATURE
        self.mature_months += self.status == MATURE
        self.tokenistic_months += self.status == TOKENISTIC
        story.note_status(self, before)

    def phase_exits(self) -> None:
        """Members leave, left seats may be filled, and the partnership may end."""
        p = self.parameters
        if p.may_exit == 0.0:
            return
        loose = exits.loosening(
            self.goodwill, p.goodwill_shield, p.exit_contagion, self.recent_exits
        )
        cause = NO_CAUSE
        for organisation in list(self.organisations):
            draw, refill_draw, _, _ = self.luck.draw(self.month, organisation.seat, 0, rng.EXIT)
            if organisation.member:
                why = organisation.why_leave(loose, draw)
                if why != exits.STAYS:
                    cause = why
                    self._let_go(organisation, cause)
            elif refill_draw < p.refill:
                self.fill_seat(organisation)
        self._perhaps_dissolve(cause)

    def _let_go(self, organisation: Organisation, cause: int) -> None:
        organisation.leave()
        organisation.record.note_exit(self.month, cause)
        self.members_lost += 1.0
        self.recent_exits += 1.0
        if self.month_first_exit == 0.0:
            self.month_first_exit = self.month
        story.note(self, "member left", organisation.name, CAUSES[cause])

    def _perhaps_dissolve(self, cause: int) -> None:
        p, members, frustrated = self.parameters, self.members, 0.0
        for organisation in members:
            if organisation.frustration > p.vote_threshold:
                frustrated += 1.0
        self.tally.members = present = float(len(members))
        draw, sponsor_draw, _, _ = self.luck.draw(self.month, 0, 0, rng.PARTNERSHIP)
        if exits.quorum_is_lost(self.recent_exits, present, self.seats, p.quorum):
            self._dissolve(cause)
        elif draw < exits.vote_probability(p.vote_rate, frustrated, present):
            self._dissolve(BY_VOTE)
        elif sponsor_draw < exits.sponsor_probability(p.sponsor_stop, self.expectation, self.show):
            self._dissolve(BY_SPONSOR)

    def _dissolve(self, cause: int) -> None:
        self.status = DISSOLVED
        self.month_dissolved = self.month
        self.cause = cause
        story.note(self, "dissolved", "members", CAUSES[cause] if cause >= 0 else "")

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
        return story.table_of_acts(self)

    @property
    def ties(self) -> pd.DataFrame:
        """Who trusted whom at the start and after each month, columns as in `schema.TIES`.

        Raises ParameterError unless made with log_actions=True.
        """
        return story.table_of_ties(self)

    @property
    def events(self) -> pd.DataFrame:
        """What happened so far: month, event, who, detail."""
        return story.table_of_events(self)

    def story(self) -> str:
        """What happened so far in plain English, a paragraph a year."""
        return story.text(self)

    @property
    def plot(self) -> PartnershipPlots:
        """Figures: `.plot.story()`, `.trust()`, `.network()`, `.acts()`; `.plot.animation()`."""
        return PartnershipPlots(self)

    def release(self) -> None:
        """Let Mesa forget this model, so that its memory is freed; nothing else changes.

        Mesa 3.3 keeps every model it ever saw in a class dictionary (mended in 3.4.2).
        """
        getattr(type(self.coordinator), "_ids", {}).pop(self, None)
