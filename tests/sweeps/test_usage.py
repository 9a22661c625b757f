"""Wrong arguments of the public calls: one line in five parts, before any work is done."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import trustsim as ts
from trustsim.sweeps import Sweep

FIVE_PARTS = re.compile(r".+?, [^=]+ = .*?: .*?\. [^\n]+[.?)`]")
SMALL = {"replicates": 3, "months": 6}


class Reached(BaseException):
    """Every argument was accepted, and the work would begin; not to be caught as a problem."""


def begin(*_, **__):
    raise Reached


@pytest.fixture(scope="module")
def found():
    """A few results of each kind to ask wrongly: runs, a comparison, a sweep."""
    runs = ts.simulate("dyad", record="all", **SMALL)
    comparison = ts.compare("dyad", {"arm": "+coordinator"}, **SMALL)
    study = ts.Study("dyad", arms={"baseline": [], "arm": "coordinator"}, **SMALL)
    return runs, comparison, ts.sweep(study, workers=1)


@pytest.fixture
def no_work(monkeypatch):
    """Simulating and storing are reached, not done."""
    monkeypatch.setattr("trustsim.engines.ensemble.run_ensemble", begin)
    monkeypatch.setattr("trustsim.sweeps.run.keeper_of", begin)


def what_is_said(call):
    """The refusal, or nothing if all was accepted; any other error is a failure."""
    try:
        call()
    except Reached:
        return ""
    except ts.TrustsimError as problem:
        return str(problem)
    return ""


def study(**given):
    return ts.Study("dyad", **{**SMALL, **given})


def swept(**given):
    return ts.sweep(study(), **given)


def simulated(**given):
    return ts.simulate("dyad", **{**SMALL, **given})


def compared(arms, **given):
    return ts.compare("dyad", arms, **{**SMALL, **given})


def forked(month=6):
    return ts.fork("dyad", month, ts.scenario("dyad").with_(negativity=3.0))


def forked_with(**parameters):
    return forked().with_(**parameters)


def added(other):
    return forked() + other


ARM = {"arm": "+coordinator"}
REFUSED = [
    (simulated, {"replicates": "many"}, "replicates = many: must be a whole number"),
    (simulated, {"replicates": True}, "replicates = True"),
    (simulated, {"replicates": 10**5000}, "replicates = some int"),
    (simulated, {"seed": 2**70}, "seed = 1180591620717411303424"),
    (simulated, {"months": float("nan")}, "months = nan"),
    (simulated, {"engine": "fast"}, "engine = fast: must be one of ensemble, mesa"),
    (simulated, {"engine": np.array(["mesa", "mesa"])}, "engine = array"),
    (simulated, {"record": "all of it"}, "record = all of it: must be one of runs"),
    (simulated, {"workers": 0}, "workers = 0"),
    (simulated, {"chunk": 0}, "chunk = 0"),
    (simulated, {"first": -1}, "first = -1"),
    (simulated, {"executor": 3}, "executor = 3: must be a concurrent.futures.Executor"),
    (simulated, {"progress": "json"}, "progress = json: must be a function"),
    (ts.simulate, {"scenario": 3}, "name = 3: must be a path"),
    (ts.compare, {"baseline": None, "arms": ARM}, "name = None"),
    (compared, {"arms": 3}, "arms = 3: must be a mapping by name"),
    (compared, {"arms": {"a": [3]}}, "interventions = 3"),
    (compared, {"arms": ARM, "lifted": "no"}, "lifted = no: must be True or False"),
    (study, {"arms": ["x"]}, "[arms] = ['x']: must be a valid dictionary"),
    (study, {"arms": {"a": None}}, "arm = None: must be interventions"),
    (study, {"arms": {3: []}}, "must be a valid string"),
    (study, {"factors": {"handover": 0.5}}, "handover = 0.5: must be a valid list"),
    (study, {"factors": {"handover": ["0.5"]}}, "handover.0 = 0.5: must be a valid number"),
    (study, {"factors": {"handover": [True]}}, "handover.0 = True: must be a valid number"),
    (study, {"precision": {"half_width": 0.1, "floor": 10**5000}}, "floor = some int"),
    (study, {"outcomes": {"a": 3}}, "name = a: must be a function"),
    (study, {"design": "lhs", "points": 2.5}, "points = 2.5: must be a valid integer"),
    (study, {"design": "csv", "table": 3}, "table = 3: must be a path"),
    (study, {"months": "12"}, "months = 12: must be a valid integer"),
    (ts.Study.read, {"path": None}, "file = None: must be a path"),
    (ts.sweep, {"study": 3}, "file = 3: must be a path, not empty (a study's"),
    (swept, {"shard": "a/b"}, "shard = a/b: must be part i of n"),
    (swept, {"shard": (0, 3)}, "shard = (0, 3): must be part i of n"),
    (swept, {"workers": 2.5}, "workers = 2.5"),
    (swept, {"out": ""}, "out = : must be a path"),
    (swept, {"out": "a\0b"}, "out = a\\x00b: must be a path"),
    (swept, {"errors": None}, "errors = None: must be one of ignore"),
    (swept, {"resume": "no"}, "resume = no: must be True or False"),
    (Sweep.read, {"folder": None}, "folder = None"),
    (ts.fork, {"before": "dyad", "month": "6", "after": "dyad"}, "fork, month = 6: must be a"),
    (added, {"other": "coordinator"}, "interventions = coordinator: must be an intervention"),
    (ts.Scenario, {"name": ""}, "name = : must be text, not empty"),
    (ts.Scenario, {"overrides": 3}, "overrides = 3: must be a mapping"),
    (ts.scenario, {"name": "x" * 100_000}, "must be a named setting"),
    (ts.interventions.coordinator, {"start": 10**5000}, "start = some int"),
    (ts.explain, {"name": None}, "name = None"),
    (ts.cite, {"keys": 3}, "key = 3"),
    (ts.Partnership, {"scenario": 3, "negativity": 2.0}, "name = 3: must be a path"),
    (ts.Partnership, {"replicate": np.float64(3.5)}, "replicate = np.float64(3.5)"),
    (ts.Partnership, {"log_actions": "no"}, "log_actions = no: must be True or False"),
    (ts.Partnership, {"seed": 3, "rng": 4}, "rng = 4: differs from the seed"),
]


@pytest.mark.parametrize(("call", "wrong", "words"), REFUSED, ids=[row[2][:40] for row in REFUSED])
def test_a_wrong_argument_is_one_line_before_any_work(
    no_work, tmp_path, monkeypatch, call, wrong, words
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ts.TrustsimError) as caught:
        call(**wrong)
    said = str(caught.value)
    assert FIVE_PARTS.fullmatch(said), said
    assert words in said
    assert not list(tmp_path.iterdir())


ASKED = {
    "a month of 0": lambda runs, *_: runs.attrition(by=[0]),
    "no horizon is that long": lambda runs, *_: runs.attrition(by=[1e9]),
    "half a month": lambda runs, *_: runs.status_shares(by=[1.5]),
    "a month alone": lambda runs, *_: runs.attrition(by=60),
    "an event": lambda runs, *_: runs.cumulative_incidence("married"),
    "a replicate": lambda runs, *_: runs.one("x"),
    "a column": lambda runs, *_: runs.plot.fan(["mean_trust"]),
    "an arm": lambda _, comparison, __: comparison.runs("arn"),
    "how many": lambda _, comparison, __: comparison.helped("arm", "all"),
    "a quantity": lambda _, comparison, __: comparison.plot.curves({}),
    "a measure": lambda _, comparison, __: comparison.plot.individual("arm", 3),
    "a table": lambda *found: found[2].table(["runs"]),
    "months of contrasts": lambda *found: found[2].contrasts(by=[None]),
    "a baseline": lambda *found: found[2].contrasts(["baseline"]),
    "a run": lambda *found: found[2].rerun(None),
    "a folder": lambda *found: found[2].write_summary(3),
    "a factor": lambda *found: found[2].study.range_of("handover"),
}


@pytest.mark.parametrize("case", ASKED)
def test_results_that_are_asked_wrongly_say_so(found, case):
    with pytest.raises(ts.TrustsimError) as caught:
        ASKED[case](*found)
    assert FIVE_PARTS.fullmatch(str(caught.value)), caught.value


@pytest.mark.parametrize("number", [3, np.int64(3), np.uint8(3), np.float32(3), np.float64(3), 3.0])
def test_a_whole_number_is_one_however_it_is_written(no_work, number):
    plain = study(replicates=3, months=3, seed=3)
    assert study(replicates=number, months=number, seed=number).digest() == plain.digest()
    ranged = {"factors": {"handover": []}, "design": "lhs"}
    drawn = study(**ranged, points=number, design_seed=number)
    assert drawn.digest() == study(**ranged, points=3, design_seed=3).digest()
    levels = study(factors={"people": [number, np.float64(2)]})
    assert levels.digest() == study(factors={"people": [3.0, 2.0]}).digest()
    given = {"replicates": number, "months": number, "seed": number, "workers": number}
    for call in (simulated, lambda **given: compared(ARM, **given)):
        with pytest.raises(Reached):
            call(**given)
    with pytest.raises(Reached):
        swept(workers=number, shard=(number, number))
    model = ts.Partnership("dyad", replicate=number, months=number, seed=number, rng=number)
    assert (model.replicate, model.horizon, model.seed) == (3, 3, 3)
    assert {type(one) for one in (model.replicate, model.horizon, model.seed)} == {int}
    assert (forked(number), forked(number).name) == (forked(3), forked(3).name)
    assert type(forked(number).interventions[0].start) is int
    begun = ts.interventions.coordinator(start=number)
    assert begun.changes == ts.interventions.coordinator(start=3).changes


def test_numbers_of_numpy_give_the_very_same_runs():
    plain = ts.simulate("dyad", replicates=4, months=12, seed=7)
    same = ts.simulate(
        "dyad", replicates=np.float64(4), months=np.int16(12), seed=np.uint64(7), chunk=np.int64(3)
    )
    assert same.runs.equals(plain.runs)
    assert (same.seed, same.horizon, type(same.seed)) == (7, 12, int)


def test_a_path_and_its_text_are_the_same(no_work, tmp_path):
    toml, points = tmp_path / "mine.toml", tmp_path / "points.csv"
    toml.write_text('[scenario]\nbased_on = "dyad"\nnegativity = 2.0\n')
    points.write_text("handover\n0.1\n0.5\n")
    assert ts.scenario(toml) == ts.scenario(str(toml))
    assert ts.Study(toml).digest() == ts.Study(str(toml)).digest()
    one, other = (study(design="csv", table=kind(points)) for kind in (Path, str))
    assert one.digest() == other.digest()
    for kind in (Path, str):
        with pytest.raises(Reached):
            swept(out=kind(tmp_path / "out"))


BOM = b"\xef\xbb\xbf"


def test_the_mark_that_some_editors_begin_a_file_with_is_no_part_of_it(tmp_path):
    texts = {
        "s.toml": b'[scenario]\nbased_on = "dyad"\n',
        "s.json": b'{"scenario": {"based_on": "dyad"}}',
        "study.toml": b'[study]\nscenario = "dyad"\nreplicates = 3\n[design]\nkind = "csv"\n'
        b'file = "points.csv"\n',
        "points.csv": b"handover\n0.1\n0.5\n",
    }
    digests = []
    for mark in (b"", BOM):
        for name, text in texts.items():
            (tmp_path / name).write_bytes(mark + text)
        files = [ts.scenario(tmp_path / name).digest() for name in ("s.toml", "s.json")]
        digests.append([*files, ts.Study.read(tmp_path / "study.toml").digest()])
    assert digests[0] == digests[1]


DEEP = 300_000
BROKEN = {
    "utf-16.toml": ("[study]".encode("utf-16"), "not UTF-8"),
    "latin.toml": ('[study]\nscenario = "café"'.encode("latin-1"), "not UTF-8"),
    "deep.toml": (b"x = " + b"[" * DEEP, "TOML"),
    "deep.json": (b"[" * DEEP, "JSON"),
    "tables.toml": (b"x = " + b"{a=" * 30_000, "TOML"),
    "nested.toml": (b"x = " + b"[" * 200 + b"]" * 200, "x"),
    "long.toml": (b"[study]\nreplicates = " + b"9" * 100_000, "TOML"),
    "large.toml": (b"[study]\nreplicates = " + b"9" * 1000, "replicates"),
    "large.json": (b'{"study": {"seed": ' + b"9" * 1000 + b"}}", "seed"),
    "number.toml": (b"[scenario]\nnegativity = " + b"9" * 1000, "negativity"),
    "lone.json": (b'{"arms": {"\\ud800": []}}', "arms"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_text_or_too_deep_is_refused(tmp_path, name):
    content, words = BROKEN[name]
    path = tmp_path / name
    path.write_bytes(content)
    for read in (ts.Study.read, ts.scenario):
        with pytest.raises(ts.TrustsimError) as caught:
            read(path)
        said = str(caught.value)
        assert FIVE_PARTS.fullmatch(said), said
        assert name in said
    if name not in ("number.toml", "lone.json"):
        with pytest.raises(ts.StudyError, match=re.escape(words)):
            ts.Study.read(path)


@pytest.mark.parametrize(
    "content", [b"\xff\xfeh\x00", b'handover\n"' + b"9" * 200_000 + b'"', b"handover\n\x00\n", b""]
)
def test_points_that_are_no_table_are_refused(tmp_path, content):
    (tmp_path / "points.csv").write_bytes(content)
    with pytest.raises(ts.StudyError) as caught:
        study(design="csv", table=tmp_path / "points.csv")
    assert FIVE_PARTS.fullmatch(str(caught.value)), caught.value
    assert "points.csv" in str(caught.value)


def test_a_word_of_an_intervention_is_no_factor():
    arms = {"incident": "incident(start=3)"}
    for design in ({}, {"design": "morris", "points": 4}):
        with pytest.raises(ts.StudyError, match="is a word, and levels are numbers"):
            study(arms=arms, factors={"incident.kind": [0, 1]}, **design)
    assert study(arms=arms, factors={"incident.size": [0.5, 1]}).size() == 2


PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-3, 130),
    st.floats(),
    st.complex_numbers(),
    st.text(max_size=8),
    st.text(st.characters(categories=["Cs", "Cc"]), max_size=3),
    st.binary(max_size=4),
    st.sampled_from(["baseline", "coordinator", "+mandate", "dyad", "all", "lhs", "handover"]),
    st.sampled_from([10**400, np.int64(2), np.float64(0.5), np.array(1), np.array([]), np.nan]),
    st.sampled_from([object(), object, len, Path("nowhere"), np.array([1, 2]), np.bool_(True)]),
)
KEYS = st.one_of(st.text(max_size=5), st.integers(), st.none(), st.sampled_from(["arm", "people"]))
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(KEYS, inner, max_size=2),
    ),
    max_leaves=4,
)
CALLS = {
    "simulate": (
        ts.simulate,
        ("scenario", "replicates", "seed", "months", "engine", "record"),
        ("workers", "chunk", "first", "executor", "progress"),
    ),
    "compare": (
        lambda **given: ts.compare(**{"baseline": "dyad", "arms": ARM, **given}),
        ("baseline", "arms", "replicates", "seed", "months", "lifted"),
        ("workers", "executor", "progress"),
    ),
    "Study": (
        ts.Study,
        ("scenario", "replicates", "months", "seed", "arms", "factors", "design", "points"),
        ("design_seed", "table", "precision", "record", "engine", "outcomes"),
    ),
    "sweep": (
        lambda **given: ts.sweep(**{"study": study(), **given}),
        ("study", "out", "executor", "workers", "resume", "extend", "retry_failed"),
        ("errors", "shard", "progress"),
    ),
    "Scenario": (ts.Scenario, ("name", "overrides"), ("interventions", "menu")),
    "coordinator": (ts.interventions.coordinator, ("start", "months"), ("dose", "target")),
    "incident": (ts.interventions.incident, ("kind", "size"), ("share", "start")),
    "fork": (
        lambda **given: ts.fork(**{"before": "dyad", "month": 6, "after": "stp", **given}),
        ("before", "month"),
        ("after",),
    ),
    "fork, added": (added, ("other",), ()),
    "Partnership": (
        lambda **given: ts.Partnership(**{"scenario": "dyad", **given}),
        ("scenario", "replicate", "months"),
        ("seed", "rng", "log_actions", "people"),
    ),
    "scenario": (ts.scenario, ("name",), ()),
    "explain": (ts.explain, ("name",), ()),
    "cite": (ts.cite, ("keys",), ()),
    "Study.read": (ts.Study.read, ("path",), ()),
    "Sweep.read": (Sweep.read, ("folder",), ()),
    "parameters": (lambda **given: ts.scenario("dyad").with_(**given), ("name", "people"), ()),
}


@pytest.mark.parametrize("name", CALLS)
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_is_passed_is_accepted_or_refused_in_one_line(no_work, name, data):
    call, some, others = CALLS[name]
    given = data.draw(st.dictionaries(st.sampled_from(some + others), ANYTHING, min_size=1))
    wanted = {"name": "dyad", "keys": [], "path": "", "folder": "", "other": []}
    missing = {key: wanted[key] for key in some if len(some) == 1 and key in wanted}
    said = what_is_said(lambda: call(**{**missing, **given}))
    assert "\n" not in said
    assert len(said) < 1500


METHODS = {
    "attrition": lambda found, value: found[0].attrition(by=value),
    "status_shares": lambda found, value: found[0].status_shares(by=value),
    "cumulative_incidence": lambda found, value: found[0].cumulative_incidence(value),
    "recorded": lambda found, value: found[0].recorded(value),
    "between": lambda found, value: found[1].between("baseline", "arm", by=value),
    "individual": lambda found, value: found[1].individual(value),
    "helped": lambda found, value: found[1].helped("arm", value),
    "summary": lambda found, value: found[2].summary(value),
    "contrasts": lambda found, value: found[2].contrasts(value),
    "table": lambda found, value: found[2].table(value),
}


@pytest.mark.parametrize("name", METHODS)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(value=ANYTHING)
def test_whatever_a_result_is_asked_it_answers_or_refuses(found, name, value):
    assert "\n" not in what_is_said(lambda: METHODS[name](found, value))
