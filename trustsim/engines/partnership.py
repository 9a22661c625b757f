"""A partnership as a Mesa model: who acts when. The agents are in `agents.py`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from trustsim import rng
from trustsim.engines import chronicle, records
from trustsim.engines.agents import KeyIndividual, Organisation
from trustsim.engines.founding import NO_CAUSE, Founding
from trustsim.engines.packing import EVERYBODY
from trustsim.model.actions import BREACH, DELIVERS, HABIT, ORDERED, SHOW, SMOKE
from trustsim.model.phases import PHASES
from trustsim.model.rules import change, exits, expectation, maturity, meeting, people, perception
from trustsim.model.rules import trust as trust_rules
from trustsim.schema import CAUSES, STATUSES

FORMING, MATURE, TOKENISTIC, DISSOLVED = range(len(STATUSES))
BY_VOTE, BY_SPONSOR = CAUSES.index("vote"), CAUSES.index("sponsor")
LEADER = 0

Three: TypeAlias = tuple[float, float, float]  # luck of choosing, delivering, being read
Encounter: TypeAlias = tuple[KeyIndividual, KeyIndividual, Three, Three]


class Partnership(Founding):
    """Organisations that need each other and have no authority over each other.

    scenario: a name, a path to a TOML file or a `Scenario`; replicate: which partnership;
    months: horizon, at which `running` turns False (stepping on by hand is allowed, until it
    dissolves); log_actions: keep every act and tie, for `actions` and `ties`; seed (default 0,
    None draws one): which world of luck; rng: the same under the name that Mesa's `batch_run`
    passes; any other keyword is a parameter of the scenario.

    The same numbers as `simulate` with that seed and replicate, to the bit. A derived class
    may name other agents: `individual_type`, `organisation_type`, `coordinator_type`.

    month, status, and the rest of `state.PARTNERSHIP`: where it stands; organisations: by
    seat, those that left included; parameters: those in force for the whole; datacollector:
    the columns of the months table, and trust by agent.

    Raises ParameterError or ScenarioError.

    >>> partnership = Partnership("hierarchy", seed=3, organisations=5, months=12)
    >>> partnership.run_model()
    >>> partnership.run_row()["months"]
    12
    """

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
        chronicle.note_ties(self)
        self.running = self.month < self.horizon and self.status != DISSOLVED

    def phase_interventions(self) -> None:
        """Interventions start and stop."""
        now = self.in_force(self.month)
        before = self.active if self.month > 1 else [False] * len(now)
        chronicle.note_interventions(self, before, now)
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
            chronicle.note_incident(self, culprit)
            for witness in self.members:
                if witness is culprit:
                    continue
                learned = 0.0
                for person in witness.people:
                    draw = self.luck.draw(self.month, culprit.seat, person.seat, rng.INCIDENT)[0]
                    if draw >= p.incident_share:
                        continue
                    learned += 1.0
                    for other in culprit.people:
                        person.hear_of_incident(other, p.incident_integrity, p.incident_competence)
                witness.breach_memory += perception.shock_of_incident(
                    p.incident_integrity, learned, self.people_each
                )

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
        chronicle.note_departure(self, person, successor, of_own_accord)
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
        self._fill_diaries()
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

    def _fill_diaries(self) -> None:
        p, members = self.parameters, self.members
        self.tally = records.Tally()
        self.suspicion = perception.suspicion_from_pressure(
            p.pressure, p.expectation_raised, p.pressure_suspicion
        )
        for organisation in members:
            organisation.received = 0.0
            organisation.record.begin_month()
            organisation.fill_diaries((len(members) - 1) * self.people_each)
            for person in organisation.people:
                person.prepare()

    def _meet(
        self,
        one: KeyIndividual,
        other: KeyIndividual,
        draws: Three,
        reply: Three,
    ) -> None:
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
        rate, members = self.parameters.institutional_rate, self.members
        for organisation in members:
            organisation.home_trust = trust_rules.home_trust_after_month(
                organisation.home_trust,
                organisation.people[LEADER].integrity,
                organisation.parameters.home_learning,
            )
            for other in members:
                if other is not organisation:
                    organisation.institutional[other.seat] = trust_rules.institutional_after_month(
                        organisation.institutional[other.seat],
                        organisation.pair_trust[other.seat],
                        rate,
                    )

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
            seen = expectation.progress_seen(
                organisation.look_back(possible_each, p.results_window),
                p.mature_value,
                p.hardening,
                self.achieved,
                self.show,
                p.realism,
            )
            organisation.frustration = expectation.frustration_after_month(
                organisation.frustration, self.expectation, seen, p.adaptation
            )
            organisation.record.frustration_felt += organisation.frustration
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
            chronicle.note(self, "reached for a silver bullet", "members", f"menu item {bullet}")

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
        chronicle.note_status(self, before)

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
                why = self._why_leave(organisation, loose, draw)
                if why != exits.STAYS:
                    cause = why
                    self._let_go(organisation, cause)
            elif refill_draw < p.refill:
                self.fill_seat(organisation)
        self._perhaps_dissolve(cause)

    def _why_leave(self, organisation: Organisation, loose: float, draw: float) -> int:
        p, frustration = self.parameters, organisation.frustration
        option = loose * exits.pull_of_option(p.exit_option, organisation.option, frustration)
        push = loose * exits.push_of_frustration(p.exit_frustration, frustration)
        return exits.exit_cause(
            draw,
            p.outside_hazard,
            option,
            push,
            exits.part_of_shock(p.exit_breach, organisation.breach_memory, option + push),
            exits.part_of_shock(p.exit_departure, organisation.departure_memory, option + push),
        )

    def _let_go(self, organisation: Organisation, cause: int) -> None:
        organisation.leave()
        organisation.record.note_exit(self.month, cause)
        self.members_lost += 1.0
        self.recent_exits += 1.0
        if self.month_first_exit == 0.0:
            self.month_first_exit = self.month
        chronicle.note(self, "member left", organisation.name, CAUSES[cause])

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
        chronicle.note(self, "dissolved", "members", CAUSES[cause] if cause >= 0 else "")
