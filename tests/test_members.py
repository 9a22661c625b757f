"""The table of members: who gives, who pays, who leaves and who is trusted."""

import numpy as np
import pytest

import trustsim as ts
from trustsim import schema
from trustsim.errors import ParameterError
from trustsim.simulation import memory_needed, simulate

PEOPLE = 2
RUNS_OF = {
    "restless": {"refill": 0.2, "replacement": 0.01, "reporting": 0.3, "pressure": 0.9},
    "large": {"organisations": 11, "refill": 0.1, "coaching": 0.5},
    "shrinking": {"refill": 0},
    "never leaving": {"may_exit": 0},
}


@pytest.fixture(scope="module", params=RUNS_OF)
def runs(request):
    scenario = ts.scenario("voluntary").with_(people=PEOPLE, **RUNS_OF[request.param])
    return simulate(scenario, replicates=60, months=100, seed=4, record="all")


@pytest.fixture(scope="module")
def sums(runs):
    return runs.members.groupby("replicate").sum(numeric_only=True)


@pytest.fixture(scope="module")
def by_run(runs):
    return runs.runs.set_index("replicate")


def test_there_is_a_row_for_each_seat_of_each_partnership(runs):
    seats = int(runs.scenario.values()["organisations"])
    table = runs.members
    assert tuple(table.columns) == schema.column_names(schema.MEMBERS)
    assert list(table["replicate"]) == list(np.repeat(np.arange(60), seats))
    assert list(table["organisation"]) == list(range(seats)) * 60


def test_members_add_up_to_the_partnership(sums, by_run):
    assert by_run["value"].min() > 0.0
    for column in ("value_given", "value_received", "smoke"):
        whole = column.partition("_")[0]
        np.testing.assert_allclose(sums[column], by_run[whole], rtol=1e-12, err_msg=column)
    for column in ("departures", "replaced_by_decree"):
        assert (sums[column] == by_run[column]).all(), column
    assert (sums["meetings"] == 2 * by_run["meetings"]).all(), "both sides took part in it"
    assert (PEOPLE * sums["months"] == by_run["person_months"]).all()


def test_first_exits_of_seats_are_exits_of_members(runs, by_run):
    left = runs.members.groupby("replicate")["month_left"]
    assert (left.min().fillna(0) == by_run["month_first_exit"].fillna(0)).all()
    assert (left.count() <= by_run["members_lost"]).all()
    if runs.scenario.values()["refill"] > 0 and runs.scenario.values()["may_exit"]:
        assert (left.count() < by_run["members_lost"]).any(), "a refilled seat is left again"
    table = runs.members
    assert (table["cause"].isna() == table["month_left"].isna()).all()
    assert not set(table["cause"].dropna()) & {"vote", "sponsor"}


def test_a_seat_that_was_left_for_good_has_no_later_month(runs):
    if runs.scenario.values()["refill"] > 0:
        stayed = runs.members[runs.members["month_left"].isna()]
        lived = runs.runs.set_index("replicate")["months"].loc[stayed["replicate"]]
        assert (stayed["months"].to_numpy() == lived.to_numpy()).all()
    else:
        left = runs.members.dropna(subset="month_left")
        assert (left["months"] == left["month_left"]).all()


def test_where_nobody_leaves_means_over_members_are_those_of_the_partnership():
    scenario = ts.scenario("voluntary").with_(may_exit=0)
    runs = simulate(scenario, replicates=30, months=48, seed=8, record="members")
    means = runs.members.groupby("replicate").mean(numeric_only=True)
    for column in ("trusted", "trusting"):
        np.testing.assert_allclose(means[column], runs.runs["mean_trust"], rtol=1e-12)
    np.testing.assert_allclose(means["mean_frustration"], runs.runs["mean_frustration"], rtol=1e-12)
    assert runs.members.groupby("replicate")["trusted"].std().gt(0.0).all()


