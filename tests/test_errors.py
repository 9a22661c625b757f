"""Every kind of bad input gets one clear line, code 2, and leaves no trace."""

import os
import re
from pathlib import Path

import pandas as pd
import pytest

import trustsim as ts
from trustsim.arguments import expanded
from trustsim.errors import (
    OutputError,
    ParameterError,
    ResourceError,
    ScenarioError,
    StudyError,
    TrustsimError,
    refusal,
)
from trustsim.output import check_destination
from trustsim.sweeps import Sweep

FIVE_PARTS = re.compile(
    r"trustsim: (?P<kind>\w+Error): (?P<where>.+?), (?P<what>[^=]+) = (?P<got>.*?): "
    r"(?P<allowed>.*?)\. (?P<step>[^\n]+[.?)`])\n"
)
"""Where, what, got, allowed and meaning, next step: on one line."""


def never(*_, **__):
    raise AssertionError("computed before it was refused")


@pytest.fixture(autouse=True)
def no_computing(monkeypatch):
    """Everything here must be refused before anything is compiled or computed."""
    monkeypatch.setattr("trustsim.engines.compiling.compile_kernel", never)
    monkeypatch.setattr("trustsim.engines.mesa_engine.run_mesa", never)
    monkeypatch.setattr("trustsim.engines.ensemble.run_chunk", never)


def typed(*words):
    return pytest.param(words, id=" ".join(words))


REFUSED = [
    # A parameter that is none, or almost one.
    (("--set", "charisma=1"), "ParameterError", "charisma", "1", "not a parameter", "lists them"),
    (("--set", "negativty=3"), "ParameterError", "negativty", "3", "a parameter", "`negativity`"),
    # Out of range, of the wrong type, no number at all.
    (("--set", "negativity=-1"), "ParameterError", "negativity", "-1", "[1, 10]", "explain"),
    (("--set", "people=2.5"), "ParameterError", "people", "2.5", "a whole number", "explain"),
    (("--set", "negativity=much"), "ParameterError", "negativity", "much", "a number", "explain"),
    (("--set", "negativity="), "ParameterError", "negativity", "", "a number", "explain"),
    (("--set", "negativity=nan"), "ParameterError", "negativity", "nan", "a number", "explain"),
    (("--set", "negativity=inf"), "ParameterError", "negativity", "inf", "a number", "explain"),
    (("--set", "=3"), "ParameterError", "text", "=3", "NAME=VALUE", "example"),
    (("--set", ""), "ParameterError", "text", "", "NAME=VALUE", "example"),
    (("--set", "people=²"), "ParameterError", "people", "²", "a whole number", "explain"),
    (("--set", "people=1e400"), "ParameterError", "people", "inf", "a whole number", "explain"),
    (("--set", "negativity=1=2"), "ParameterError", "negativity", "1=2", "a number", "explain"),
    (("--set", "negativity"), "ParameterError", "text", "negativity", "NAME=VALUE", "example"),
    (
        ("--set", "negativity=2", "--set", "negativity=3"),
        "ParameterError", "negativity", "2 and 3", "one value", "Keep one",
    ),
    # Settings and interventions.
    (("volontary",), "ScenarioError", "name", "volontary", "a named setting", "`voluntary`"),
    (("voluntary", "stp"), "ScenarioError", "scenarios", "voluntary stp", "must be one", "a +"),
    (("mandate",), "ScenarioError", "scenario", "mandate", "is an intervention", "+mandate"),
    (("",), "ScenarioError", "name", "", "must be a path", "text"),
    (("+",), "ScenarioError", "text", "+", "look like", "list"),
    (("+coordinator:start=",), "ScenarioError", "text", "start=", "look like", "list"),
    (("+coordinator:start=x",), "ScenarioError", "start", "x", "[0, 100000]", "explain"),
    (("+coordinator(6)",), "ScenarioError", "text", "(6)", "look like", "list"),
    (("+coordinator(start=1,start=2)",), "ScenarioError", "text", "start=1", "look like", "list"),
    (("+mandat",), "ScenarioError", "name", "mandat", "must be one of", "`mandate`"),
    (("+away-day",), "ScenarioError", "name", "away-day", "must be one of", "`away_day`"),
    (("+Away-Day:start=3",), "ScenarioError", "name", "Away-Day", "must be one of", "`away_day`"),
    (("+mandate:strt=3",), "ScenarioError", "strt", "3", "is unknown", "`start`"),
    (("+mandate:dose=2",), "ScenarioError", "dose", "2", "[0, 1]", "explain"),
    (("+mandate:dose=nan",), "ScenarioError", "dose", "nan", "[0, 1]", "explain"),
    (("+mandate(start=print())",), "ScenarioError", "text", "+mandate", "look like", "list"),
    (
        ("+handover:quality=0.2", "+handover:quality=0.9,start=6"),
        "ScenarioError", "interventions", "handover(quality=0.2) and", "contradict", "end before",
    ),
    # Sizes.
    (("--replicates", "0"), "ParameterError", "replicates", "0", "whole number", "range"),
    (("--months", "-3"), "ParameterError", "months", "-3", "whole number", "range"),
    (("--seed", "-1"), "ParameterError", "seed", "-1", "whole number", "range"),
    (("--workers", "0"), "ParameterError", "workers", "0", "whole number", "range"),
    (("--workers", "1000000"), "ParameterError", "workers", "1000000", "whole number", "range"),
    (("--engine", "mes"), "ParameterError", "engine", "mes", "one of", "`mesa`"),
    (("--record", "acts"), "ParameterError", "record", "acts", "one of", "Choose"),
    (
        ("--replicates", "1000000000", "--record", "months"),
        "ResourceError", "memory", "GiB", "must fit", "fewer",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "kind", "what", "got", "allowed", "step"),
    [pytest.param(*row, id=" ".join(row[0])) for row in REFUSED],
)
def test_bad_input_is_one_line_in_five_parts(
    trustsim, tmp_path, words, kind, what, got, allowed, step
):
    code, out, err = trustsim("run", *words, "--out", "deep/out")
    assert (code, out) == (2, "")
    parts = FIVE_PARTS.fullmatch(err)
    assert parts, err
    assert parts["kind"] == kind
    assert parts["what"] == what
    assert got in parts["got"]
    assert allowed in err
    assert step in err
    assert not list(tmp_path.iterdir())


