"""A fork is the first scenario up to a month, and the second from then on, on the same luck."""

import copy
import tomllib
from dataclasses import replace

import numpy as np
import pytest

import trustsim as ts
from tests.parity.digests import compiled, digest, with_agents
from tests.parity.random_scenarios import Dice, RandomScenario, scenario_number
from tests.test_every_parameter import another, everything_on
from trustsim import schema
from trustsim.engines import records
from trustsim.engines.alterations import Alteration
from trustsim.engines.packing import EVERYBODY, SCHEDULED
from trustsim.errors import ScenarioError
from trustsim.model.parameters import BY_NAME, INDEX, NAMES
from trustsim.model.rules.change import SET
from trustsim.scenarios import fork as fork_module
from trustsim.scenarios.course import FOUNDING, MEASURE, course_of
from trustsim.scenarios.files import from_data
from trustsim.scenarios.fork import MOST_PARTS, Fork, fork, from_table

do = ts.interventions

PAIRS, EACH = 36, 4  # pairs of scenarios, partnerships of each
QUICK = 12  # pairs that are lived with agents each time: three of each kind of menu
MENUS = ("none", "same", "begins", "ends")
MONTH = schema.column_names(schema.MONTHS).index("month")


def bits(table):
    return np.ascontiguousarray(np.asarray(table, dtype=np.float64)).view(np.int64).tolist()


def results(scenario, months=48, engine="ensemble", replicates=20):
    return ts.simulate(
        scenario, replicates=replicates, months=months, seed=3, engine=engine, record="all"
    )._raw


def continued(before, month, after, seed, replicate, months):
    """The witness: one partnership lived to a month, copied, and given other rules to live by."""
    lived = ts.Partnership(before, seed=seed, replicate=replicate, months=months)
    while lived.running and lived.month < month:
        lived.step()
    model = copy.deepcopy(lived)
    if model.running:
        model.setting = after
        model.base = {name: float(value) for name, value in after.values().items()}
        model.changes = [Alteration(*row) for row in after.change_rows()]
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


def assert_like_the_witness(before, month, after, raw, seed, first, months):
    """Every month, run and member of a result has the bits of the witness; how many lived on."""
    lived_on = 0
    for nth in range(len(raw.runs)):
        model = continued(before, month, after, seed, first + nth, months)
        rows = raw.months[raw.months[:, 0] == first + nth]
        assert bits(rows) == bits(model.rows), f"months of replicate {first + nth}"
        assert bits(raw.runs[nth]) == bits(records.run_numbers(model))
        members = raw.members[raw.members[:, 0] == first + nth]
        assert bits(members) == bits(records.member_numbers(model))
        lived_on += model.month > month
    return lived_on


# The same as living it.


@pytest.mark.parametrize("name", ["voluntary", "hierarchy", "everything"])
@pytest.mark.parametrize("month", [1, 7, 24])
def test_forked_into_itself_it_is_the_same_scenario(name, month):
    scenario = everything_on() if name == "everything" else ts.scenario(name)
    assert fork(scenario, month, scenario) == scenario
    assert digest(results(fork(scenario, month, scenario))) == digest(results(scenario))


def test_a_fork_into_an_intervention_from_that_month_is_that_intervention():
    base = ts.scenario("voluntary") + do.coordinator(start=6, dose=0.5)
    bullet = do.restructure(start=24)
    assert fork(base, 24, base + bullet) == base + bullet
    assert digest(results(fork(base, 24, base + bullet))) == digest(results(base + bullet))


def test_what_happened_earlier_in_the_other_scenario_did_not_happen():
    base = ts.scenario("dyad")
    forked = fork(base, 12, base + do.incident(start=6))
    assert forked == base
    late = fork(base, 12, base + do.deadline(start=6, months=18))
    assert late == base + do.deadline(start=12, months=12)


def test_interventions_of_the_first_scenario_end_at_the_month():
    base = ts.scenario("voluntary")
    forked = fork(base + do.coordinator(start=6), 24, base)
    assert forked == base + do.coordinator(start=6, months=18)