def test_overhead_is_the_share_of_the_diary_that_reporting_takes():
    scenario = ts.scenario("voluntary").with_(
        may_exit=0, meetings=4, reporting=0.25, coaching=0.5, coaching_time=0.2
    )
    table = simulate(scenario, replicates=3, months=20, record="members").members
    np.testing.assert_allclose(table["overhead"], 20 * (1 - 0.75 * 0.9), rtol=1e-12)
    without = scenario.with_(reporting=0, coaching=0)
    assert (
        simulate(without, replicates=3, months=20, record="members").members["overhead"] == 0
    ).all()


def test_a_breach_by_one_member_makes_that_one_less_trusted():
    """Whom the others trust two months after it, with and without it, on the same luck."""
    quiet = ts.scenario("voluntary").with_(organisations=4, may_exit=0)
    loud = quiet + ts.interventions.incident(start=10, target=0)
    before, after = (
        simulate(one, replicates=100, months=12, seed=3, record="members").members
        for one in (quiet, loud)
    )
    lost = before["trusted"] - after["trusted"]
    culprit = before["organisation"] == 0
    assert lost[culprit].mean() > 0.05
    assert lost[~culprit].mean() < 0.2 * lost[culprit].mean()
    others_trust = (before["trusting"] - after["trusting"])[~culprit].mean()
    assert others_trust == pytest.approx(lost[culprit].mean() / 3, rel=0.2)


class Witness(ts.Partnership):
    """Keeps its own book of who gave what to whom."""

    def credit(self, actor, towards, action):
        value, smoke = self.tally.value, self.tally.smoke
        super().credit(actor, towards, action)
        self.book = getattr(self, "book", [])
        giver, taker = actor.organisation.seat, towards.organisation.seat
        self.book.append((giver, taker, self.tally.value - value, self.tally.smoke - smoke))


def test_what_is_given_and_received_is_what_a_witness_saw():
    """Eight members that stay: every month has room for the same number of acts."""
    witness = Witness("voluntary", seed=5, months=24, may_exit=0)
    witness.run_model()
    possible = witness.tally.possible
    given, received, smoke = np.zeros(8), np.zeros(8), np.zeros(8)
    acts = np.zeros(8)
    for giver, taker, value, smoked in witness.book:
        given[giver] += value / possible
        received[taker] += value / possible
        smoke[giver] += smoked / possible
        acts[giver] += 1
    rows = witness.member_rows()
    np.testing.assert_allclose([row["value_given"] for row in rows], given, rtol=1e-9)
    np.testing.assert_allclose([row["value_received"] for row in rows], received, rtol=1e-9)
    np.testing.assert_allclose([row["smoke"] for row in rows], smoke, rtol=1e-9)
    assert [row["meetings"] for row in rows] == list(acts), "each side of a meeting acts once"
    assert not np.allclose(given, received, rtol=1e-3)


def test_in_a_dyad_one_is_trusted_as_the_other_trusts():
    partnership = ts.Partnership("dyad", seed=1, months=3)
    partnership.run_model()
    one, other = partnership.member_rows()
    assert one["trusted"] == other["trusting"] == partnership.organisations[1].pair_trust[0]
    assert other["trusted"] == one["trusting"] == partnership.organisations[0].pair_trust[1]
    assert one["trusted"] != other["trusted"]
    assert one["value_given"] == other["value_received"] > 0
    assert one["months"] == other["months"] == 3
    assert one["month_left"] is None
    assert one["cause"] is None


def test_a_member_that_left_keeps_the_trust_of_its_last_month():
    """The month table of the same partnership, cut off at the month of the first exit."""
    scenario = ts.scenario("voluntary").with_(refill=0)
    runs = simulate(scenario, replicates=200, months=120, seed=4, record="members")
    lost = runs.runs[runs.runs["members_lost"] > 0].iloc[0]
    month, replicate = int(lost["month_first_exit"]), int(lost["replicate"])
    until = simulate(scenario, replicates=1, first=replicate, months=month, seed=4, record="all")
    whole = runs.members[runs.members["replicate"] == replicate].reset_index(drop=True)
    left = (whole["month_left"] == month).fillna(False).to_numpy(dtype=bool)
    assert left.any()
    assert not left.all()
    assert whole[left].equals(until.members[left])
    assert until.members["trusted"].mean() == pytest.approx(until.months["mean_trust"].iloc[-1])


