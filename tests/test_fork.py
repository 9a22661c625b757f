"""A fork is the first scenario up to a month, and the second from then on, on the same luck."""

import copy
from dataclasses import replace

import numpy as np
import pytest

import trustsim as ts
from tests.parity.digests import digest
from tests.parity.random_scenarios import Dice, scenario_number
from tests.test_every_parameter import another, everything_on
from trustsim import schema
from trustsim.engines import records
from trustsim.engines.ensemble import run_chunk
from trustsim.engines.packing import EVERYBODY, SCHEDULED, setup
from trustsim.errors import ScenarioError
from trustsim.model.parameters import BY_NAME, INDEX, NAMES
from trustsim.model.rules.change import SET
from trustsim.scenarios.change import MEASURE, OPERATIONS, READ_AT_THE_START, Change
from trustsim.scenarios.costs import person_months
from trustsim.scenarios.files import fork, from_data, from_toml
from trustsim.scenarios.interventions import Intervention

do = ts.interventions

PAIRS, EACH = 36, 4  # pairs of scenarios, partnerships of each
QUICK = 12  # pairs that are lived with agents each time: three of each kind of menu
MENUS = ("none", "same", "begins", "ends")
MONTH = schema.column_names(schema.MONTHS).index("month")
RUN_COLUMN = schema.column_names(schema.RUNS).index


def bits(table):
    return np.ascontiguousarray(np.asarray(table, dtype=np.float64)).view(np.int64).tolist()


def results(scenario, months=48, engine="ensemble", replicates=20, seed=3):
    return ts.simulate(
        scenario, replicates=replicates, months=months, seed=seed, engine=engine, record="all"
    )._raw


def continued(before, month, after, seed, replicate, months):
    """The witness: one partnership lived to a month, copied, and given other rules to live by."""
    lived = ts.Partnership(before, seed=seed, replicate=replicate, months=months)
    while lived.running and lived.month < month:
        lived.step()
    model = copy.deepcopy(lived)
    if model.running:
        other = ts.Partnership(after, seed=seed, replicate=replicate, months=months)
        model.setting, model.base, model.changes = other.setting, other.base, other.changes
        if after.menu_size() != model.menu:
            model.menu = after.menu_size()
            model.reached = [0.0] * model.menu
        model.active = model.in_force(month + 1)
        model.parameters = model.effective(EVERYBODY)
        for organisation in model.organisations:
            organisation.follow(model.effective(organisation.seat))
    while model.running:
        model.step()
    return model


def assert_like_the_witness(before, month, after, months=36, seed=3, replicates=6):
    """Every month, run and member of a fork has the bits of the witness; how many lived on."""
    raw = results(fork(before, month, after), months, replicates=replicates, seed=seed)
    lived_on = 0
    for nth in range(replicates):
        model = continued(before, month, after, seed, nth, months)
        rows = raw.months[raw.months[:, 0] == nth]
        assert bits(rows) == bits(model.rows), f"months of replicate {nth}"
        assert bits(raw.runs[nth]) == bits(records.run_numbers(model))
        members = raw.members[raw.members[:, 0] == nth]
        assert bits(members) == bits(records.member_numbers(model))
        lived_on += model.month > month
    return lived_on


# The same as living it.


@pytest.mark.parametrize("name", ["voluntary", "hierarchy", "everything"])
@pytest.mark.parametrize("month", [1, 24])
def test_forked_into_itself_it_is_the_same_scenario(name, month):
    scenario = everything_on() if name == "everything" else ts.scenario(name)
    assert fork(scenario, month, scenario) == scenario


def test_interventions_are_cut_to_their_time():
    base = ts.scenario("voluntary") + do.coordinator(start=6, dose=0.5)
    bullet = do.restructure(start=24)
    assert fork(base, 24, base + bullet) == base + bullet
    assert fork(base, 24, base + do.incident(start=6)) == base, "it is over by then"
    late = fork(base, 12, base + do.deadline(start=6, months=18))
    assert late == base + do.deadline(start=12, months=12)
    earlier = fork(base + do.mandate(start=6), 24, base)
    assert earlier == base + do.mandate(start=6, months=18)


@pytest.mark.parametrize("engine", ["ensemble", "mesa"])
def test_up_to_the_month_it_is_the_first_scenario(engine):
    before, month = everything_on(), 11
    after = before.with_(negativity=5.0, handover=0.9, tenure=60.0) + do.mandate(start=3)
    size = 20 if engine == "ensemble" else 4
    forked = results(fork(before, month, after), 36, engine, size)
    plain = results(before, 36, engine, size)
    first, same = (raw.months[raw.months[:, MONTH] <= month] for raw in (forked, plain))
    assert len(first) > size * month / 2
    assert bits(first) == bits(same)
    assert bits(forked.months) != bits(plain.months)


