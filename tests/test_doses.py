"""Nothing is nothing: a mechanism at dose zero leaves no trace, and doses compose."""

from itertools import pairwise, permutations

import numpy as np
import pytest

import trustsim as ts
from trustsim.model.parameters import BY_NAME, PARAMETERS
from trustsim.scenarios.change import Change
from trustsim.scenarios.costs import person_months
from trustsim.scenarios.interventions import CATALOG
from trustsim.scenarios.settings import SETTINGS

do = ts.interventions

MONTHS = 48
DOSES = [parameter for parameter in PARAMETERS if parameter.evidence == "dose"]
BUSY = {
    "organisations": 5, "people": 2, "tenure": 20.0, "turnover_frustration": 1.0, "may_exit": 1,
    "exit_option": 0.02, "exit_frustration": 0.05, "refill": 0.05,
}  # fmt: skip


def outcome(scenario, **options):
    """Every number that a simulation yields, as bytes."""
    options = {"replicates": 40, "months": MONTHS, "seed": 3, "record": "months", **options}
    return [table.tobytes() for table in ts.simulate(scenario, **options)._raw]


@pytest.fixture(scope="module")
def base():
    return ts.Scenario("busy", BUSY)


@pytest.fixture(scope="module")
def untouched(base):
    return outcome(base)


@pytest.mark.parametrize("name", CATALOG)
def test_an_intervention_at_dose_0_is_nothing_at_all(base, untouched, name):
    assert outcome(base + CATALOG[name](start=6, dose=0)) == untouched
    assert outcome(base + CATALOG[name](start=6)) != untouched


@pytest.mark.parametrize("name", CATALOG)
def test_an_intervention_changes_nothing_before_it_starts(base, name):
    start = 20
    plain, changed = (
        ts.simulate(scenario, replicates=40, months=MONTHS, seed=3, record="months").months
        for scenario in (base, base + CATALOG[name](start=start))
    )
    before = [table[table.month <= start].reset_index(drop=True) for table in (plain, changed)]
    assert before[0].equals(before[1])
    after = [table[table.month > start].reset_index(drop=True) for table in (plain, changed)]
    assert not after[0].equals(after[1])


def test_the_end_of_funding_shows_where_there_was_something_to_lose(base):
    funded = base.with_(meetings=4.0, coordinator_capacity=1.0)
    assert outcome(funded + do.funding_end(start=6)) != outcome(funded)


def test_there_are_mechanisms_with_a_dose_and_all_are_off():
    assert len(DOSES) >= 15
    assert all(parameter.default == 0 for parameter in DOSES)


# What belongs to a mechanism must not matter while its dose is zero.
IDLE = {
    "coordinator_capacity": {
        "coordinator_skill": 0.1, "coordinator_inclusiveness": 0.2, "coordinator_allegiance": 0.9,
        "coordinator_challenge": 0.1, "coordinator_support": 0.1, "coordinator_mending": 0.9,
        "mending_integrity": 0.9, "coordinator_coaching": 0.9, "allegiance_signal": 5.0,
    },
    "coaching": {
        "coaching_gain": 0.9, "coaching_kept": 0.1, "coaching_effect": 0.9, "coaching_time": 0.9,
    },
    "charter": {"charter_effect": 0.9},
    "monitoring": {"monitoring_effect": 0.1, "monitoring_signal": 5.0},
    "incident_integrity": {"incident_share": 0.2},
    "silver_bullet_propensity": {"silver_bullet_threshold": 0.0, "silver_bullet_pause": 0.0},
}  # fmt: skip


@pytest.mark.parametrize("dose", IDLE)
def test_the_settings_of_an_absent_mechanism_do_not_matter(base, untouched, dose):
    assert BY_NAME[dose].default == 0
    assert outcome(base.with_(**IDLE[dose])) == untouched


def test_a_menu_that_nobody_reaches_for_is_nothing_at_all(base, untouched):
    menu = (do.mandate(), do.deadline(), do.restructure())
    assert outcome(base.reaching_for(*menu, propensity=0.0)) == untouched
    assert outcome(base.reaching_for(propensity=1.0)) == untouched
    hasty = base.reaching_for(*menu, propensity=1.0).with_(silver_bullet_threshold=0.05)
    assert outcome(hasty) != untouched
    content = base.reaching_for(*menu, propensity=1.0).with_(silver_bullet_threshold=1.0)
    assert outcome(content) == untouched


def test_what_is_reached_for_at_dose_0_changes_only_the_count_of_it(base, untouched):
    scenario = base.reaching_for(do.mandate(dose=0), propensity=1.0)
    reaching = scenario.with_(silver_bullet_threshold=0.05)
    idle, plain = (
        ts.simulate(one, replicates=40, months=MONTHS, seed=3) for one in (reaching, base)
    )
    assert (idle.runs.bullets_reached_for > 0).any()
    counted = ["bullets_reached_for", "month_first_bullet"]
    assert idle.runs.drop(columns=counted).equals(plain.runs.drop(columns=counted))


@pytest.mark.parametrize("setting", SETTINGS)
def test_doses_of_nothing_leave_every_setting_as_it_is(setting):
    scenario = ts.scenario(setting)
    everything = scenario + [definition(dose=0) for definition in CATALOG.values()]
    assert outcome(everything, replicates=5) == outcome(scenario, replicates=5)


TOGETHER = (
    do.mandate(start=3, months=12, dose=0.7),
    do.deadline(start=6, months=10),
    do.consultants(start=8),
    do.incentive(dose=0.5),
    do.coordinator(start=2),
)