def test_an_intervention_on_one_member_costs_that_member():
    quiet = ts.scenario("voluntary").with_(may_exit=0)
    aimed = quiet + ts.interventions.replace_leaders(start=6, target=2)
    table = simulate(aimed, replicates=10, months=12, record="members").members
    assert (table[table["organisation"] != 2]["replaced_by_decree"] == 0).all()
    assert table[table["organisation"] == 2]["replaced_by_decree"].sum() > 0
    coached = quiet + ts.interventions.coaching(start=2, months=5, target=1)
    more, before = (
        simulate(one, replicates=2, months=12, record="members").members["overhead"]
        for one in (coached, quiet)
    )
    taken = (more - before).to_numpy().reshape(2, -1)
    assert (np.delete(taken, 1, axis=1) == 0).all()
    values = coached.values()
    assert taken[:, 1].min() > 0
    assert taken[:, 1].max() <= 5 * values["coaching_time"] + 1e-12


def test_agents_of_one_partnership_tell_the_same_rows():
    scenario = ts.scenario("voluntary").with_(refill=0.3)
    runs = simulate(scenario, replicates=3, months=60, seed=6, record="members")
    rows = runs.one(2, log_actions=False).member_rows()
    table = runs.members[runs.members["replicate"] == 2].reset_index(drop=True)
    assert len(rows) == len(table) > 0
    for place, row in enumerate(rows):
        for name, value in row.items():
            there = table.loc[place, name]
            assert (value is None and there is not there) or value is None or value == there


def test_nothing_is_counted_before_the_first_month():
    rows = ts.Partnership("dyad").member_rows()
    assert [row["months"] for row in rows] == [0, 0]
    assert [row["mean_frustration"] for row in rows] == [0.0, 0.0]


@pytest.mark.parametrize("record", ["runs", "members", "months", "all"])
def test_what_is_recorded_changes_no_other_number(record):
    runs = simulate("voluntary", replicates=5, months=30, record=record)
    whole = simulate("voluntary", replicates=5, months=30, record="all")
    assert runs.runs.equals(whole.runs)
    for table, kept in (
        ("members", record in ("members", "all")),
        ("months", record in ("months", "all")),
    ):
        assert runs.recorded(table) is kept
        if kept:
            assert getattr(runs, table).equals(getattr(whole, table))
        else:
            with pytest.raises(ParameterError, match=f"{table} were not recorded") as refused:
                getattr(runs, table)
            assert f'record="{table}"' in str(refused.value)


def test_members_need_memory():
    scenario = ts.scenario("voluntary")
    need = {
        record: memory_needed(scenario, 1000, 12, "ensemble", record, 1)
        for record in ("runs", "members", "months", "all")
    }
    assert need["runs"] < need["members"] < need["months"] < need["all"]


def test_the_first_bullet_is_not_after_the_last_and_there_is_one_if_any():
    hasty = ts.scenario("coalition").with_(silver_bullet_threshold=0.05, silver_bullet_pause=5)
    scenario = hasty.reaching_for(ts.interventions.away_day(), propensity=0.5)
    table = simulate(scenario, replicates=50, months=60, seed=2).runs
    reached = table["bullets_reached_for"] > 0
    assert reached.any()
    assert (table["month_first_bullet"].notna() == reached).all()
    assert (table["month_first_bullet"] <= table["months"])[reached].all()
    for replicate in table.index[reached][:3]:
        events = simulate(scenario, replicates=50, months=60, seed=2).one(int(replicate)).events
        first = events[events["event"] == "reached for a silver bullet"]["month"].min()
        assert table.loc[replicate, "month_first_bullet"] == first
    never = simulate("coalition", replicates=20, months=60, seed=2).runs
    assert never["month_first_bullet"].isna().all()
