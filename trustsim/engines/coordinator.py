"""The coordinator of a partnership, told as an agent; see `agents.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from trustsim import rng
from trustsim.model.rules import coordination

if TYPE_CHECKING:
    from trustsim.engines.agents import KeyIndividual, Organisation
    from trustsim.engines.partnership import Partnership

OWN_SIDE = 0  # the seat that a coordinator with allegiance belongs to


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
