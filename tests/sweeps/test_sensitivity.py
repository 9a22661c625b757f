"""Morris effects and Sobol indices: known answers, noise told from effects, gaps refused."""

import sys

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol
from SALib.test_functions import Ishigami, Sobol_G
from scipy import stats

from trustsim.errors import MissingExtraError, StudyError
from trustsim.sweeps import Study, Sweep, sensitivity_of, sweep
from trustsim.sweeps.design import points_of, unit_sample
from trustsim.sweeps.indices import Values, morris_effects, sobol_indices
from trustsim.sweeps.results import UnfinishedWarning
from trustsim.sweeps.sensitivity import GROUPS, check_study

REPLICATES = 20
WIDE = 2.0  # reaches of a 95 % interval: 3.9 standard errors, exceeded once in 10,000


def values_of(function, luck):
    """Means by point and by group, of a function of the point plus the luck of each replicate."""
    every = function[:, None] + luck
    parts = [every[:, group::GROUPS].mean(axis=1) for group in range(GROUPS)]
    return Values(every.mean(axis=1), np.stack(parts, axis=1))


def problem(size):
    names = [f"x{place}" for place in range(size)]
    return {"num_vars": size, "names": names, "bounds": [[0, 1]] * size}


def indexed(table, index):
    rows = table[table["index"] == index]
    return rows.set_index(["factor", "other"]) if index == "second" else rows.set_index("factor")


def holds(rows, known, *, kind=""):
    """Whether known values lie within twice the reach of the intervals."""
    middle = rows["corrected" if kind else "estimate"]
    reach = (rows[f"{kind}high"] - rows[f"{kind}low"]) / 2
    return (np.abs(middle.to_numpy() - known) <= WIDE * reach.to_numpy() + 1e-12).all()


def ishigami(points=512, seed=1):
    """Points in the unit cube, values there, and the known first, total and second indices."""
    units = unit_sample("saltelli", 3, points, seed)
    values = Ishigami.evaluate(2 * np.pi * units - np.pi)
    a, b = 7.0, 0.1
    alone = 0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8, 0.0
    both = 8 * b**2 * np.pi**8 / 225
    variance = sum(alone) + both
    first = np.array(alone) / variance
    total = np.array([alone[0] + both, alone[1], both]) / variance
    return units, values, (first, total, np.array([0, both, 0]) / variance, variance)


def test_ishigami_has_its_known_indices():
    """Nine indices, each within 3.9 standard errors: false alarm below 1 in 1,000."""
    _, function, (first, total, second, _) = ishigami()
    luck = np.random.default_rng(0).normal(size=REPLICATES)
    table = sobol_indices(values_of(function, luck), problem(3)["names"])
    for index, known in (("first", first), ("total", total), ("second", second)):
        assert holds(indexed(table, index), known)
        assert holds(indexed(table, index), known, kind="corrected_")
    assert table["n"].eq(512).all()


def test_sobols_g_has_its_known_indices():
    """Sixteen indices, each within 3.9 standard errors: false alarm 1 in 600."""
    a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
    function = Sobol_G.evaluate(unit_sample("saltelli", 8, 512, 2), a=a)
    table = sobol_indices(values_of(function, np.zeros(REPLICATES)), problem(8)["names"])
    assert holds(indexed(table, "first"), Sobol_G.sensitivity_index(a))
    assert holds(indexed(table, "total"), Sobol_G.total_sensitivity_index(a))


