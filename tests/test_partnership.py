"""The partnership as an ordinary Mesa model: what a user may do with it."""

import copy
import gc
import os
import pickle
import subprocess
import sys
from inspect import signature
from pathlib import Path

import mesa
import numpy as np
import pytest
from mesa.batchrunner import batch_run

from trustsim import schema
from trustsim.engines.agents import KeyIndividual
from trustsim.engines.mesa_engine import run_mesa
from trustsim.engines.partnership import Partnership
from trustsim.errors import ParameterError, ScenarioError
from trustsim.model import state
from trustsim.model.actions import ACTIONS, COOPERATE
from trustsim.model.parameters import NAMES
from trustsim.scenarios import interventions
from trustsim.scenarios.files import scenario
from trustsim.simulation import simulate

ROOT = Path(__file__).resolve().parents[1]
SMALL = {"organisations": 4, "months": 18}


class Saint(KeyIndividual):
    """Always means to cooperate."""

    def choose(self, towards, draw):
        return COOPERATE


class Saints(Partnership):
    individual_type = Saint


def lived(model: Partnership) -> Partnership:
    model.run_model()
    return model


@pytest.fixture(scope="module")
def logged() -> Partnership:
    return lived(Partnership("voluntary", seed=1, log_actions=True, **SMALL))


# As a Mesa model.


def test_it_is_a_mesa_model_whose_agents_are_people_and_organisations(logged):
    assert isinstance(logged, mesa.Model)
    kinds = {type(agent).__name__ for agent in logged.agents}
    assert kinds == {"KeyIndividual", "Organisation", "Coordinator"}
    people = [agent for agent in logged.agents if isinstance(agent, KeyIndividual)]
    assert len(people) == len(logged.members) * logged.people_each


def test_it_shadows_nothing_of_mesas():
    class Bare(mesa.Model):
        """What Mesa itself adds to every class and instance."""

    ours = set(vars(Partnership)) | set(vars(Partnership(**SMALL)))
    ours -= set(vars(Bare)) | set(vars(Bare(rng=1))) | set(dir(object))
    ours -= {"__annotations__", "__dict__", "__weakref__"}
    newer_mesa = {"time", "scenario", "observe", "notify", "batch", "run_for", "schedule_event"}
    assert not ours & (set(dir(mesa.Model)) | newer_mesa)


def test_the_state_is_what_the_model_says():
    model = Partnership(**SMALL)
    assert all(hasattr(model, name) for name in state.PARTNERSHIP)
    assert all(hasattr(model.organisations[0], name) for name in state.ORGANISATION)
    person = model.organisations[0].people[0]
    assert all(hasattr(person, name) for name in state.PERSON)
    assert all(hasattr(tie, name) for tie in person.ties.values() for name in state.TIE)


def test_it_stops_at_the_horizon_and_may_be_stepped_on():
    model = lived(Partnership("hierarchy", months=5))
    assert (model.month, model.running) == (5, False)
    model.step()
    assert model.month == 6


def test_nothing_happens_after_the_end():
    model = Partnership("dyad", outside_hazard=1.0)
    model.run_model()
    assert model.run_row()["status"] == "dissolved"
    row, months = model.run_row(), len(model.rows)
    model.step()
    assert (model.run_row(), len(model.rows), model.running) == (row, months, False)


def test_the_data_collector_holds_the_months_table(logged):
    frame = logged.datacollector.get_model_vars_dataframe()
    assert len(frame) == logged.month
    rows = logged.month_rows()
    for column in schema.column_names(schema.MONTHS):
        name = f"{column}_observed" if column in NAMES else column
        assert list(frame[name]) == [row[column] for row in rows]


def test_the_data_collector_knows_every_agent(logged):
    frame = logged.datacollector.get_agent_vars_dataframe()
    trust = frame["trust_in_others"].dropna()
    assert trust.between(0, 1).all()
    assert {"A", "A1#0", "coordinator"} <= set(frame["agent"])


def batch(**keywords):
    return batch_run(Partnership, display_progress=False, max_steps=200, **keywords)