FILES = {
    "not toml": b"[scenario\nnegativity = 2",
    "not text": b"\xff\xfe\x00[scenario]",
    "no table": b"negativity = 2",
    "other table": b"[scenario]\n[study]\nseed = 3",
    "unknown": b"[scenario]\nnegativty = 2",
    "wrong type": b'[scenario]\nnegativity = "much"',
    "true": b"[scenario]\nnegativity = true",
    "nan": b"[scenario]\nnegativity = nan",
    "unknown base": b'[scenario]\nbased_on = "volontary"',
    "not a list": b'[scenario]\ninterventions = "mandate()"',
    "code": b"[scenario]\ninterventions = [\"mandate(start=print('x'))\"]",
    "too long": b"#" * 1_000_001,
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused_by_its_name(trustsim, tmp_path, name):
    path = tmp_path / "mine.toml"
    path.write_bytes(FILES[name])
    code, out, err = trustsim("run", "mine.toml", "--out", "out")
    assert (code, out) == (2, "")
    assert FIVE_PARTS.fullmatch(err), err
    assert "mine.toml" in err or name == "code"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["absent.toml", "folder.toml", "mine.toml/x.toml"])
def test_a_file_that_can_not_be_read_is_refused(trustsim, tmp_path, name):
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "mine.toml").write_text("[scenario]")
    code, _, err = trustsim("run", name)
    assert code == 2
    parts = FIVE_PARTS.fullmatch(err)
    assert parts, err
    assert (parts["where"], parts["what"]) == (name, "file")


def _non_empty(folder: Path) -> Path:
    (folder / "full").mkdir()
    (folder / "full" / "keep.txt").write_text("precious")
    return folder / "full"


def _a_file(folder: Path) -> Path:
    (folder / "file").write_text("precious")
    return folder / "file"


def _under_a_file(folder: Path) -> Path:
    return _a_file(folder) / "out"


def _where_one_stands(folder: Path) -> Path:
    (folder / "empty").mkdir()
    os.chdir(folder / "empty")
    return Path()


PLACES = (_non_empty, _a_file, _under_a_file, _where_one_stands)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_a_bad_place_for_results_is_refused_before_computing(trustsim, tmp_path, place):
    chosen = place(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    code, out, err = trustsim("run", "--out", str(chosen))
    assert (code, out) == (2, "")
    parts = FIVE_PARTS.fullmatch(err)
    assert parts, err
    assert parts["kind"] == "OutputError"
    assert sorted(tmp_path.rglob("*")) == before


def test_a_mount_point_can_not_be_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr("pathlib.Path.is_mount", lambda path: path == tmp_path)
    with pytest.raises(OutputError, match="a mount point"):
        check_destination(tmp_path)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a read-only file system")
def test_a_place_where_even_root_can_not_write_is_refused(trustsim):
    code, _, err = trustsim("run", "--out", "/proc/out")
    assert code == 2
    assert FIVE_PARTS.fullmatch(err), err


@pytest.mark.parametrize(
    "words",
    [
        typed("story", "--seed", "-1"),
        typed("story", "--replicate", "-1"),
        typed("story", "--months", "0"),
        typed("story", "+mandat"),
        typed("settings", "volontary"),
        typed("explain", "negativty"),
        typed("cite", "volontary"),
    ],
)
def test_other_commands_refuse_in_the_same_form(trustsim, words):
    code, out, err = trustsim(*words)
    assert (code, out) == (2, "")
    assert FIVE_PARTS.fullmatch(err), err


@pytest.mark.parametrize(
    "words",
    [
        typed("rum"),
        typed("run", "--replicate", "3"),
        typed("run", "--replicates", "many"),
        typed("run", "--replicates", "1e3"),
        typed("run", "--out", ""),
        typed("compare", "+coordinator", "--out", ""),
        typed("story", "dyad", "--html", " "),
        typed("story", "dyad", "--animation", " "),
        typed("verify", "all"),
        typed("run", "--seed", "0.5"),
        typed("run", "--out"),
    ],
)
def test_bad_usage_is_code_2_without_a_traceback(trustsim, tmp_path, words):
    code, out, err = trustsim(*words)
    assert (code, out) == (2, "")
    assert err.startswith("Usage: trustsim") or "Error" in err
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())