def test_without_noise_corrected_and_plain_are_salibs():
    _, function, _ = ishigami(64)
    table = sobol_indices(values_of(function, np.zeros(REPLICATES)), problem(3)["names"])
    theirs = salib_sobol.analyze(problem(3), function, seed=1, num_resamples=1000)
    for index, name in (("first", "S1"), ("total", "ST")):
        rows = indexed(table, index)
        assert rows["estimate"].to_numpy() == pytest.approx(theirs[name], abs=1e-12)
        assert rows["corrected"].to_numpy() == pytest.approx(theirs[name], abs=1e-9)
        reach = (rows["high"] - rows["low"]) / 2
        # Two bootstraps of 1,000: each standard error is known to 2 %, ours has Student's factor.
        assert reach.to_numpy() == pytest.approx(theirs[f"{name}_conf"], rel=0.15)
    pairs = indexed(table, "second")[["estimate", "corrected"]].to_numpy()
    expected = theirs["S2"][np.triu_indices(3, 1)]
    assert pairs == pytest.approx(np.stack([expected] * 2, axis=1), abs=1e-9)
    assert table["noise"].abs().max() < 1e-12


def test_noise_swells_total_indices_and_is_taken_out_again():
    """True share of noise and true indices within 3.9 standard errors: 1 in 1,000 fails."""
    _, function, (first, total, _, variance) = ishigami()
    error = np.random.default_rng(3).normal(
        0, np.sqrt(0.5 * variance * REPLICATES), (len(function), REPLICATES)
    )
    table = sobol_indices(values_of(function, error), problem(3)["names"])
    share = table.iloc[0]
    reach = (share["noise_high"] - share["noise_low"]) / 2
    assert abs(share["noise"] - 1 / 3) < WIDE * reach
    assert reach < 0.1
    assert holds(indexed(table, "first"), first, kind="corrected_")
    assert holds(indexed(table, "total"), total, kind="corrected_")
    swollen = total * (2 / 3) + 1 / 3
    assert holds(indexed(table, "total"), swollen)
    assert not holds(indexed(table, "total"), total)


def test_luck_that_moves_all_points_alike_is_no_noise():
    _, function, _ = ishigami(64)
    luck = np.random.default_rng(4).normal(0, 50, REPLICATES)
    noisy = sobol_indices(values_of(function, luck), problem(3)["names"])
    calm = sobol_indices(values_of(function, 0 * luck), problem(3)["names"])
    numbers = ["estimate", "corrected", "noise"]
    assert noisy[numbers].to_numpy() == pytest.approx(calm[numbers].to_numpy(), abs=1e-9)


def test_luck_that_hangs_on_a_factor_is_noise():
    """Luck times the third factor: true values within 3.9 standard errors, 1 in 1,000 fails."""
    units = unit_sample("saltelli", 3, 256, 5)
    function = units[:, 0] + units[:, 1]
    luck = np.random.default_rng(5).normal(0, 3, REPLICATES)
    table = sobol_indices(values_of(function, luck * units[:, 2:]), problem(3)["names"])
    assert holds(indexed(table, "total"), [0.5, 0.5, 0], kind="corrected_")
    assert indexed(table, "total").loc["x2", "low"] > 0


def test_morris_effects_are_salibs_and_corrected_alike_without_noise():
    units = unit_sample("morris", 3, 12, 1)
    function = units @ [1.0, -2.0, 0.0] + 3 * units[:, 0] * units[:, 1]
    table = morris_effects(
        values_of(function, np.zeros(REPLICATES)), units, problem(3)["names"], seed=2
    )
    theirs = salib_morris.analyze(problem(3), units, function, seed=2)
    for index in ("mu", "mu_star", "sigma"):
        rows = indexed(table, index)
        expected = np.asarray(theirs[index], dtype=float)
        assert rows["estimate"].to_numpy() == pytest.approx(expected, abs=1e-12)
        assert rows["corrected"].to_numpy() == pytest.approx(expected, abs=1e-6)


def test_steps_of_whole_numbers_count_at_their_length():
    units = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.5], [0.5, 1.0], [0.5, 0.0], [0.0, 0.0]])
    function = 4 * units[:, 0] + 2 * units[:, 1]
    table = morris_effects(values_of(function, np.zeros(REPLICATES)), units, ["a", "b"])
    assert indexed(table, "mu")["estimate"].tolist() == pytest.approx([4, 2])
    assert indexed(table, "sigma")["estimate"].tolist() == pytest.approx([0, 0], abs=1e-12)