@pytest.mark.parametrize("engine", ["ensemble", "mesa"])
@pytest.mark.parametrize("month", [1, 11, 30])
def test_up_to_the_month_it_is_the_first_scenario(engine, month):
    before = everything_on()
    after = before.with_(negativity=5.0, handover=0.9, tenure=60.0) + do.mandate(start=3)
    size = 20 if engine == "ensemble" else 4
    forked = results(fork(before, month, after), 36, engine, size)
    plain = results(before, 36, engine, size)
    first, same = (raw.months[raw.months[:, MONTH] <= month] for raw in (forked, plain))
    assert len(first) > size * month / 2
    assert bits(first) == bits(same)
    assert bits(forked.months) != bits(plain.months)


def test_both_engines_live_a_fork_alike():
    before = everything_on()
    forked = fork(before, 10, before.with_(command=0.9, pressure=0.2) + do.monitoring(start=4))
    by_kernel, by_agents = (results(forked, 30, e, 3) for e in ("ensemble", "mesa"))
    assert digest(by_kernel) == digest(by_agents)


# Against the witness.


def test_partial_settings_of_the_other_scenario_start_from_its_own_base():
    """A change that sets half way, or one member only, comes after the new base, not before."""
    before = ts.scenario("voluntary").with_(organisations=4)
    after = before.with_(handover=0.9, expectation_raised=0.1)
    after = after + do.handover(start=6, dose=0.5, target=1) + do.realistic_expectations(dose=0.5)
    forked = fork(before, 12, after)
    raw = results(forked, 36, replicates=6)
    assert assert_like_the_witness(before, 12, after, raw, 3, 0, 36) >= 3


