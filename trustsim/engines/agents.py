"""The people and organisations of a partnership, told with agents: the engine to read.

Each agent holds its own state and calls the rules of `model/rules`; `partnership.py` says who
acts when. The compiled kernel tells the same month on arrays and gets the same bits, so
sums are added up in the order of the seats. To try another behaviour, derive from
`KeyIndividual`, override `choose`, `deliver`, `read` or `learn`, and name your class as
`individual_type` of a class derived from `Partnership`.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import mesa

from trustsim import rng
from trustsim.engines.records import SeatRecord
from trustsim.engines.story import note_act
from trustsim.engines.ties import Tie
from trustsim.model.actions import EVIDENCE, IF_UNDELIVERED, PROMISE, VIOLATION
from trustsim.model.rules import (
    choice,
    coordination,
    delivery,
    exits,
    expectation,
    meeting,
    people,
    perception,
    trust,
)

if TYPE_CHECKING:
    from trustsim.engines.partnership import Partnership

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OWN_SIDE = 0  # the seat that a coordinator with allegiance belongs to


class KeyIndividual(mesa.Agent):
    """A person who carries relationships, from taking a seat until leaving it.

    organisation: whose seat it is; place: 0 for the leader, then downwards; seat: the same,
    counted over all members; incumbency: how many held the seat before; ties: what this
    person has lived through with each person of other members, by their seat; the rest as in
    `state.PERSON`. Named as organisation, place from 1 and incumbency: "B2#0".
    """

    model: Partnership

    def __init__(self, organisation: Organisation, place: int, incumbency: int) -> None:
        super().__init__(organisation.model)
        self.organisation = organisation
        self.place = place
        self.seat = organisation.seat * self.model.people_each + place
        self.tier = self.model.tiers[place]
        self.incumbency = incumbency
        self.name = f"{organisation.name}{place + 1}#{incumbency}"
        self.ties: dict[int, Tie] = {}
        p = organisation.parameters
        self.influence = self._trait(p.influence, rng.INFLUENCE)
        self.collaboration = self._trait(p.collaboration, rng.COLLABORATION)
        self.integrity = self._trait(p.integrity, rng.INTEGRITY)
        self.process_focus = self._trait(p.process_focus, rng.PROCESS_FOCUS)
        self.disposition = self._trait(p.disposition, rng.DISPOSITION)
        self.coached = 0.0
        self.weigh()
        self.prepare()

    def _trait(self, mean: float, purpose: int) -> float:
        deviate = self.model.luck.deviate(self.seat, self.incumbency, purpose)
        return people.trait(mean, self.organisation.parameters.trait_spread, deviate)

    def weigh(self) -> None:
        """How much of the contact across the boundary runs through this seat."""
        p = self.organisation.parameters
        self.weight = people.weight_of_seat(self.tier, p.command, p.thinning)

    def prepare(self) -> None:
        """Competences as coached, as they are brought to this month's meetings."""
        effect, coached = self.organisation.parameters.coaching_effect, self.coached
        raised = people.competence_with_coaching
        self.influence_now = raised(self.influence, coached, effect)
        self.collaboration_now = raised(self.collaboration, coached, effect)
        self.process_focus_now = raised(self.process_focus, coached, effect)

    # Ties: how they start, fade, and turn into trust.

    def bring_history(self, other: KeyIndividual) -> None:
        """A founder's tie: evidence from earlier work between the two organisations."""
        history = self.organisation.institutional[other.organisation.seat]
        self.ties[other.seat] = Tie.of_founders(
            self.model.rule, self.model.parameters, history, self.disposition
        )

    def meet_as_stranger(self, other: KeyIndividual, handover: float) -> None:
        """A tie without evidence: what is believed of newcomers, and what a handover passes on."""
        believed = people.prior_of_newcomer(
            self.disposition, self.organisation.institutional[other.organisation.seat], handover
        )
        self.ties[other.seat] = Tie.of_strangers(self.model.rule, self.model.parameters, believed)

    def judged(self, tie: Tie) -> float:
        """Trust that what has been lived through would justify."""
        return tie.judged(self.model.rule, self.model.parameters)

    def judge(self, other: KeyIndividual) -> None:
        """Trust follows what has come in this month."""
        self.ties[other.seat].judge(self.model.rule, self.model.parameters)

    def forget(self, other: KeyIndividual) -> None:
        """A month passes: evidence fades, the prior drifts to what the organisation believes."""
        believed = self.organisation.institutional[other.organisation.seat]
        self.ties[other.seat].fade(self.model.rule, self.model.parameters, believed)

    def hear_of_incident(self, culprit: KeyIndividual, integrity: float, competence: float) -> None:
        """A scripted breach and a scripted failure, of these sizes, become evidence."""
        p, tie = self.model.parameters, self.ties[culprit.seat]
        as_meant, negativity, shield = perception.AS_MEANT, p.negativity, p.depth_shield
        tie.violations += perception.bad_news(
            -integrity, as_meant, 0.0, negativity, tie.depth, shield
        )
        tie.failures += perception.bad_news(
            -competence, as_meant, 0.0, negativity, tie.depth, shield
        )

    # A meeting: each side acts once; the other reads it and learns.

    def act(self, towards: KeyIndividual, draws: tuple[float, float, float]) -> None:
        """One act towards another, and what comes of it; draws: choice, delivery, reading."""
        model, (to_choose, to_deliver, to_read) = self.model, draws
        chosen = self.choose(towards, to_choose)
        action = self.deliver(chosen, to_deliver)
        model.credit(self, towards, action)
        reading = towards.read(self, action, to_read)
        before = towards.judged(towards.ties[self.seat]) if model.log_actions else 0.0
        towards.learn(self, action, reading)
        if model.log_actions:
            note_act(model, self, towards, chosen, action, reading, before)

    def choose(self, towards: KeyIndividual, draw: float) -> int:
        """What this person means to do: a row of `model.actions.ACTIONS`.

        draw: one uniform number in (0, 1), the only luck that a choice may use.
        """
        home, whole = self.organisation, self.model.parameters
        p = home.parameters
        acted_on = choice.trust_with_deference(
            self.ties[towards.seat].trust,
            home.people[0].ties[towards.seat].trust,
            p.command,
            p.deference,
            self.tier,
        )
        opportunism = choice.opportunism_left(
            p.monitoring, p.monitoring_effect, p.charter, p.charter_effect
        )
        return choice.chosen_action(
            draw,
            choice.breach_probability(p.breach_rate, self.integrity, opportunism),
            choice.willingness(
                acted_on,
                self.collaboration_now,
                home.frustration,
                p.willingness,
                p.willingness_trust,
                p.willingness_collaboration,
                p.willingness_frustration,
            ),
            choice.challenge_probability(
                p.challenge,
                acted_on,
                whole.coordinator_challenge,
                self.model.coordinator.standing_between(home, towards.organisation),
            ),
            choice.compliance_probability(p.compliance, whole.command_across),
            choice.undercut_probability(p.rivalry, self.collaboration_now, opportunism),
            choice.power(p.command, home.stake),
        )

    def deliver(self, action: int, draw: float) -> int:
        """What becomes of it at home: a promise is met, or turns into another row of `ACTIONS`."""
        if PROMISE[action] == 0.0:
            return action
        home, p = self.organisation, self.organisation.parameters
        self.model.promises += 1.0
        if draw < delivery.delivery_probability(
            p.command,
            self.influence_now,
            home.home_trust,
            p.delivery_floor,
            p.delivery_influence,
            p.delivery_trust,
        ):
            self.model.delivered += 1.0
            return action
        return IF_UNDELIVERED[action]

    def read(self, actor: KeyIndividual, action: int, draw: float) -> int:
        """How this person reads another's act: a row of `perception.READINGS`."""
        whole, p, tie = self.model.parameters, self.organisation.parameters, self.ties[actor.seat]
        standing = self.model.coordinator.standing_between(self.organisation, actor.organisation)
        misread = perception.misreading_probability(
            whole.misreading,
            tie.trust,
            self.model.suspicion,
            p.charter,
            p.charter_effect,
            whole.coordinator_support * standing,
        )
        excused = perception.excuse_probability(
            whole.excuse, tie.trust, VIOLATION[action], whole.integrity_excuse
        )
        return perception.reading_of_act(draw, EVIDENCE[action], misread, excused)

    def learn(self, actor: KeyIndividual, action: int, reading: int) -> None:
        """The act becomes evidence, for this person and, by hearsay, for colleagues.

        Trust itself is judged after all the meetings of the month.
        """
        whole, p, tie = self.model.parameters, actor.organisation.parameters, self.ties[actor.seat]
        evidence, violation = EVIDENCE[action], VIOLATION[action]
        good = perception.good_news(evidence, reading, p.evidence_discount)
        bad = perception.bad_news(
            evidence, reading, whole.misread_size, whole.negativity, tie.depth, whole.depth_shield
        )
        signal = perception.signal_of_distrust(
            p.monitoring,
            p.monitoring_signal,
            self.model.coordinator.allegiance_seen(actor.organisation),
            whole.allegiance_signal,
        )
        failure, violation_felt = (1.0 - violation) * bad, violation * bad
        self.organisation.breach_memory += violation
        tie.kept += good
        tie.failures += failure + signal
        tie.violations += violation_felt
        for colleague in self.organisation.people:
            if colleague is not self:
                colleague.hear(actor, good, failure, violation_felt)

    def hear(self, actor: KeyIndividual, good: float, failure: float, violation: float) -> None:
        """A colleague's experience, taken over in part."""
        tie, hearsay = self.ties[actor.seat], self.model.parameters.hearsay
        tie.kept += hearsay * good
        tie.failures += hearsay * failure
        tie.violations += hearsay * violation