@pytest.mark.filterwarnings("ignore:The `iterations` keyword:DeprecationWarning")  # Mesa 3.5
def test_iterations_of_a_batch_are_different_partnerships_that_can_be_run_again():
    rows = batch(parameters={**SMALL}, iterations=5)
    found = {row["iteration"]: (row["seed"], row["mean_trust"]) for row in rows}
    assert (
        len(found) == len(set(found.values())) == len({trust for _, trust in found.values()}) == 5
    )
    for seed, trust in found.values():
        assert lived(Partnership(seed=seed, **SMALL)).month_rows()[-1]["mean_trust"] == trust


@pytest.mark.parametrize("processes", [1, 2])
def test_batch_run_takes_keywords_and_gives_the_numbers_of_simulate(processes, monkeypatch):
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    negativities = [1.2, 2.5]
    rows = batch(
        parameters={"negativity": negativities, "replicate": range(3), "seed": 11, **SMALL},
        number_processes=processes,
    )
    for negativity in negativities:
        chosen = scenario("voluntary").with_(organisations=4, negativity=negativity)
        months = simulate(chosen, replicates=3, seed=11, months=18, record="months").months
        last = months.groupby("replicate").last()
        for replicate in range(3):
            found = [
                row
                for row in rows
                if (row["negativity"], row["replicate"]) == (negativity, replicate)
            ]
            assert found
            for row in found:
                assert row["mean_trust"] == last["mean_trust"][replicate]
                assert row["meetings_observed"] == last["meetings"][replicate]


def test_batch_run_keeps_the_seed_it_was_given():
    """Mesa 3.5 overwrites an argument that it sees named `seed` with None."""
    rows = batch(parameters={"seed": [1, 2], **SMALL})
    trust = {seed: {row["mean_trust"] for row in rows if row["seed"] == seed} for seed in (1, 2)}
    assert trust[1] != trust[2]
    assert trust[1] == {lived(Partnership(seed=1, **SMALL)).month_rows()[-1]["mean_trust"]}


@pytest.mark.skipif("rng" not in signature(batch_run).parameters, reason="new in Mesa 3.4")
def test_batch_run_passes_seeds_as_rng():
    seeds = np.random.default_rng(1).integers(0, 2**63, size=3)
    found = [
        {row["seed"]: row["mean_trust"] for row in batch(parameters={**SMALL}, rng=seeds)}
        for _ in range(2)
    ]
    assert set(found[0]) == set(seeds)
    assert found[0] == found[1]


def test_a_copy_goes_on_like_the_original():
    model = Partnership("voluntary", seed=4, **SMALL)
    for _ in range(6):
        model.step()
    twin, stored = copy.deepcopy(model), pickle.loads(pickle.dumps(model))  # noqa: S301
    assert lived(twin).rows == lived(stored).rows == lived(model).rows


def test_the_mesa_engine_keeps_no_model():
    def alive():
        gc.collect()
        # By its type: asking a dead proxy of somebody else's what it is would raise.
        return sum(issubclass(type(item), Partnership) for item in gc.get_objects())

    before = alive()
    run_mesa(scenario("dyad"), seed=0, first=0, count=4, months=6, record_months=False)
    assert alive() <= before