def test_a_refusal_is_one_short_line():
    text = refusal("here", "this", "x\n" * 200, "must be short", "Shorten it.")
    assert "\n" not in text
    assert len(text) < 150
    assert text.endswith("...: must be short. Shorten it.")


def test_errors_are_also_what_python_calls_them():
    kinds = {ParameterError: ValueError, ScenarioError: ValueError, StudyError: ValueError}
    for kind, python in (kinds | {OutputError: OSError, ResourceError: MemoryError}).items():
        assert issubclass(kind, TrustsimError)
        assert issubclass(kind, python)


# Names that are almost the same.


@pytest.mark.parametrize("arms", [{"a": "+mandate", "A": "+charter"}, {"Baseline": "+mandate"}])
def test_arms_that_differ_by_capitals_alone_are_refused(arms):
    with pytest.raises(ParameterError, match="by capitals alone"):
        ts.compare("dyad", arms)


# Studies.

DYAD = {"arms": {"alone": []}, "replicates": 5, "months": 6}
LEVELS = pd.DataFrame({"handover": [0.0, 0.8]})
MANY = [number / 5000 for number in range(4000)]


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (
            {"factors": {"handover": MANY, "negativity": [1 + x for x in MANY]}},
            "points = 16,000,000: must be at most 10,000,000",
        ),
        ({"design": "lhs", "factors": {"handover": []}}, "points = missing: is needed for lhs"),
        ({"design": "csv"}, "file = missing: a csv design needs its points"),
        ({"design": "grid", "table": LEVELS}, "kind = grid: points are given in a table"),
        ({"factors": {"mandate.start": []}, "arms": {"told": ["mandate"]}}, "has no known range"),
    ],
)
def test_a_design_that_lacks_something_or_contradicts_itself_is_refused(how, told):
    with pytest.raises(StudyError, match=told):
        ts.sweep(ts.Study("dyad", **{**DYAD, **how}), workers=1)


# ~ is the home folder, wherever a path is given.


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "home"


@pytest.fixture
def with_computing(monkeypatch, no_computing):
    monkeypatch.undo()


def test_the_home_folder_is_meant_by_every_command_that_takes_a_path(
    with_computing, home, trustsim, undrawn
):
    os.chdir(home.parent / "work")
    (home / "mine.toml").write_text('[scenario]\nbased_on = "dyad"\n')
    (home / "points.csv").write_text("handover\n0.1\n0.8\n")
    (home / "study.toml").write_text(
        '[study]\nscenario = "~/mine.toml"\nreplicates = 2\nmonths = 3\n'
        '[design]\nkind = "csv"\nfile = "~/points.csv"\n'
    )
    small = ("--months", "3", "--replicates", "2", "--engine", "mesa", "--quiet")
    for words in (
        ("run", "~/mine.toml", *small, "--out=~/run"),
        ("compare", "~/mine.toml", "+mandate", *small[:4], "-q", "--out=~/both"),
        ("story", "~/mine.toml", "--months", "3", "--html=~/story.html"),
        ("story", "~/mine.toml", "--months", "2", "--animation=~/story.gif"),
        ("sweep", "~/study.toml", "--out=~/sweep", "--quiet", "--workers", "1"),
        ("merge", "~/sweep", "--out=~/merged"),
        ("settings", "~/mine.toml"),
        ("cite", "~/study.toml"),
    ):
        code, _, told = trustsim(*words)
        assert code == 0, (words, told)
    made = {"run", "both", "story.html", "story.gif", "sweep", "merged"}
    assert made <= {path.name for path in home.iterdir()}
    assert not list((home.parent / "work").iterdir())


def test_the_home_folder_is_meant_in_python(with_computing, home):
    (home / "mine.toml").write_text('[scenario]\nbased_on = "dyad"\nnegativity = 3.0\n')
    assert ts.scenario("~/mine.toml") == ts.scenario(home / "mine.toml")
    study = ts.Study("dyad", replicates=2, months=3)
    ts.sweep(study, "~/sweep", workers=1)
    assert len(Sweep.read("~/sweep").runs) == 2
    assert check_destination("~/new") == home / "new"
    assert expanded("~nobody-of-that-name/x") == Path("~nobody-of-that-name/x")