class Organisation(mesa.Agent):
    """A member, from taking a seat at the table until leaving it.

    seat: which one, from 0; incarnation: how many organisations held it before; people: its
    key individuals, the leader first; parameters: those in force for this member;
    institutional, pair_trust: its own trust in the organisation at each seat, and that of its
    people; record: what is counted of the seat, earlier holders included; the rest as in
    `state.ORGANISATION`. Named by a letter, one with a number for those
    who came later: "B", "B(2)".
    """

    model: Partnership

    def __init__(
        self, model: Partnership, seat: int, incarnation: int, parameters: SimpleNamespace
    ) -> None:
        super().__init__(model)
        self.seat = seat
        self.incarnation = incarnation
        self.name = letters_of(seat) + (f"({incarnation + 1})" if incarnation else "")
        self.parameters = p = parameters
        self.people: list[KeyIndividual] = []
        self.institutional = [0.0] * model.seats
        self.pair_trust = [0.0] * model.seats
        self.record = SeatRecord()
        self.member = 1.0
        whole = model.parameters
        self.stake = people.trait(
            whole.stake, p.trait_spread, model.luck.deviate(seat, incarnation, rng.STAKE)
        )
        self.option = people.outside_option(
            whole.outside_option,
            whole.outside_spread,
            model.luck.deviate(seat, incarnation, rng.OUTSIDE_OPTION),
        )
        self.home_trust = p.integrity
        self.frustration = 0.0
        self.breach_memory = 0.0
        self.results = 0.0
        self.departure_memory = 0.0
        self.received = 0.0
        self.density = 0.0

    def seat_people(self, incumbencies: list[int]) -> None:
        """Key individuals take their places; each is given how many held the seat before."""
        self.people = [
            self.model.individual_type(self, place, incumbency)
            for place, incumbency in enumerate(incumbencies)
        ]
        self.follow(self.parameters)

    def succeed(self, person: KeyIndividual) -> KeyIndividual:
        """A successor takes the place of somebody who left."""
        person.remove()
        successor = self.model.individual_type(self, person.place, person.incumbency + 1)
        self.people[person.place] = successor
        return successor

    def follow(self, parameters: SimpleNamespace) -> None:
        """Parameters that are now in force."""
        self.parameters = parameters
        self.total_weight = 0.0
        for person in self.people:
            person.weigh()
            self.total_weight += person.weight

    def look_back(self, possible: float, window: float) -> float:
        """Results judged by, this month's among them; possible: acts that there was time for."""
        now = self.received / possible
        self.results = expectation.results_after_month(self.results, now, window)
        return self.results

    def shocks_fade(self, kept: float) -> None:
        """Breaches suffered and leaders lost are remembered less; so is what coaching taught."""
        p = self.parameters
        self.breach_memory = perception.memory_after_month(self.breach_memory, kept)
        self.departure_memory = perception.memory_after_month(self.departure_memory, kept)
        for person in self.people:
            person.coached = people.coached_after_month(
                person.coached, p.coaching_kept, p.coaching, p.coaching_gain
            )

    def fill_diaries(self, counterparts: float) -> None:
        """A month begins: what each person's diary has room for, for each of all counterparts."""
        p = self.parameters
        self.received = 0.0
        self.record.begin_month()
        for person in self.people:
            person.prepare()
        available = meeting.meetings_available(
            p.meetings, p.reporting, p.coaching, p.coaching_time, p.extra_meetings
        )
        self.density = meeting.diary_density(available, counterparts)
        self.record.overhead += meeting.overhead(available, p.meetings, p.extra_meetings)

    def judge(self, other: Organisation) -> None:
        """Trust of this member's people in those of another, by the weight of their seats."""
        total = 0.0
        for person in self.people:
            weight, ties = person.weight, person.ties
            for counterpart in other.people:
                total += weight * counterpart.weight * ties[counterpart.seat].trust
        self.pair_trust[other.seat] = total / (self.total_weight * other.total_weight)

    def mutual_trust(self, other: Organisation) -> float:
        """Trust that two members share."""
        return trust.mutual_trust(self.pair_trust[other.seat], other.pair_trust[self.seat])

    def hear_of_incident(self, culprit: Organisation) -> None:
        """A scripted breach or failure of another member; not everybody here learns of it."""
        model, p = self.model, culprit.parameters
        learned = 0.0
        for person in self.people:
            draw = model.luck.draw(model.month, culprit.seat, person.seat, rng.INCIDENT)[0]
            if draw >= p.incident_share:
                continue
            learned += 1.0
            for other in culprit.people:
                person.hear_of_incident(other, p.incident_integrity, p.incident_competence)
        self.breach_memory += perception.shock_of_incident(
            p.incident_integrity, learned, model.people_each
        )

    def learn_about(self, members: list[Organisation]) -> None:
        """Trust at home, and the organisation's own trust in each other member."""
        self.home_trust = trust.home_trust_after_month(
            self.home_trust, self.people[0].integrity, self.parameters.home_learning
        )
        for other in members:
            if other is not self:
                self.institutional[other.seat] = trust.institutional_after_month(
                    self.institutional[other.seat],
                    self.pair_trust[other.seat],
                    self.model.parameters.institutional_rate,
                )

    def compare_with_expectation(self, possible: float) -> None:
        """Frustration follows what the sponsor expects and what this member sees.

        possible: acts that there was time for this month.
        """
        model, p = self.model, self.model.parameters
        seen = expectation.progress_seen(
            self.look_back(possible, p.results_window),
            p.mature_value,
            p.hardening,
            model.achieved,
            model.show,
            p.realism,
        )
        self.frustration = expectation.frustration_after_month(
            self.frustration, model.expectation, seen, p.adaptation
        )
        self.record.frustration_felt += self.frustration

    def why_leave(self, loose: float, draw: float) -> int:
        """Why this member leaves at the end of the month, or `exits.STAYS`."""
        p, frustration = self.model.parameters, self.frustration
        option = loose * exits.pull_of_option(p.exit_option, self.option, frustration)
        push = loose * exits.push_of_frustration(p.exit_frustration, frustration)
        return exits.exit_cause(
            draw,
            p.outside_hazard,
            option,
            push,
            exits.part_of_shock(p.exit_breach, self.breach_memory, option + push),
            exits.part_of_shock(p.exit_departure, self.departure_memory, option + push),
        )

    def leave(self) -> None:
        """The member and its people go."""
        self.member = 0.0
        for person in self.people:
            person.remove()
        self.remove()


