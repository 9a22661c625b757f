"""The living picture shows what `simulate` computes, forwards and backwards."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

import trustsim as ts
from trustsim.app import words
from trustsim.app.ink import ACTION_WORDS, STATUS_WORDS
from trustsim.app.living import Life
from trustsim.app.picture import TIES, network, tie_kind, timeline
from trustsim.model.actions import ACTIONS
from trustsim.schema import STATUSES

SCENARIO = ts.scenario("voluntary") + ts.interventions.coordinator(start=6)
SEED, REPLICATE = 4, 2


@pytest.fixture(scope="module")
def life():
    return Life(SCENARIO, SEED, REPLICATE)


@pytest.fixture(scope="module")
def months():
    runs = ts.simulate(SCENARIO, seed=SEED, first=REPLICATE, replicates=1, record="months")
    return runs.months.set_index("month")


def test_every_month_is_that_of_simulate(life, months):
    quiet = 0
    for month, row in months.iterrows():
        moment = life.at(month)
        assert moment.month == month
        assert moment.numbers["mean_trust"] == row["mean_trust"]
        assert moment.numbers["maturity"] == row["maturity"]
        assert moment.status == row["status"]
        # The table looks at trust before members come and go, the picture afterwards.
        if moment.names == life.at(month - 1).names:
            assert min(moment.trust.values()) == row["weakest_trust"]
            quiet += 1
        for action in ACTIONS:
            done = sum(deed.action == action.name for deed in moment.deeds)
            assert (done > 0) == (row[action.observable] > 0)
    assert quiet > len(months) / 2


def test_going_back_shows_what_was_there_before():
    one, other = Life(SCENARIO, SEED, REPLICATE), Life(SCENARIO, SEED, REPLICATE)
    before = network(one, 10)
    one.at(80)
    assert network(one, 10) == before == network(other, 10)
    assert one.happenings(10) == other.happenings(10)


def test_an_end_is_the_end():
    ends = ts.simulate("voluntary", replicates=20, seed=0).runs
    which = int(ends["replicate"][ends["dissolved"]].iloc[0])
    month = int(ends["month_dissolved"][ends["dissolved"]].iloc[0])
    life = Life(ts.scenario("voluntary"), 0, which)
    assert life.at(120) == life.at(month)
    assert f"dissolved, month {month}" in network(life, 120)
    assert "dissolved, month" not in network(life, month - 1)


def test_a_picture_is_well_formed_and_has_everybody(life):
    for month in (0, 1, 24, 60):
        drawn = network(life, month)
        tree = ElementTree.fromstring(drawn)
        assert tree.attrib["role"] == "img"
        moment = life.at(month)
        assert drawn.count('class="organisation"') == sum(map(bool, moment.names))
        assert drawn.count('class="deed"') == len(moment.deeds)
        shown = [float(one) for one in re.findall(r'data-trust="([\d.]+)"', drawn)]
        assert shown == pytest.approx(sorted(moment.trust.values()), abs=1e-4)
        assert f"mean trust {moment.mean_trust:.2f}" in tree.attrib["aria-label"]
        ElementTree.fromstring(timeline(life, month))


def test_the_coordinator_is_where_it_works(life):
    assert not life.at(6).attended
    assert life.at(7).attended
    assert "the coordinator looks after these two" in network(life, 7)
    assert "the coordinator looks after these two" not in network(life, 6)


def test_ties_differ_in_more_than_colour():
    assert len({(width, dash) for _, _, width, dash in TIES}) == len(TIES)
    assert [tie_kind(trust, 0.58) for trust in (0.1, 0.4, 0.579, 0.58, 0.72, 0.74)] == [
        0, 1, 1, 2, 2, 3,
    ]  # fmt: skip


def test_every_action_and_status_has_a_sign_and_a_word():
    assert set(ACTION_WORDS) == {action.name for action in ACTIONS}
    assert set(STATUS_WORDS) == set(STATUSES)
    legend = words.legend() + words.status_legend()
    assert all(word in legend for word in (*ACTION_WORDS.values(), *STATUS_WORDS.values()))


def test_what_is_told_under_a_picture_is_true(life, months):
    said = words.now(life, 24)
    assert f"{months.loc[24, 'mean_trust']:.3f}" in said
    assert f"{months.loc[24, 'members']:.0f} at the table" in said