# Against the witness.


def test_settings_of_the_other_scenario_start_from_its_own_base():
    """A change that sets half way, or one member only, comes after the new base, not before."""
    before = ts.scenario("voluntary").with_(organisations=4)
    after = before.with_(handover=0.9, expectation_raised=0.1)
    after = after + do.handover(start=6, dose=0.5, target=1) + do.realistic_expectations(dose=0.5)
    assert assert_like_the_witness(before, 12, after) >= 3


def test_a_fork_can_be_forked():
    plain = ts.scenario("voluntary")
    first = fork(plain + do.coordinator(start=6), 12, plain.with_(negativity=3.5, pressure=0.4))
    last = plain.with_(tenure=80.0, negativity=1.5)
    assert assert_like_the_witness(first, 20, last) >= 3
    assert assert_like_the_witness(plain, 5, first, months=30) >= 3


def test_what_can_not_begin_after_its_first_month_is_cut_to_single_changes():
    base = ts.scenario("dyad")
    after = base + do.restructure(start=2)
    forked = fork(base, 12, after)
    assert {item.name for item in forked.interventions} == {"change"}
    assert {item.changes[0].parameter for item in forked.interventions} == {
        "command_across", "reporting",
    }  # fmt: skip
    assert assert_like_the_witness(base, 12, after, replicates=4) >= 2
    dated = person_months(base + do.restructure(start=12), [36])
    assert person_months(forked, [36]) == pytest.approx(dated)


def test_a_partnership_that_ended_before_the_month_is_the_same_in_both():
    base = ts.scenario("dyad").with_(vote_rate=0.5, vote_threshold=0.02)
    forked, plain = results(fork(base, 30, base.with_(tenure=90.0))), results(base)
    dissolved, months = RUN_COLUMN("dissolved"), RUN_COLUMN("months")
    early = (plain.runs[:, dissolved] > 0) & (plain.runs[:, months] <= 30)
    assert early.sum() >= 3
    assert bits(forked.runs[early]) == bits(plain.runs[early])