def test_interventions_compose_in_any_order(base):
    orders = list(permutations(TOGETHER))[::17]
    found = {b"".join(outcome(base + order, replicates=10)) for order in orders}
    assert len(orders) > 5
    assert len(found) == 1


def test_composed_interventions_all_take_part(base):
    whole = outcome(base + TOGETHER)
    for left_out in range(len(TOGETHER)):
        rest = TOGETHER[:left_out] + TOGETHER[left_out + 1 :]
        assert outcome(base + rest) != whole, TOGETHER[left_out]


# In force from the first month to the end is the same as having been so from the beginning.
SAME_THING = {
    "charter(reach=0.6)": {"charter": 0.6},
    "monitoring(tightness=0.7)": {"monitoring": 0.7},
    "handover(quality=0.85)": {"handover": 0.85},
    "coaching(intensity=0.8, time=0.3)": {"coaching": 0.8, "coaching_time": 0.3},
    "realistic_expectations(slower=2.0)": {"pace": 2.0 * BY_NAME["pace"].default},
    "incentive(compliance=0.4, discount=0.3)": {"compliance": 0.4, "evidence_discount": 0.3},
    "incentive(dose=0.5, compliance=0.4, discount=0.2)": {
        "compliance": 0.2, "evidence_discount": 0.1,
    },
    "mandate(compliance=0.6, discount=0.3, raises=0.1, reporting=0.15)": {
        "compliance": 0.6, "evidence_discount": 0.3, "expectation_raised": 0.1, "reporting": 0.15,
    },
    "deadline(urgency=0.3, raises=0.2, skips=0.5, announces=0.1)": {
        "urgency": 0.3, "expectation_raised": 0.2, "process_skipped": 0.5, "announcement": 0.1,
    },
    "consultants(routines=0.05, announces=0.1, reporting=0.15)": {
        "routines_on_paper": 0.05, "announcement": 0.1, "reporting": 0.15,
    },
    "coordinator(skill=0.61, capacity=1.3, inclusiveness=0.87, allegiance=0.2)": {
        "coordinator_capacity": 1.3, "coordinator_skill": 0.61,
        "coordinator_inclusiveness": 0.87, "coordinator_allegiance": 0.2,
    },
    "away_day(months=48, meetings=2.0, announces=0.25)": {
        "extra_meetings": 2.0, "announcement": 0.25,
    },
    "replace_leaders(months=48, share=0.1)": {"replacement": 0.1},
}  # fmt: skip


@pytest.mark.parametrize("text", SAME_THING)
def test_in_force_from_the_start_is_the_same_as_so_from_the_beginning(base, untouched, text):
    from trustsim.scenarios.files import intervention

    changed = outcome(base + intervention(text))
    assert changed == outcome(base.with_(**SAME_THING[text]))
    assert changed != untouched


def test_an_intervention_can_be_given_in_pieces(base):
    whole = outcome(base + do.mandate(start=4, months=20))
    pieces = [do.mandate(start=4, months=7), do.mandate(start=11, months=13)]
    assert outcome(base + pieces) == whole


def test_aiming_at_every_member_is_aiming_at_everybody(base):
    everybody = outcome(base + do.monitoring(start=5))
    one_by_one = [do.monitoring(start=5, target=member) for member in range(5)]
    assert outcome(base + one_by_one) == everybody
    assert outcome(base + one_by_one[:4]) != everybody


def test_an_incident_without_a_target_is_the_first_members():
    scenario = ts.Scenario("busy", BUSY)
    first = outcome(scenario + do.incident(start=5, target=0))
    assert outcome(scenario + do.incident(start=5)) == first
    assert outcome(scenario + do.incident(start=5, target=1)) != first


def test_a_dose_in_between_lies_in_between():
    """Not bits: the mean activity of half a mandate lies between none and a whole one, by more
    than 5 standard errors of paired differences (the effect is tens of them)."""
    scenario = ts.Scenario("orders", {**BUSY, "may_exit": 0, "willingness": -1.0})
    means = [
        ts.simulate(
            scenario + do.incentive(dose=dose, discount=0.0, compliance=0.8),
            replicates=200, months=12, record="months", seed=3,
        ).months.groupby("replicate").compliance.mean().to_numpy()
        for dose in (0.0, 0.5, 1.0)
    ]  # fmt: skip
    for less, more in pairwise(means):
        gain = more - less
        assert gain.mean() > 5.0 * gain.std() / np.sqrt(len(gain))


def test_a_bullet_that_is_reached_for_costs_the_mean_of_its_menu():
    """Two on the menu: a mandate as long as it lasts, a coordinator for three months at most."""
    menu = (do.mandate(), do.coordinator(months=3))
    each = [item.person_months for item in menu]
    scenario = ts.scenario("voluntary").reaching_for(*menu, propensity=0.1)
    spent = person_months(scenario, [12, 12, 12], [0, 1, 2])
    once = each[0] / 2 * 12 + each[1] / 2 * 3
    assert spent.tolist() == pytest.approx([0.0, once, 2 * once])


@pytest.mark.parametrize(
    ("first", "second", "together"), [(0, 1, False), (0, 0, True), (None, 1, True)]
)
def test_changes_of_different_organisations_do_not_overlap(first, second, together):
    one, other = (
        Change("openness", "set", value, target=target)
        for value, target in ((0.2, first), (0.4, second))
    )
    assert one.overlaps(other) is together
    assert one.contradicts(other) is together