def test_corrected_intervals_hold_the_error_of_the_luck():
    """An effect that is the same at all points but for the luck: Student's interval of its mean."""
    units = unit_sample("morris", 2, 8, 3)
    luck = np.random.default_rng(7).normal(0, 3, REPLICATES)
    table = morris_effects(values_of(units[:, 0], luck * units[:, 1:]), units, ["a", "b"])
    row = indexed(table, "mu").loc["b"]
    each = np.array([luck[group::GROUPS].mean() for group in range(GROUPS)])
    student = stats.ttest_1samp(each, 0).confidence_interval()
    assert (row["low"], row["high"]) == pytest.approx((luck.mean(), luck.mean()))
    assert (row["corrected_low"], row["corrected_high"]) == pytest.approx(tuple(student))


def test_noise_swells_mean_sizes_and_the_corrected_lie_below():
    """The inert factor's mean size: over 200 trajectories the plain one is 0.38 from noise
    alone, 15 standard errors off 0; the corrected one is within 3.9 of 0 (1 in 10,000 fails).
    """
    units = unit_sample("morris", 3, 200, 6)
    function = units @ [1.0, -2.0, 0.0]
    error = np.random.default_rng(6).normal(size=(len(units), REPLICATES))
    table = morris_effects(values_of(function, error), units, problem(3)["names"])
    inert = indexed(table, "mu_star").loc["x2"]
    assert inert["estimate"] == pytest.approx(0.38, abs=0.1)
    assert inert["low"] > 0
    size = indexed(table, "mu_star")
    assert holds(size.loc[["x2"]], [0.0], kind="corrected_")
    assert holds(size.loc[["x0", "x1"]], [1.0, 2.0], kind="corrected_")
    assert (size["corrected"] <= size["estimate"]).all()


def test_more_trajectories_or_samples_begin_with_fewer():
    for kind in ("morris", "saltelli"):
        few, more = unit_sample(kind, 3, 5, 8), unit_sample(kind, 3, 9, 8)
        assert np.array_equal(more[: len(few)], few)
        assert few.min() >= 0
        assert few.max() <= 1


def product(table):
    """Organisations times people, as the runs show it: person-months of one month."""
    return table["person_months"] / table["months"]


def small_study(**changes):
    given = {
        "replicates": 10,
        "months": 1,
        "seed": 3,
        "factors": {"organisations": [2, 5], "people": [1, 4]},
        "design": "saltelli",
        "points": 128,
        "outcomes": {"product": product},
    }
    return Study("voluntary", **{**given, **changes})


@pytest.fixture(scope="module")
def small():
    return sweep(small_study(), workers=1)


def test_a_sweep_with_a_known_outcome_gives_the_known_indices(small):
    """Product of uniform 2..5 and 1..4; each within 3.9 standard errors, 1 in 2,000 fails."""
    by_parameters = small.runs["organisations"] * small.runs["people"]
    assert small.runs["product"].to_numpy() == pytest.approx(by_parameters.to_numpy())
    table = sensitivity_of(small, outcome="product")
    known = np.array([1.25 * 2.5**2, 3.5**2 * 1.25, 1.25**2])
    known /= known.sum()
    assert holds(indexed(table, "first"), known[:2])
    assert holds(indexed(table, "total"), known[:2] + known[2])
    assert holds(indexed(table, "second"), known[2:])
    assert table["noise"].abs().max() < 1e-9
    assert table["replicates"].eq(10).all()
    assert set(table["arm"]) == {"baseline"}


def test_points_that_coincide_are_simulated_once(small):
    points = small.cells[["organisations", "people"]]
    assert len(points) == 128 * 6
    assert len(small.runs) == 10 * len(points.drop_duplicates())
    assert len(small.summary(by=[1]).query("outcome == 'product'")) == len(points.drop_duplicates())


