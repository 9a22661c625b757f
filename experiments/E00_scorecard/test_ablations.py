"""What an ablation takes away is gone; compared bit by bit on twins: no chance in most of it."""

import numpy as np
import pytest
from E00_scorecard.ablations import ABLATIONS, ablated

import trustsim as ts

BASE = ts.Scenario("busy", {"organisations": 4, "may_exit": 0, "breach_rate": 0.05})


def lived(scenario, **parameters):
    """Months of some partnerships of it, with other parameters."""
    changed = scenario.with_(**parameters)
    return ts.simulate(changed, replicates=20, months=48, record="months", seed=4).months


def alike(scenario, column="mean_trust", **parameters):
    """Whether these parameters move nothing in a column."""
    return bool(np.array_equal(lived(scenario)[column], lived(scenario, **parameters)[column]))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("goodwill", {"may_exit": 1, "goodwill_shield": 0.2, "goodwill_spend": 0.5}),
        ("hierarchy", {"deference": 0.0, "thinning": 1.0}),
        ("coordinator", {"coordinator_skill": 0.1, "coordinator_allegiance": 0.5}),
    ],
)
def test_what_is_taken_away_has_no_say_any_more(name, parameters):
    with_it = BASE.with_(may_exit=parameters.get("may_exit", 0), coordinator_capacity=1.0)
    columns = ("mean_trust", "members_lost")
    assert not all(alike(with_it, column, **parameters) for column in columns)
    without = ablated(with_it, name)
    assert all(alike(without, column, **parameters) for column in columns)


def test_without_people_turnover_costs_no_trust():
    """Nobody differs, nothing is coached and no tie is deep, so only what people carry is left."""
    plain = BASE.with_(trait_spread=0.0, depth_shield=0.0)
    assert not alike(plain, tenure=3.0)
    assert alike(ablated(plain, "people"), tenure=3.0, disposition=0.2)


def test_without_differences_all_ties_between_strangers_are_alike():
    model = ts.Partnership(ablated(BASE, "differences"), seed=3)
    levels = {tie.trust for a in model.members for p in a.people for tie in p.ties.values()}
    assert len(levels) == 1
    usual = ts.Partnership(BASE, seed=3)
    assert len({tie.trust for a in usual.members for p in a.people for tie in p.ties.values()}) > 1


def test_without_turnover_hardly_anybody_leaves():
    """8 people for 48 months, 20 times: 6.4 leave on average; 30 or more once in 1e11."""
    kept = ts.simulate(ablated(BASE, "turnover"), replicates=20, months=48, seed=4).runs
    usual = ts.simulate(BASE, replicates=20, months=48, seed=4).runs
    assert kept.departures.sum() < 30 < usual.departures.sum()


def test_without_kinds_integrity_fades_like_competence():
    assert not alike(BASE, integrity_kept=0.5)
    assert alike(ablated(BASE, "kinds"), integrity_kept=0.5)


@pytest.mark.parametrize("name", ABLATIONS)
def test_an_ablation_is_named_and_told(name):
    assert ablated(BASE, name).name == f"busy without {name}"
    assert ABLATIONS[name].meaning
    assert ABLATIONS[name].stays


def test_what_can_not_be_taken_away_is_refused():
    with pytest.raises(ts.TrustsimError, match="goodwill"):
        ablated(BASE, "goodwil")