@pytest.mark.nightly
def test_the_order_of_hashing_changes_no_number():
    program = (
        "from tests.parity.digests import *; print(digest(with_agents(scenario_number(3), 1)))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


# Arguments.


def test_rng_is_another_name_for_the_seed():
    for given in ({"rng": 5}, {"rng": 5, "seed": 5}, {"rng": None, "seed": np.int64(5)}):
        assert Partnership("dyad", **given).seed == 5


@pytest.mark.parametrize("given", [{}, {"seed": None}, {"rng": None}])
def test_without_a_seed_one_is_drawn_and_kept(given):
    model = Partnership("dyad", months=6, **given)
    again = Partnership("dyad", seed=model.seed, months=6)
    assert lived(model).rows == lived(again).rows
    assert model.seed != Partnership("dyad", **given).seed  # once in 2**32 tries they agree


@pytest.mark.parametrize(
    "wrong",
    [
        {"seed": 1, "rng": 2},
        {"seed": -1},
        {"seed": 1.5},
        {"rng": np.random.default_rng(1)},
        {"replicate": -1},
        {"months": 0},
        {"months": True},
        {"negativity": 0.5},
        {"negativty": 2.0},
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ParameterError, match=next(iter(wrong.keys() - {"seed"}), "seed")):
        Partnership("dyad", **wrong)


def test_an_unknown_scenario_is_refused():
    with pytest.raises(ScenarioError, match="Did you mean `voluntary`"):
        Partnership("volontary")


# Other behaviour.


def test_a_person_with_another_choice_rule_changes_what_is_done():
    model = lived(Saints("voluntary", seed=2, **SMALL))
    for row in model.month_rows():
        assert row["cooperation"] + row["failure"] == pytest.approx(1.0 if row["meetings"] else 0.0)
        assert row["undercut"] == row["breach"] == 0.0


def test_saints_run_on_the_mesa_engine_like_anybody():
    saints, others = (
        run_mesa(
            scenario("voluntary").with_(organisations=4),
            seed=2,
            first=0,
            count=3,
            months=18,
            record_months=False,
            model_class=kind,
        ).runs
        for kind in (Saints, Partnership)
    )
    value = schema.column_names(schema.RUNS).index("value")
    assert (saints[:, value] > others[:, value]).all()


# The record.


def test_logging_changes_no_number(logged):
    assert lived(Partnership("voluntary", seed=1, **SMALL)).rows == logged.rows


def test_the_log_is_what_the_months_count(logged):
    acts = logged.actions
    assert list(acts.columns) == list(schema.column_names(schema.ACTIONS))
    for row in logged.month_rows():
        month = acts[acts["month"] == row["month"]]
        assert len(month) == 2 * row["meetings"]
        for action in ACTIONS:
            count = (month["action"] == action.name).sum()
            assert count == pytest.approx(row[action.observable] * len(month))


def test_the_log_tells_how_trust_moved(logged):
    acts = logged.actions
    kept = acts[acts["delivered"]]
    assert (kept["action"] == ACTIONS[COOPERATE].name).all()
    assert (kept[kept["as_read"] == "as meant"].eval("trust_after > trust_before")).all()
    assert (acts[acts["as_read"] == "self-serving"].eval("trust_after < trust_before")).all()
    assert (acts[acts["as_read"] == "excused"].eval("trust_after == trust_before")).all()


def test_what_was_not_kept_or_not_lived_is_refused_with_how_to_get_it():
    model = Partnership("dyad", seed=1)
    with pytest.raises(ParameterError, match="nothing has happened yet"):
        model.plot.story()
    model.step()
    for table in ("actions", "ties"):
        with pytest.raises(ParameterError, match=f"{table} were not kept.*log_actions=True"):
            getattr(model, table)
    assert Partnership("dyad", log_actions=True).actions.empty


def test_the_coordinator_is_logged_where_present():
    chosen = scenario("dyad") + interventions.coordinator(start=3, capacity=1)
    acts = lived(Partnership(chosen, months=8, log_actions=True, refill=1.0)).actions
    assert not acts[acts["month"] <= 3]["coordinator"].any()
    assert acts[acts["month"] > 3]["coordinator"].all()


def test_events_tell_who_came_and_went():
    often = {"tenure": 6.0, "outside_hazard": 0.1, "refill": 0.5, "quorum": 0.0}
    model = lived(Partnership("voluntary", seed=3, **often, **SMALL))
    events, row = model.events, model.run_row()
    count = events["event"].value_counts()
    assert count["key person left"] == row["departures"] > 0
    assert count["member left"] == row["members_lost"] > 0
    assert set(events[events["event"] == "member left"]["detail"]) <= set(schema.CAUSES)
    refilled = events[events["event"] == "seat filled"]
    assert (refilled["who"].str.contains("(", regex=False)).all()


def test_events_tell_when_interventions_start_and_stop():
    chosen = scenario("hierarchy") + interventions.mandate(start=2, months=3)
    events = lived(Partnership(chosen, months=8)).events
    months = {event: set(rows["month"]) for event, rows in events.groupby("event")}
    assert months["intervention started"] == {3}
    assert months["intervention stopped"] == {6}


def test_the_story_has_a_paragraph_a_year(logged):
    paragraphs = logged.story().split("\n\n")
    assert len(paragraphs) == 1 + 2
    assert all(event.who in logged.story() for event in logged.happenings)


def test_the_row_of_a_run_names_things(logged):
    row = logged.run_row()
    assert tuple(row) == schema.column_names(schema.RUNS)
    assert row["status"] in schema.STATUSES
    assert row["month_dissolved"] is None
    assert row["cause"] is None
