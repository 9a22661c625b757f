"""Is a result owed to how the model is told? The same partnerships, told otherwise.

Two choices without evidence behind them: that a month's meetings are simultaneous, and that
people and organisations differ by a bell-shaped deviate. Each variant changes one of them, with
agents only, and leaves every other line and all other luck as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import repeat
from typing import TYPE_CHECKING

from trustsim import arguments, rng
from trustsim.engines.ensemble import joined
from trustsim.engines.luck import Luck
from trustsim.engines.mesa_engine import run_mesa
from trustsim.engines.partnership import Encounter, Partnership
from trustsim.errors import ScenarioError, refusal
from trustsim.model.rules.peers import is_a_level
from trustsim.processes import Processes
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.scenarios.scenario import Scenario
from trustsim.simulation import RECORDS, Runs, checked_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trustsim.engines.ensemble import Raw

LEAST = 2.0**-60
"""Rank below which a deviate of unbounded size is not followed."""
SUMMED = 4
"""Uniforms in the bell that the model draws."""


class SequentialPartnership(Partnership):
    """Meetings one after another, in random order; each leaves its mark before the next.

    The order is drawn anew each month, from luck of its own. Within a meeting both sides still
    act on the trust they came with; then everybody who learned from it, colleagues who heard of
    it included, judges anew.
    """

    def encounters(self) -> Iterator[Encounter]:
        """Those that meet anyway, in an order by chance; trust is judged after each."""
        for one, other, draws, reply in sorted(super().encounters(), key=self._turn):
            yield one, other, draws, reply
            for person in one.organisation.people:
                person.judge(other)
            for person in other.organisation.people:
                person.judge(one)

    def _turn(self, encounter: Encounter) -> float:
        one, other = encounter[0].seat, encounter[1].seat
        turn: float = self.luck.draw(self.month, one, other, rng.ORDER)[0]
        return turn


class OtherLuck(Luck):
    """Deviates of another family; whoever has the higher one in the model still has it.

    A derived class says which value stands at a rank in (0, 1): mean 0, standard deviation 1.
    """

    def deviate(self, who: int, about: int, purpose: int) -> float:
        """The value at the rank of the model's own deviate."""
        total = math.fsum(self.draw(0, who, about, purpose))
        return self.at_rank(rank_of_sum(total))

    def at_rank(self, rank: float) -> float:
        """The deviate below which a share `rank` of all lies."""
        raise NotImplementedError


class UniformLuck(OtherLuck):
    """All deviates within +-1.73 are as likely: no middling sort of person."""

    def at_rank(self, rank: float) -> float:
        """See the class."""
        return math.sqrt(12.0) * (rank - 0.5)


class TwoPointLuck(OtherLuck):
    """There are two sorts, one standard deviation off either way, and nobody between."""

    def at_rank(self, rank: float) -> float:
        """See the class."""
        return 1.0 if rank >= 0.5 else -1.0


class HeavyTailedLuck(OtherLuck):
    """Laplace's family: most are middling, a few are extreme (kurtosis 6; of the bell, 2.7).

    Its tails are the heaviest of the common ones at which the mean outside option exists.
    """

    def at_rank(self, rank: float) -> float:
        """See the class."""
        size = -math.log(2.0 * max(LEAST, min(rank, 1.0 - rank))) / math.sqrt(2.0)
        return size if rank >= 0.5 else -size


class UniformPartnership(Partnership):
    """People and organisations that differ by `UniformLuck`."""

    luck_type = UniformLuck


class TwoPointPartnership(Partnership):
    """People and organisations that differ by `TwoPointLuck`."""

    luck_type = TwoPointLuck


class HeavyTailedPartnership(Partnership):
    """People and organisations that differ by `HeavyTailedLuck`."""

    luck_type = HeavyTailedLuck


