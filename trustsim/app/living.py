"""One partnership as it lives, month by month: who is there, who trusts whom, what was done.

A `Life` steps the agents no further than it is asked, and keeps what was seen, so that a reader
can go back and forth.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, NamedTuple

from trustsim.app.kept import TURNS, kept
from trustsim.app.state import HORIZON
from trustsim.engines import records
from trustsim.engines.partnership import Partnership
from trustsim.scenarios.scenario import Scenario
from trustsim.schema import MONTHS

LIVES_KEPT = 128
"""Lives that are kept: two for each of fifty readers, and some to go back to."""


class Deed(NamedTuple):
    """One act of a month: between which seats, what, and how the other side read it."""

    actor: int
    towards: int
    action: str
    as_read: str
    coordinator: bool


class Happening(NamedTuple):
    """Something that befell the partnership."""

    month: int
    event: str
    who: str
    detail: str


class Moment(NamedTuple):
    """A partnership at the end of a month; month 0 is the start.

    names: by seat, "" where nobody sits; people: by seat, names of those who sit there; new: seats
    with somebody who came this month; trust: mutual trust of each pair of seats; attended: pairs
    that the coordinator looks after; numbers: the row of the months table, empty at the start.
    """

    month: int
    names: tuple[str, ...]
    people: tuple[tuple[str, ...], ...]
    trust: Mapping[tuple[int, int], float]
    attended: frozenset[tuple[int, int]]
    deeds: tuple[Deed, ...]
    mean_trust: float
    numbers: Mapping[str, Any]

    @property
    def status(self) -> str:
        """Where it stands."""
        return str(self.numbers.get("status", "forming"))


class Life:
    """One partnership that can be looked at in any month.

    scenario, seed, replicate, months as for `simulate`: its months are those that `simulate`
    records.
    """

    def __init__(
        self, scenario: Scenario, seed: int, replicate: int, months: int = HORIZON
    ) -> None:
        self.scenario = scenario
        self.horizon = months
        self.model = Partnership(
            scenario, seed=seed, replicate=replicate, months=months, log_actions=True
        )
        self._seats: dict[str, int] = {}
        self._moments = [self._look()]
        self._one_at_a_time = threading.Lock()  # two pages may look at the same life

    def at(self, month: int) -> Moment:
        """The partnership at the end of a month; once dissolved, as it was at its end."""
        with self._one_at_a_time:
            if len(self._moments) <= month and self.model.running:
                with TURNS:
                    self._live_until(month)
            self.model.release()
        return self._moments[min(month, len(self._moments) - 1)]

    def _live_until(self, month: int) -> None:
        while len(self._moments) <= month and self.model.running:
            self.model.step()
            self._moments.append(self._look())

    def until(self, month: int) -> list[Moment]:
        """Every month from the start to this one, or to the end if that comes before."""
        self.at(month)
        return self._moments[: month + 1]

    def happenings(self, month: int) -> list[Happening]:
        """What befell it up to this month."""
        self.at(month)
        return [Happening(*one) for one in self.model.happenings if one.month <= month]

    def _look(self) -> Moment:
        model = self.model
        members = {one.seat for one in model.members}
        for organisation in model.organisations:
            self._seats.update({person.name: organisation.seat for person in organisation.people})
        deeds = tuple(
            Deed(
                self._seats[act.actor],
                self._seats[act.towards],
                act.action,
                act.as_read,
                act.coordinator,
            )
            for act in model.acts
        )
        # What is kept of them is in the moment: both lists would outweigh all the rest.
        model.acts.clear()
        model.ties_by_month.clear()
        return Moment(
            model.month,
            tuple(one.name if one.seat in members else "" for one in model.organisations),
            tuple(
                tuple(person.name for person in one.people) if one.seat in members else ()
                for one in model.organisations
            ),
            {
                (one.seat, other.seat): one.mutual_trust(other)
                for one, other in model.pairs_of_members()
            },
            frozenset(model.coordinator.attended),
            deeds,
            float(model.tally.trust),
            records.readable(MONTHS, model.rows[-1]) if model.rows else {},
        )


@kept(LIVES_KEPT)
def life_of(scenario: Scenario, seed: int, replicate: int) -> Life:
    """That partnership; the last ones asked for are kept."""
    return Life(scenario, seed, replicate)