class Coordinator(mesa.Agent):
    """Somebody independent who attends to troubled pairs of members; idle at capacity 0.

    attended: pairs of seats attended to this month, each in both orders.
    """

    model: Partnership

    def __init__(self, model: Partnership) -> None:
        super().__init__(model)
        self.name = "coordinator"
        self.attended: set[tuple[int, int]] = set()
        self.standing = 0.0

    def standing_between(self, one: Organisation, other: Organisation) -> float:
        """What this coordinator's word is worth to a pair: nothing in absence."""
        return self.standing if self.is_present(one, other) else 0.0

    def is_present(self, one: Organisation, other: Organisation) -> bool:
        """Whether this pair of members is attended to this month."""
        return (one.seat, other.seat) in self.attended

    def allegiance_seen(self, actor: Organisation) -> float:
        """Allegiance to the acting side, as the other side sees it: in the room or not."""
        p = self.model.parameters
        if actor.seat == OWN_SIDE and p.coordinator_capacity > 0.0:
            return float(p.coordinator_allegiance)
        return 0.0

    def choose_pairs(self) -> None:
        """Attend to the pairs that seem to need it most, as many as there is time for."""
        p, model = self.model.parameters, self.model
        self.attended = set()
        self.standing = 0.0
        if p.coordinator_capacity == 0.0:
            return
        self.standing = coordination.legitimacy(
            p.coordinator_skill, p.coordinator_inclusiveness, p.coordinator_allegiance
        )
        draw = model.luck.draw(model.month, 0, 0, rng.CAPACITY)[0]
        troubled = sorted(model.pairs_of_members(), key=self.calm)
        for one, other in troubled[: coordination.pairs_attended(p.coordinator_capacity, draw)]:
            self.attended |= {(one.seat, other.seat), (other.seat, one.seat)}
            self.mend(one, other)
            self.mend(other, one)

    def calm(self, pair: tuple[Organisation, Organisation]) -> float:
        """How little a pair seems to need help; its own side comes first with allegiance."""
        one, other = pair
        draw = self.model.luck.draw(self.model.month, one.seat, other.seat, rng.ATTENTION)[0]
        own_side = 1.0 if one.seat == OWN_SIDE else 0.0
        return coordination.calm_of_pair(
            one.mutual_trust(other), own_side, self.model.parameters.coordinator_allegiance, draw
        )

    def mend(self, one: Organisation, other: Organisation) -> None:
        """What people of one member hold against those of the other is talked through."""
        p = self.model.parameters
        for person in one.people:
            for counterpart in other.people:
                tie = person.ties[counterpart.seat]
                tie.failures = coordination.evidence_after_mending(
                    tie.failures, self.standing, p.coordinator_mending
                )
                tie.violations = coordination.violations_after_mending(
                    tie.violations, self.standing, p.coordinator_mending, p.mending_integrity
                )
                tie.damage = coordination.evidence_after_mending(
                    tie.damage, self.standing, p.coordinator_mending
                )

    def coach(self, *present: KeyIndividual) -> None:
        """Those in the room learn something."""
        for person in present:
            person.coached = coordination.coached_after_session(
                person.coached, self.standing, self.model.parameters.coordinator_coaching
            )


def letters_of(seat: int) -> str:
    """Letters that name a seat, as in a spreadsheet.

    >>> letters_of(0), letters_of(25), letters_of(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    while seat >= 0:
        letters = LETTERS[seat % len(LETTERS)] + letters
        seat = seat // len(LETTERS) - 1
    return letters