def test_a_folder_gives_the_same_as_memory(small, tmp_path):
    sweep(small_study(), tmp_path / "out", workers=1)
    read = Sweep.read(tmp_path / "out")
    table = sensitivity_of(read, outcome="product")
    pd.testing.assert_frame_equal(table, sensitivity_of(small, outcome="product"))
    again = sensitivity_of(read, outcome="product", seed=1)
    assert again["estimate"].equals(table["estimate"])
    assert not again["low"].equals(table["low"])


def test_a_morris_sweep_has_a_table_by_arm_with_arguments_as_factors():
    study = Study(
        "dyad",
        replicates=12,
        months=24,
        arms={"none": [], "coordinator": ["coordinator(start=2)"]},
        factors={"organisations": [2, 4], "coordinator.start": [1, 12]},
        design="morris",
        points=3,
    )
    table = sensitivity_of(sweep(study, workers=1), outcome="months alive", month=20)
    assert table.groupby(["arm", "index"])["factor"].apply(list).map(len).eq(2).all()
    alone = table.query("arm == 'none' and factor == 'coordinator.start'")
    assert alone[["estimate", "corrected"]].to_numpy() == pytest.approx(0, abs=1e-12)
    assert (table["month"].iloc[0], table["unit"].iloc[0]) == (20, "months")
    pair = table.query("arm == 'none' and factor == 'organisations' and index == 'mu'")
    assert abs(pair["estimate"].iloc[0]) > 0


@pytest.fixture(scope="module")
def two_arms():
    study = Study(
        "voluntary",
        replicates=30,
        months=60,
        arms={"none": [], "coordinator": ["coordinator(start=2)"]},
        factors={"organisations": [2, 4], "coordinator.start": [1, 12], "handover": [0.0, 0.8]},
        design="morris",
        points=4,
    )
    return sweep(study, workers=1)


def test_factors_that_move_what_an_arm_changes(two_arms):
    """Mean effects are linear: that on a difference is the difference of those on the arms."""
    asked = {"outcome": "months alive", "month": 60}
    apart = sensitivity_of(two_arms, **asked).query("index == 'mu'")
    mean = apart.pivot(index="factor", columns="arm", values="estimate")
    for one, other in (("none", "coordinator"), ("coordinator", "none")):
        table = sensitivity_of(two_arms, **asked, baseline=one)
        assert set(table["arm"]) == {f"{other} minus {one}"}
        found = indexed(table, "mu")["estimate"]
        assert found.to_numpy() == pytest.approx((mean[other] - mean[one])[found.index].to_numpy())
        assert found.abs().max() > 0
    sizes = sensitivity_of(two_arms, **asked).query("index == 'mu_star'")
    sizes = sizes.pivot(index="factor", columns="arm", values="estimate")
    found = indexed(table, "mu_star")["estimate"]
    start = "coordinator.start"
    assert found[start] == pytest.approx(sizes.loc[start, "coordinator"])  # moves nothing in none


def test_luck_that_arms_share_is_no_noise_of_their_difference(two_arms):
    asked = {"outcome": "months alive", "month": 60}
    table = sensitivity_of(two_arms, **asked, baseline="none")
    swapped = sensitivity_of(two_arms, **asked, baseline="coordinator")
    assert table["noise"].to_numpy() == pytest.approx(swapped["noise"].to_numpy())
    star = indexed(table, "mu_star")[["estimate", "low", "high"]].to_numpy()
    assert star == pytest.approx(
        indexed(swapped, "mu_star")[["estimate", "low", "high"]].to_numpy()
    )


def test_a_baseline_that_is_no_arm_or_the_only_one_is_refused(small, two_arms):
    said = "baseline = nobody: must be one of none, coordinator"
    assert said in refused(two_arms, baseline="nobody")
    assert "Did you mean `none`?" in refused(two_arms, baseline="non")
    assert "must be two or more" in refused(small, outcome="product", baseline="baseline")
    assert "baseline = 3: must be one of" in refused(two_arms, baseline=3)