VARIANTS: dict[str, type[Partnership]] = {
    "as it is": Partnership,
    "sequential": SequentialPartnership,
    "uniform": UniformPartnership,
    "two-point": TwoPointPartnership,
    "heavy-tailed": HeavyTailedPartnership,
}
"""Kinds of telling, the model's own first."""


def rank_of_sum(total: float) -> float:
    """Share of sums of four uniforms that lie below this one (Irwin-Hall).

    >>> rank_of_sum(2.0), rank_of_sum(0.0), rank_of_sum(4.0)
    (0.5, 0.0, 1.0)
    """
    if total > SUMMED / 2:
        return 1.0 - rank_of_sum(SUMMED - total)
    return (total**4 - 4.0 * max(0.0, total - 1.0) ** 4) / 24.0


class VariantRuns(Runs):
    """Many lives of one scenario under one telling; `kind`: which, of `VARIANTS`."""

    kind = "as it is"

    def one(self, replicate: int, *, log_actions: bool = True) -> Partnership:
        """That very partnership as agents, run to its end."""
        model = VARIANTS[self.kind](
            self.scenario,
            seed=self.seed,
            replicate=replicate,
            months=self.horizon,
            log_actions=log_actions,
        )
        model.run_model()
        return model


def simulate_variant(
    scenario: Scenario | str,
    kind: str,
    replicates: int,
    seed: int = 0,
    months: int = 120,
    *,
    record: str = "runs",
    workers: int = 1,
    progress: Callable[[int], object] | None = None,
) -> VariantRuns:
    """Live through a scenario many times, told in another way; with agents, so it takes its time.

    Replicate r has the luck of replicate r of `simulate` with that seed, and under "as it is" it is
    that replicate, to the bit.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, the name of a setting or a file.
    kind : str
        One of `VARIANTS`.
    replicates, seed, months, record
        As for `simulate`.
    workers : int, optional
        Processes; 1 stays in this one. Their number changes no number of the result.
    progress : callable, optional
        Called with the number of partnerships just finished; within this process only.

    Returns
    -------
    VariantRuns
        Tables and summaries as of `simulate`.

    Raises
    ------
    ParameterError
        An unknown kind, or arguments that `simulate` would refuse.
    ScenarioError
        A scenario that makes no sense, or "sequential" where trust is a level moved once a month.
    """
    chosen = scenario_of(scenario)
    where = "simulate_variant"
    asked = checked_arguments(
        where, replicates=replicates, seed=seed, months=months, workers=workers
    )
    kind = arguments.one_of(where, "kind", kind, VARIANTS)
    record = arguments.one_of(where, "record", record, RECORDS)
    rule = int(chosen.values()["trust_rule"])
    if kind == "sequential" and is_a_level(rule):
        allowed = "must not be a level: that is moved by a whole month, not by one meeting"
        step = "Take the rule of trust 0, 3 or 4."
        raise ScenarioError(refusal(where, "trust_rule", rule, allowed, step))
    crew, total = asked.workers or 1, asked.replicates
    size = -(-total // crew)
    starts = range(0, total, size)
    counts = [min(size, total - start) for start in starts]
    if crew == 1:
        parts = [_lived(chosen, kind, asked.seed, 0, total, asked.months, record, progress)]
    else:
        with Processes(crew) as pool:
            same = [repeat(one) for one in (chosen, kind, asked.seed)]
            rest = [repeat(one) for one in (asked.months, record)]
            parts = list(pool.map(_lived, *same, starts, counts, *rest))
    runs = VariantRuns(chosen, asked.seed, asked.months, "mesa", record, joined(parts))
    runs.kind = kind
    return runs


def _lived(
    scenario: Scenario,
    kind: str,
    seed: int,
    first: int,
    count: int,
    months: int,
    record: str,
    progress: Callable[[int], object] | None = None,
) -> Raw:
    return run_mesa(
        scenario,
        seed=seed,
        first=first,
        count=count,
        months=months,
        record_months="months" in RECORDS[record],
        record_members="members" in RECORDS[record],
        model_class=VARIANTS[kind],
        progress=progress,
    )