def random_pair(number):
    """Two random scenarios that agree in what can't change half way, and a month."""
    dice, menus = Dice(10_000 + number), MENUS[number % len(MENUS)]
    one, other = scenario_number(2 * number), scenario_number(2 * number + 1)
    fixed = {name: one.parameters[name] for name in (*READ_AT_THE_START, MEASURE)}
    lively = {"silver_bullet_propensity": 0.6, "silver_bullet_threshold": 0.02}
    lively["silver_bullet_pause"] = 3.0
    seats = one.parameters["organisations"]
    ours, menu = items(one.changes, seats, menus in ("same", "ends"))
    theirs, late = items(other.changes, seats, menus == "begins")
    menu = menu or late
    before = ts.Scenario("before", one.parameters | lively, ours, menu if menus != "begins" else ())
    values = other.parameters | fixed | lively
    after = ts.Scenario("after", values, theirs, menu if menus in ("same", "begins") else ())
    return before, dice.whole(1, max(one.months // 2, 1)), after, one.months


def items(rows, seats, with_menu):
    """Random changes as interventions: by date, and two of them in turn on a menu."""
    dated, reached = [], [[], []]
    for place, (row, operation, value, dose, start, months, target, _) in enumerate(rows):
        change = Change(
            NAMES[int(row)],
            list(OPERATIONS)[int(operation)],
            value,
            start,
            None if months < 0 else months,
            dose,
            None if target < 0 else int(target % seats),
        )
        if change.parameter in READ_AT_THE_START:
            continue
        if with_menu and place % 2:
            reached[place % 4 // 2].append(change)
        elif not any(item.changes[0].contradicts(change) for item in dated):
            dated.append(Intervention(f"random{place}", (), (change,), start, change.months))
    if not with_menu:
        return tuple(dated), ()
    # Something that tells whether it is in force, even where no change was drawn for the menu.
    reached[0].append(Change("reporting", "add", 0.3, 0.0, 7))
    reached[1].append(Change("urgency", "add", 0.4))
    menu = [Intervention(f"bullet{n}", (), tuple(changes)) for n, changes in enumerate(reached)]
    return tuple(dated), tuple(menu)


@pytest.mark.parametrize(
    "number",
    [*range(QUICK), *(pytest.param(one, marks=pytest.mark.nightly) for one in range(QUICK, PAIRS))],
)
def test_random_forks_have_the_bits_of_the_witness(number):
    before, month, after, months = random_pair(number)
    assert_like_the_witness(before, month, after, months, number, EACH)
    forked = fork(before, month, after)
    by_kernel, by_agents = (results(forked, months, e, EACH) for e in ("ensemble", "mesa"))
    assert digest(by_kernel) == digest(by_agents)


def test_random_pairs_put_forks_to_the_test():
    """Otherwise agreement would be claimed for partnerships that never came to the fork."""
    changed, reached = dict.fromkeys(MENUS, 0), dict.fromkeys(MENUS, 0)
    for number in range(PAIRS):
        before, month, after, months = random_pair(number)
        raw = results(fork(before, month, after), months, replicates=EACH, seed=number)
        plain = results(before, months, replicates=EACH, seed=number)
        menus = MENUS[number % len(MENUS)]
        changed[menus] += digest(raw) != digest(plain) and (raw.months[:, MONTH] > month).any()
        reached[menus] += (raw.runs[:, RUN_COLUMN("bullets_reached_for")] > 0).any()
    assert min(changed.values()) >= 5, changed
    assert reached.pop("none") == 0
    assert min(reached.values()) >= 2, reached


# Menus.


def test_a_menu_may_end_and_what_was_reached_for_ends_with_it():
    before = ts.scenario("voluntary").with_(silver_bullet_threshold=0.02)
    hasty = before.reaching_for(do.mandate(months=24), do.deadline(months=24), propensity=0.9)
    after = before.with_(pace=30.0)
    assert assert_like_the_witness(hasty, 12, after) >= 3
    raw = results(fork(hasty, 12, after), 36)
    first = raw.runs[:, RUN_COLUMN("month_first_bullet")]
    assert (first > 0).any()
    assert first.max() <= 12


def test_a_menu_may_begin():
    before = ts.scenario("voluntary").with_(
        silver_bullet_threshold=0.02, silver_bullet_propensity=0.9
    )
    after = before.reaching_for(do.mandate(months=24), do.deadline(), propensity=0.9)
    assert assert_like_the_witness(before, 12, after) >= 3
    first = results(fork(before, 12, after), 36).runs[:, RUN_COLUMN("month_first_bullet")]
    assert (first > 12).any()
    assert not ((first > 0) & (first <= 12)).any()


def test_a_menu_that_stays_goes_on_with_what_was_reached_for():
    before = everything_on()
    after = before.with_(expectation_raised=0.3, urgency=0.4)
    assert assert_like_the_witness(before, 12, after, months=30) >= 3


def test_a_menu_can_not_become_another_or_come_back():
    base = ts.scenario("voluntary")
    one = base.reaching_for(do.mandate(), propensity=0.1)
    other = base.reaching_for(do.mandate(dose=0.5), propensity=0.1)
    with pytest.raises(ScenarioError, match=r"fork, menu = 1 and 1 .* can't become another"):
        fork(one, 12, other)
    with pytest.raises(ScenarioError, match="can't become another"):
        fork(fork(one, 12, base), 24, one)


@pytest.mark.parametrize("span", [(), (0, 1, 2), (-1, None), (5, 5), (0.5, None), ("a", None)])
def test_months_of_a_menu_that_make_no_sense_are_refused(span):
    menu = (do.mandate(),)
    with pytest.raises(ScenarioError, match="menu_months = "):
        ts.Scenario("own", {}, (), menu, span)


# What can't change half way.


@pytest.mark.parametrize("name", [*READ_AT_THE_START, MEASURE])
def test_what_is_read_at_the_start_only_is_refused(name):
    base = ts.scenario("voluntary")
    value = another(BY_NAME[name], base.values()[name])
    with pytest.raises(ScenarioError) as refused:
        fork(base, 12, base.with_(**{name: value}))
    assert f"fork, parameters = {name}: can't change half way" in str(refused.value)
    assert "\n" not in str(refused.value)
    with pytest.raises(ScenarioError, match="can't change half way"):
        do.change(start=12, parameter=name, value=value)


def test_exactly_those_parameters_are_read_at_the_start_only():
    """Set after the first month they move nothing; every other parameter moves something.

    Many leave for alternatives and are replaced, so that what newcomers bring can tell.
    """
    base = everything_on().with_(refill=0.5, exit_option=0.3, quorum=0.1)
    usual = with_change(base, [])
    idle = []
    for name in NAMES:
        value = another(BY_NAME[name], base.values()[name])
        row = (INDEX[name], SET, value, 1.0, 1.0, -1.0, EVERYBODY, SCHEDULED)
        if digest(with_change(base, [tuple(map(float, row))])) == digest(usual):
            idle.append(name)
    assert tuple(idle) == READ_AT_THE_START


def with_change(base, rows):
    plan = setup(base.values(), sorted([*base.change_rows(), *rows]), base.menu_size())
    return run_chunk(plan, 9, 0, 100, 60, True, True)


def test_the_budget_of_meetings_is_also_a_measure():
    """So to change what is in force is not the same as to change the base."""
    base = ts.scenario("voluntary").with_(organisations=4)
    row = (INDEX[MEASURE], SET, 8.0, 1.0, 0.0, -1.0, EVERYBODY, SCHEDULED)
    in_force = with_change(base, [tuple(map(float, row))])
    assert digest(in_force) != digest(with_change(base.with_(meetings=8.0), []))


@pytest.mark.parametrize("month", [0, -1, 1.5, "12", True, None, 100_001])
def test_a_month_that_is_none_is_refused(month):
    with pytest.raises(ScenarioError, match=r"fork, month = .*must be a whole number"):
        fork("voluntary", month, "voluntary")


# A dated change.


def test_a_fork_is_a_scenario_with_dated_changes():
    base = ts.scenario("voluntary") + do.coordinator(start=6)
    forked = fork(base, 12, base.with_(negativity=3.5) + do.deadline(start=2))
    assert forked == base + do.change(start=12, parameter="negativity", value=3.5) + do.deadline(
        start=12
    )
    assert forked.name == "voluntary, from month 12 on voluntary"
    assert forked != fork(base, 13, base.with_(negativity=3.5))
    both = [one + do.mandate(start=20) for one in (base, base.with_(negativity=3.5))]
    later = fork(both[0], 12, both[1] + do.deadline(start=2))
    assert (forked + do.mandate(start=20)).digest() == later.digest()
    assert from_toml(forked.to_toml()) == forked
    assert from_data({"scenario": forked.to_dict()}, "here").digest() == forked.digest()


def test_a_change_of_everything_at_the_start_is_the_other_scenario():
    base = ts.scenario("voluntary")
    value = {"pressure": 0.4, "maturity_hold": 3, "outside_hazard": 0.02}
    dated = base + [do.change(parameter=name, value=one) for name, one in value.items()]
    assert digest(results(dated)) == digest(results(base.with_(**value)))


def test_a_parameter_that_changes_at_a_date_is_not_given_one_value():
    dated = ts.scenario("dyad") + do.change(start=12, parameter="pressure", value=0.4)
    with pytest.raises(ScenarioError, match=r"pressure = 0.4 after month 12: changes at a date"):
        dated.with_(pressure=0.2)
    assert dated.with_(tenure=50.0).interventions == dated.interventions
    assert dated.without("change") == ts.scenario("dyad")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"parameter": "presure", "value": 1.0}, "Did you mean `pressure`"),
        ({"parameter": "pressure", "value": 1.5}, r"value = 1.5: must lie in \[0, 1\]"),
        ({"parameter": "tokenistic_hold", "value": 1.5}, "must be a whole number"),
        ({"parameter": "pressure", "value": 0.5, "operation": "plus"}, "must be one of set"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(arguments, words):
    with pytest.raises(ScenarioError, match=words):
        do.change(**arguments)


def test_names_do_not_double_with_each_fork():
    forked = ts.scenario("dyad")
    for month in range(3, 40):
        forked = fork(forked, month, ts.scenario("dyad").with_(tenure=30.0 + month))
    assert len(forked.name) < 200


# Files of older versions, which wrote the two scenarios of a fork.


def test_a_fork_that_an_older_version_wrote_can_be_read():
    inner = {"before": {}, "month": 12, "after": {"negativity": 3.0}}
    table = {"name": "mine", "fork": {"before": {"fork": inner}, "month": 24, "after": {}}}
    base = ts.scenario("voluntary")
    expected = fork(fork(base, 12, base.with_(negativity=3.0)), 24, base)
    read = from_data({"scenario": table}, "here")
    assert (read, read.name) == (expected, "mine")
    assert digest(results(read)) == digest(results(expected))


@pytest.mark.parametrize(
    "table",
    [
        {"fork": 3},
        {"fork": {"before": {}, "month": 3}},
        {"fork": {"before": {}, "month": 3, "after": {}}, "tenure": 40.0},
    ],
)
def test_a_table_that_is_no_fork_is_refused(table):
    with pytest.raises(ScenarioError, match="here, fork = "):
        from_data({"scenario": table}, "here")


def test_a_part_that_makes_no_sense_is_named():
    table = {"fork": {"before": {}, "month": 3, "after": {"tenuer": 3.0}}}
    with pytest.raises(ts.ParameterError, match=r"here, after, .*Did you mean `tenure`"):
        from_data({"scenario": table}, "here")


def test_unregistered_interventions_stay_as_they_are_where_nothing_is_cut():
    own = replace(do.mandate(start=3), name="own")
    assert fork(ts.scenario("dyad") + own, 12, ts.scenario("dyad") + own).interventions == (own,)