def random_pair(number):
    """Two random scenarios that agree in what can't change half way, and a month."""
    dice, menus = Dice(10_000 + number), MENUS[number % len(MENUS)]
    one, other = scenario_number(2 * number), scenario_number(2 * number + 1)
    seats = one.parameters["organisations"]
    fixed = {name: one.parameters[name] for name in (*FOUNDING, MEASURE)}
    menu_before = 0 if menus in ("none", "begins") else 2
    menu_after = 0 if menus in ("none", "ends") else 2
    changes = [
        (*row[:6], row[6] % seats if row[6] >= 0 else row[6], row[7]) for row in other.changes
    ]
    ours = [with_group(row, menu_before) for row in one.changes]
    if menus == "same":
        theirs = [row for row in ours if row[7] != SCHEDULED]
        changes = [row for row in changes if row[7] == SCHEDULED] + theirs
    else:
        changes = [with_group(row, menu_after) for row in changes]
    lively = {"silver_bullet_propensity": 0.6, "silver_bullet_threshold": 0.02}
    lively["silver_bullet_pause"] = 3.0
    before = replace(one, parameters=one.parameters | lively, changes=ours, menu=menu_before)
    values = other.parameters | fixed | lively
    after = replace(before, parameters=values, changes=changes, menu=menu_after)
    return before, dice.whole(1, max(one.months // 2, 1)), after


def with_group(row, menu):
    """A change of a menu of that size; changes alternate between it and a date."""
    if not menu:
        return (*row[:7], SCHEDULED)
    return (*row[:7], float(int(row[2] * 1e6) % menu) if int(row[3] * 97 + row[0]) % 2 else -1.0)


def forked_pair(number):
    before, month, after = random_pair(number)
    values, rows, menu = course_of(before, month, after)
    return before, month, after, replace(before, parameters=values, changes=rows, menu=menu)


@pytest.mark.parametrize(
    "number",
    [*range(QUICK), *(pytest.param(one, marks=pytest.mark.slow) for one in range(QUICK, PAIRS))],
)
def test_random_forks_have_the_bits_of_the_witness(number):
    before, month, after, forked = forked_pair(number)
    raw = compiled(forked, EACH)
    assert_like_the_witness(before, month, after, raw, forked.seed, forked.first, forked.months)
    assert digest(raw) == digest(with_agents(forked, EACH))


def test_random_pairs_put_forks_to_the_test():
    """Otherwise agreement would be claimed for partnerships that never came to the fork."""
    changed, reached, groups = dict.fromkeys(MENUS, 0), 0, dict.fromkeys(MENUS, 0)
    for number in range(PAIRS):
        before, month, _, forked = forked_pair(number)
        raw, plain = compiled(forked, EACH), compiled(before, EACH)
        menus = MENUS[number % len(MENUS)]
        changed[menus] += digest(raw) != digest(plain) and (raw.months[:, MONTH] > month).any()
        groups[menus] += any(row[7] != SCHEDULED for row in forked.changes)
        reached += (
            raw.runs[:, schema.column_names(schema.RUNS).index("bullets_reached_for")] > 0
        ).any()
    assert min(changed.values()) >= 5, changed
    assert min(groups[menus] for menus in MENUS[1:]) >= 2, groups
    assert reached >= 5


def test_the_witness_notices_a_last_bit():
    before, month, after, forked = forked_pair(0)
    raw = compiled(forked)
    raw.months[-1, -1] = np.nextafter(raw.months[-1, -1], 1e9)
    with pytest.raises(AssertionError):
        assert_like_the_witness(before, month, after, raw, forked.seed, forked.first, forked.months)


# Menus.


def test_a_menu_may_end_and_what_was_reached_for_ends_with_it():
    menu = (do.mandate(months=24), do.deadline(months=24))
    before = ts.scenario("voluntary").with_(silver_bullet_threshold=0.02)
    after = before.with_(pace=30.0)
    hasty = before.reaching_for(*menu, propensity=0.9)
    raw = results(fork(hasty, 12, after), 36, replicates=6)
    assert assert_like_the_witness(hasty, 12, after, raw, 3, 0, 36) >= 3
    column = schema.column_names(schema.RUNS).index
    assert (raw.runs[:, column("month_first_bullet")] > 0).any()
    assert raw.runs[:, column("month_first_bullet")].max() <= 12


def test_a_menu_may_begin():
    before = ts.scenario("voluntary").with_(
        silver_bullet_threshold=0.02, silver_bullet_propensity=0.9
    )
    after = before.reaching_for(do.mandate(months=24), do.deadline(), propensity=0.9)
    raw = results(fork(before, 12, after), 36, replicates=6)
    assert assert_like_the_witness(before, 12, after, raw, 3, 0, 36) >= 3
    first = raw.runs[:, schema.column_names(schema.RUNS).index("month_first_bullet")]
    assert (first > 12).any()
    assert not ((first > 0) & (first <= 12)).any()


def test_a_menu_that_stays_goes_on_with_what_was_reached_for():
    before = everything_on()
    after = before.with_(expectation_raised=0.3, urgency=0.4)
    raw = results(fork(before, 12, after), 30, replicates=6)
    assert assert_like_the_witness(before, 12, after, raw, 3, 0, 30) >= 3


def test_a_menu_can_not_become_another():
    base = ts.scenario("voluntary")
    one = base.reaching_for(do.mandate(), propensity=0.1)
    other = base.reaching_for(do.mandate(dose=0.5), propensity=0.1)
    with pytest.raises(ScenarioError, match=r"fork, menu = 1 and 1 .* can't become another"):
        fork(one, 12, other)


# What can't change half way.


@pytest.mark.parametrize("name", [*FOUNDING, MEASURE])
def test_what_acts_at_the_founding_alone_is_refused(name):
    base = ts.scenario("voluntary")
    value = another(BY_NAME[name], base.values()[name])
    with pytest.raises(ScenarioError) as refused:
        fork(base, 12, base.with_(**{name: value}))
    assert f"fork, parameters = {name}: can't change half way" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_all_that_is_refused_is_named():
    with pytest.raises(ScenarioError, match="parameters = organisations, goodwill:"):
        fork("voluntary", 12, ts.scenario("voluntary").with_(organisations=4, goodwill=0.5))


def test_exactly_those_parameters_act_at_the_founding_alone():
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
    assert tuple(idle) == FOUNDING


def with_change(base, rows):
    changes = sorted([*base.change_rows(), *rows])
    scenario = RandomScenario(base.values(), changes, base.menu_size(), 60, 9, 0)
    return compiled(scenario, 100)


def test_the_budget_of_meetings_is_also_a_measure():
    """So to change what is in force is not the same as to change the base."""
    base = ts.scenario("voluntary").with_(organisations=4)
    row = (INDEX[MEASURE], SET, 8.0, 1.0, 0.0, -1.0, EVERYBODY, SCHEDULED)
    in_force = with_change(base, [tuple(map(float, row))])
    assert digest(in_force) != digest(with_change(base.with_(meetings=8.0), []))


@pytest.mark.parametrize("month", [0, -1, 1.5, "12", True, None, 100_001])
def test_a_month_that_is_none_is_refused(month):
    with pytest.raises(ScenarioError, match=r"fork, month = .*whole number of months"):
        fork("voluntary", month, "voluntary")


# A fork is a scenario.


def example():
    base = ts.scenario("voluntary") + do.coordinator(start=6)
    return fork(base, 12, base.with_(negativity=3.5, pressure=0.4) + do.restructure(start=2))


def test_it_shows_what_is_done_and_when():
    forked = example()
    assert isinstance(forked, Fork)
    assert [(item.name, item.start, item.months) for item in forked.interventions] == [
        ("coordinator", 6, None),
        ("restructure", 12, None),
    ]
    late = forked.interventions[1]
    assert {change.parameter for change in late.changes} == {"command_across", "reporting"}
    assert "from month 13 on" in forked._repr_html_()
    assert forked.name == "voluntary, from month 12 on voluntary"


def test_it_is_equal_to_itself_alone():
    forked = example()
    assert forked == example()
    assert hash(forked) == hash(example())
    assert forked != fork(forked.before, 13, forked.after)
    assert forked.digest() != fork(forked.before, 13, forked.after).digest()
    assert forked != forked.before


def test_what_is_done_to_a_fork_is_done_to_both_parts():
    forked, bullet = example(), do.mandate(start=20)
    one, other = forked.before, forked.after
    assert forked + bullet == fork(one + bullet, 12, other + bullet)
    assert forked.with_(tenure=50.0) == fork(one.with_(tenure=50.0), 12, other.with_(tenure=50.0))
    assert forked.with_(name="mine").name == "mine"
    assert forked.without("restructure") == fork(one, 12, other.without("restructure"))
    assert forked.without_interventions().interventions == ()
    menu = forked.reaching_for(bullet, propensity=0.2)
    assert menu.menu == (bullet,)
    with pytest.raises(ScenarioError, match="without = away_day"):
        forked.without("away_day")


def test_a_fork_can_be_forked():
    """Three scenarios one after the other, against the witness at the second fork."""
    first = example()
    last = first.after.with_(tenure=80.0, negativity=1.5)
    forked = fork(first, 20, last)
    raw = results(forked, 36, replicates=6)
    assert assert_like_the_witness(first, 20, last, raw, 3, 0, 36) >= 3
    into = fork(ts.scenario("voluntary"), 5, first)
    raw = results(into, 30, replicates=6)
    assert assert_like_the_witness(ts.scenario("voluntary"), 5, first, raw, 3, 0, 30) >= 3


def test_it_can_be_written_and_read():
    for forked in (example(), fork(example(), 20, ts.scenario("voluntary"))):
        assert from_table(forked.to_dict(), "here") == forked
        written = tomllib.loads(forked.to_toml())["scenario"]
        assert from_table(written, "here") == forked
        assert from_table(written, "here").name == forked.name


@pytest.mark.parametrize(
    "table",
    [{"fork": 3}, {"fork": {"before": {}, "month": 3}}, {**example().to_dict(), "tenure": 40.0}],
)
def test_a_table_that_is_no_fork_is_refused(table):
    with pytest.raises(ScenarioError, match="here, fork = "):
        from_table(table, "here")


def test_a_part_that_makes_no_sense_is_named():
    table = {"fork": {"before": {}, "month": 3, "after": {"tenuer": 3.0}}}
    with pytest.raises(ts.ParameterError, match=r"here, after, .*Did you mean `tenure`"):
        from_table(table, "here")


def chain(parts, **changes):
    """Scenarios one after the other, a month each."""
    forked = ts.scenario("dyad")
    for month in range(1, parts):
        forked = fork(forked, month, ts.scenario("dyad").with_(tenure=30.0 + month, **changes))
    return forked


def test_as_many_parts_as_there_may_be_take_time_by_their_number(monkeypatch):
    """Counted, not timed: each part is asked for its changes once, not twice as often a level."""
    asked = []
    one = fork_module.course_of
    monkeypatch.setattr(fork_module, "course_of", lambda *given: asked.append(1) or one(*given))
    longest = chain(MOST_PARTS)
    assert longest.parts == MOST_PARTS
    assert len(longest.change_rows()) == MOST_PARTS - 1
    assert len(asked) <= 2 * MOST_PARTS
    del asked[:]
    assert from_table(longest.to_dict(), "here") == longest
    assert len(asked) <= 2 * MOST_PARTS
    del asked[:]
    assert longest.with_(negativity=1.5) == chain(MOST_PARTS, negativity=1.5).with_(negativity=1.5)
    assert len(asked) <= 6 * MOST_PARTS


def test_more_parts_are_refused():
    longest, plain = chain(MOST_PARTS), ts.scenario("dyad")
    for one, other in ((longest, plain), (plain, longest), (longest, longest)):
        with pytest.raises(ScenarioError, match=f"fork, scenarios = .* at most {MOST_PARTS}"):
            fork(one, 70, other)
    doubled = plain
    for month in range(3, 9):
        # Another parameter each time, or both halves would be the same again.
        name = ("handover", "prior_drift", "hearsay", "excuse", "rivalry", "command")[month - 3]
        doubled = fork(doubled, month, doubled.with_(**{name: 0.01 * month}))
    assert doubled.parts == MOST_PARTS
    with pytest.raises(ScenarioError, match="fork, scenarios = "):
        fork(doubled, 9, doubled.with_(vote_rate=0.5))


def test_names_do_not_double_with_each_fork():
    forked = ts.scenario("dyad")
    for month in range(3, 40):
        forked = fork(forked, month, forked.with_(tenure=30.0 + month))
    assert len(forked.name) < 200
    assert fork("dyad", 24, "dyad").name == "dyad, from month 24 on dyad"


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_table_of_forks_that_is_too_deep_is_refused_however_deep(side):
    table = {"tenure": 40.0}
    for month in range(1, 5000):
        table = {"fork": {"before": {}, "after": {}, "month": month, side: table}}
    with pytest.raises(ScenarioError, match="fork, scenarios = "):
        from_table(table, "here")


def test_an_ordinary_result_can_be_typed():
    base = ts.scenario("dyad") + do.coordinator(start=6.5)
    forked = fork(base, 12, ts.scenario("dyad") + do.deadline(start=3, months=30))
    assert not isinstance(forked, Fork)
    assert from_data({"scenario": forked.to_dict()}, "here") == forked


def test_what_is_cut_to_less_than_can_be_typed_is_a_fork():
    base = ts.scenario("dyad")
    forked = fork(base, 12, base + do.restructure(start=2))
    assert isinstance(forked, Fork)
    raw = results(forked, 36, replicates=4)
    assert assert_like_the_witness(base, 12, base + do.restructure(start=2), raw, 3, 0, 36) >= 2


def test_it_may_end_sooner_than_it_forks():
    """A partnership that dissolved before the month is the same in both."""
    base = ts.scenario("dyad").with_(vote_rate=0.5, vote_threshold=0.02)
    forked, plain = results(fork(base, 30, base.with_(tenure=90.0))), results(base)
    dissolved, months = (schema.column_names(schema.RUNS).index(n) for n in ("dissolved", "months"))
    early = (plain.runs[:, dissolved] > 0) & (plain.runs[:, months] <= 30)
    assert early.sum() >= 3
    assert bits(forked.runs[early]) == bits(plain.runs[early])
