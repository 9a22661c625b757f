"""Which factors matter: Morris screening and Sobol indices of a study that was swept.

Sampling and Sobol estimates are SALib's (Herman and Usher 2017; Iwanaga and others 2022), an
optional package. `trustsim.sweeps.indices` tells how noise is kept apart from effects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pandas as pd

from trustsim import schema
from trustsim.analysis.outcomes import Outcome, outcomes
from trustsim.arguments import plain_whole, text, whole
from trustsim.errors import StudyError, nearest, refusal
from trustsim.sweeps.cells import cells_of
from trustsim.sweeps.contrasts import baseline_of
from trustsim.sweeps.design import require_salib, rows_a_sample
from trustsim.sweeps.indices import Values, morris_effects, sobol_indices
from trustsim.sweeps.reading import batches_of
from trustsim.sweeps.results import Sweep
from trustsim.sweeps.summary import Sums, columns_of, own_outcome, own_outcomes
from trustsim.sweeps.tables import ARM, CELL, stored_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trustsim.sweeps.reading import Source
    from trustsim.sweeps.study import Study

KINDS = ("morris", "saltelli")
GROUPS = 10  # of replicates, to tell noise from effects


def check_study(study: Study) -> None:
    """Refuse a study whose sweep can't be analysed here; also if SALib is not installed."""
    kind, points = study.form.design.kind, study.form.design.points or 0
    if kind not in KINDS or not study.factors:
        step = 'Sweep a study of kind = "morris" or "saltelli", with factors.'
        got = f"{kind}, {len(study.factors)} factors"
        _refuse("design", got, "has no trajectories or mixtures to compare", step)
    if points < 2:
        step = "Ask for two or more; ten trajectories, or hundreds of base samples."
        allowed = "must be two or more trajectories or base samples, or nothing tells of error"
        _refuse("points", str(study.form.design.points), allowed, step)
    require_salib()


def check_asked(
    study: Study, names: Sequence[str], month: int | None, baseline: str | None
) -> None:
    """Refuse, before a sweep, what `sensitivity_of` could not answer after it (StudyError)."""
    check_study(study)
    if baseline is not None:
        baseline_of("sensitivity", study, baseline)
    own = [own_outcome(name, study.months) for name in study.outcomes]
    for name in names:
        _outcome(own, name, month, study.months)
    for cell in cells_of(study):
        if cell.problem:
            allowed = f"every point must be a scenario, or the design has holes ({cell.problem})"
            _refuse(f"cell {cell.number}", "impossible", allowed, "Narrow the ranges.")