def test_a_screen_of_whole_numbers_moves_by_whole_steps():
    study = small_study(design="morris", points=4, outcomes={})
    points = points_of(study)
    assert (points % 1 == 0).all(axis=None)
    moves = np.abs(np.diff(points.to_numpy().reshape(4, 3, 2), axis=1)).sum(axis=2)
    assert (moves >= 1).all()


def test_without_a_second_replicate_noise_is_unknown_not_nought():
    table = sensitivity_of(sweep(small_study(replicates=1), workers=1), outcome="product")
    assert table[["corrected", "noise"]].isna().all(axis=None)
    assert table["estimate"].notna().all()


def refused(found, **asked):
    with pytest.raises(StudyError) as problem:
        sensitivity_of(found, **asked)
    assert "\n" not in str(problem.value)
    return str(problem.value)


def test_missing_months_are_refused_with_the_reason(small):
    said = refused(small, outcome="month_matured")
    assert "missing where it never happened" in said
    assert "months not mature" in said


def test_own_outcomes_with_missing_values_are_refused_never_averaged():
    study = small_study(
        outcomes={"now and then": lambda runs: np.where(runs["replicate"] == 3, np.nan, 1.0)}
    )
    found = sweep(study, workers=1)
    cells = found.cells["cell"].nunique()
    assert f"{cells} runs in {cells} cells" in refused(found, outcome="now and then")


def test_points_that_are_not_there_are_refused_with_their_number(tmp_path):
    arms = {"none": [], "coordinator": ["coordinator(start=1)"]}
    study = small_study(arms=arms, outcomes={})
    sweep(study, tmp_path / "half", shard=(1, 2), workers=1)
    with pytest.warns(UnfinishedWarning, match="this is shard 1 of 2"):
        half = Sweep.read(tmp_path / "half")
    assert half.runs["arm"].nunique() == 1
    said = refused(half, outcome="dissolved")
    assert "cells = 16 of 32: have fewer than 10 replicates" in said


def test_cells_that_cannot_be_simulated_are_refused_with_their_number(small):
    class Holed:
        def cells(self):
            cells = small.cells.copy()
            cells.loc[cells["point"].isin([3, 4]), "problem"] = "ScenarioError: no"
            return cells

        def dataset(self, table):
            return small.dataset(table)

    holed = Sweep(Holed(), small.study)
    assert "points = 766 of 768" in refused(holed, outcome="dissolved")


def test_runs_that_are_not_there_are_refused_with_their_number(small):
    more = Sweep(small.source, small_study(replicates=11))
    said = refused(more, outcome="product")
    assert "16 of 16: have fewer than 11 replicates" in said


def test_what_makes_no_sense_is_refused(small):
    assert "must be one of matured" in refused(small, outcome="mature")
    assert "must lie in 1 to 1" in refused(small, outcome="dissolved", month=5)
    assert "must differ between points" in refused(small, outcome="matured")
    grid = sweep(Study("dyad", replicates=2, months=2, factors={"handover": [0.0, 0.8]}))
    assert "no trajectories" in refused(grid, outcome="dissolved")
    with pytest.raises(StudyError, match="morris, 0 factors"):
        check_study(Study("dyad", design="morris", points=2))
    with pytest.raises(StudyError, match="at most"):
        unit_sample("saltelli", 21, 10_000_000, 0)
    with pytest.raises(StudyError, match="each factor once"):
        morris_effects(values_of(np.arange(6.0), np.zeros(10)), np.zeros((6, 2)), ["a", "b"])
    with pytest.raises(StudyError, match="none missing"):
        sobol_indices(values_of(np.full(12, np.nan), np.zeros(10)), ["a", "b"])


def test_without_salib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib", None)
    with pytest.raises(MissingExtraError, match=r"trustsim\[sensitivity\]"):
        unit_sample("morris", 2, 2, 0)