def sensitivity_of(
    found: Sweep,
    *,
    outcome: str = "dissolved",
    month: int | None = None,
    baseline: str | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """How far each factor moves an outcome, arm by arm, with the noise of the simulation apart.

    All cells meet the same luck, so luck that helps or harms everywhere alike does not count as
    noise here.
    What is left of it shows when the replicates are dealt into ten groups, each with luck of its
    own: `noise` is the share of the variance between points in which the groups disagree.
    Replicate more where it is large; look at `corrected` first, and at both.

    Parameters
    ----------
    found : Sweep
        A study of design "morris" or "saltelli", swept to its end.
    outcome : str, optional
        An outcome as in `Sweep.summary`: "dissolved", "matured", "months alive", ..., or an
        outcome of your own.
    month : int, optional
        By which month (shares, restricted means); the horizon if left out.
    baseline : str, optional
        An arm, such as "baseline". Then which factors move the difference that every other arm
        makes to it, at the same points with the same luck.
    resamples : int, optional
        Bootstrap samples of trajectories or base samples.
    seed : int, optional
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row an arm, factor and index: arm ("coordinator minus baseline" if it is a
        difference), outcome, month, unit, then as in `trustsim.sweeps.indices.COLUMNS`, then
        replicates (of the cell with the fewest).
        index is mu, mu_star, sigma (unit of the outcome, over the range of the factor; see
        `morris_effects`) or first, total, second (shares of variance; see `sobol_indices`);
        `other` is the second factor of a pair.

    Raises
    ------
    StudyError
        The study has another design; the outcome is unknown, missing for some runs, or the same
        everywhere; some points are missing; or there is no such arm, or only that one.

    Examples
    --------
    >>> from trustsim.sweeps import Study, sweep
    >>> factors = {"negativity": [1.5, 3.0], "handover": [0.0, 0.8]}
    >>> study = Study("dyad", replicates=20, months=24, factors=factors, design="morris", points=4)
    >>> table = sensitivity_of(sweep(study), outcome="months alive")
    >>> table[["factor", "index"]].head(2).values.tolist()
    [['negativity', 'mu'], ['handover', 'mu']]
    """
    source, study = found.source, found.study
    check_study(study)
    if baseline is not None:
        baseline_of("sensitivity", study, baseline)
    one = _outcome(own_outcomes(source, study.months), outcome, month, study.months)
    resamples = whole("sensitivity", "resamples", resamples, 2, 10**6, "of the bootstrap")
    seed = whole("sensitivity", "seed", seed, 0, 2**63 - 1, "of the bootstrap")
    cells = source.cells().sort_values("number")
    kind, names = study.form.design.kind, list(study.factors)
    _refuse_gaps(study, cells)
    keys = list(dict.fromkeys(cells[CELL]))
    means, replicates = _means(source, one, keys, study)
    places = {
        str(arm): pd.Index(keys).get_indexer(pd.Index(mine[CELL]))
        for arm, mine in cells.groupby(ARM, sort=False, observed=True)
    }
    tables = []
    for arm, here in places.items():
        if arm == baseline:
            continue
        values = Values(means.whole[here], means.parts[here])
        if baseline is not None:
            base = places[baseline]
            values = Values(values.whole - means.whole[base], values.parts - means.parts[base])
        if kind == "morris":
            units = _units(study, cells[cells[ARM] == arm])
            table = morris_effects(values, units, names, resamples=resamples, seed=seed)
        else:
            table = sobol_indices(values, names, resamples=resamples, seed=seed)
        table.insert(0, "arm", arm if baseline is None else f"{arm} minus {baseline}")
        tables.append(table)
    table = pd.concat(tables, ignore_index=True).assign(replicates=replicates)
    table.insert(1, "outcome", one.name)
    table.insert(2, "month", one.month)
    table.insert(3, "unit", one.unit)
    return table


def _outcome(own: Sequence[Outcome], name: str, month: int | None, months: int) -> Outcome:
    """The outcome of that name; a column that is missing in some runs is refused with a reason."""
    by = plain_whole(months if month is None else month)
    if type(by) is not int or not 1 <= by <= months:
        _refuse("month", month, f"must lie in 1 to {months}, the horizon", "Choose one.")
    name = text("sensitivity", "outcome", name, "such as dissolved", StudyError)
    known = {one.name: one for one in (*outcomes([by], by, months), *own)}
    if name in known:
        return known[name]
    if name in {stored_name(column) for column in schema.RUNS if column.kind == "month"}:
        allowed = "is missing where it never happened; a mean of the rest would mislead"
        step = "Use a share (matured, dissolved) or a mean up to a month (months not mature)."
        _refuse("outcome", name, allowed, step)
    step = f"Use one of these, or sweep with an outcome of your own.{nearest(name, known)}"
    return _refuse("outcome", name, f"must be one of {', '.join(known)}", step)


def _refuse_gaps(study: Study, cells: pd.DataFrame) -> None:
    """Refuse cells unless every arm has every point and each could be simulated."""
    design = study.form.design
    points = (design.points or 0) * rows_a_sample(design.kind, len(study.factors))
    wanted, there = points * len(study.arms), int((cells["problem"] == "").sum())
    if there < wanted or len(cells) != wanted:
        allowed = "all must be there, or trajectories and mixtures have holes"
        step = "`failures` says why not; narrow the ranges so that every point is a scenario."
        _refuse("points", f"{there} of {wanted}", allowed, step)


def _means(source: Source, one: Outcome, keys: list[str], study: Study) -> tuple[Values, int]:
    """Means of an outcome by cell, and by cell and group of replicates; the fewest replicates.

    Replicate r is in group r modulo the number of groups, so a group has the same luck at
    every point, and no luck in common with another.
    """
    groups = min(GROUPS, study.replicates)
    sums = Sums(keys, groups)
    for rows in batches_of(source.dataset("runs").get_fragments(), columns_of([one])):
        if rows.empty:
            continue
        places, values = sums.places(rows[CELL]), one.measure(rows)
        if (places < 0).any():
            _refuse("cells", "unknown keys", "runs must be of this study", "Pass its own study.")
        group = rows["replicate"].to_numpy() % groups
        for number in range(groups):
            sums.add(places[group == number], number, values[group == number])
    missing, count = sums.missing.sum(axis=1), sums.count.sum(axis=1)
    if missing.any():
        got = f"{one.name}: {missing.sum():.0f} runs in {np.count_nonzero(missing)} cells"
        step = "Use an outcome that every run has: a share, or a mean up to a month."
        _refuse("missing values", got, "a mean of the other runs would mislead", step)
    few = int((count < study.replicates).sum())
    if few:
        allowed = f"have fewer than {study.replicates} replicates"
        step = "Resume the sweep, or try failed runs again (retry_failed)."
        _refuse("cells", f"{few} of {len(keys)}", allowed, step)
    return Values(sums.total.sum(axis=1) / count, sums.total / sums.count), int(count.min())


def _units(study: Study, cells: pd.DataFrame) -> np.ndarray:
    """Points with every factor's range stretched to [0, 1]."""
    low, high = np.array([study.range_of(name) for name in study.factors], dtype=float).T
    return np.asarray((cells[list(study.factors)].to_numpy(dtype=float) - low) / (high - low))


def _refuse(what: str, got: object, allowed: str, step: str) -> NoReturn:
    raise StudyError(refusal("sensitivity", what, got, allowed, step))
