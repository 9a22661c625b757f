"""The commands for many scenarios: what they print, write and refuse."""

import json
import re

import pandas as pd
import pytest

from trustsim.sweeps.study_file import json_schema

FIVE_PARTS = re.compile(r"trustsim: \w+Error: .+?, [^=]+ = .*?: .*?\. [^\n]+\n")
STUDY = """
[study]
scenario = "dyad"
replicates = 30
months = 24
[arms]
baseline = []
coordinator = ["coordinator()"]
[factors]
handover = [0.0, 0.8]
"""


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(STUDY)
    return "study.toml"


SMALL = ("--replicates", "40", "--months", "24")


def test_compare_prints_a_block_an_arm(trustsim):
    code, out, err = trustsim(
        "compare", "dyad", "+coordinator", "+mandate+away_day:start=6", *SMALL
    )
    assert code == 0
    assert re.search(r"^coordinator$", out, re.MULTILINE)
    assert re.search(r"^mandate\+away_day:start=6$", out, re.MULTILINE)
    for title in ("Helped or harmed", "Who pays", "Cost", "Better before worse"):
        assert out.count(title) == 2
    assert max(map(len, out.splitlines())) <= 80
    assert "--out FOLDER" in err


def test_compare_lifts_what_is_in_force(trustsim):
    code, out, _ = trustsim("compare", "stp", "--replicates", "5", "--months", "12")
    assert code == 0
    assert "without mandate" in out
    code, _, err = trustsim("compare", "stp", "--no-lifted")
    assert code == 2
    assert FIVE_PARTS.fullmatch(err)


def test_compare_writes_a_folder(trustsim, tmp_path, undrawn):
    code, _, err = trustsim("compare", "dyad", "+coordinator", *SMALL, "--out", "deep/out", "-q")
    assert code == 0
    assert "report.html" in err
    record = json.loads((tmp_path / "deep/out/manifest.json").read_text())
    assert record["command"].startswith("trustsim compare dyad +coordinator")
    assert list(record["arms"]) == ["baseline", "coordinator"]


@pytest.mark.parametrize(
    ("words", "got"),
    [
        (["dyad"], "none"),
        (["dyad", "+mandat"], "mandat"),
        (["dyad", "+mandate", "+mandate"], "twice"),
        (["dyad", "+mandate+mandat"], "mandat"),
        (["dyad", "+handover:quality=0.2+handover:quality=0.9"], "contradict"),
        (["dyad", "stp", "+mandate"], "must be one"),
        (["dyad", "+mandate", "--replicates", "0"], "replicates"),
    ],
)
def test_compare_refuses_in_one_line(trustsim, tmp_path, words, got):
    code, out, err = trustsim("compare", *words, "--out", "out")
    assert (code, out) == (2, "")
    assert FIVE_PARTS.fullmatch(err), err
    assert got in err
    assert not list(tmp_path.iterdir())


def test_sweep_writes_what_pandas_reads(trustsim, study, tmp_path):
    code, out, err = trustsim("sweep", study, "--out", "out")
    assert code == 0
    assert "coordinator" in out
    assert "results are in out" in err
    runs = pd.read_parquet(tmp_path / "out" / "runs")
    assert len(runs) == 120
    assert set(runs["arm"]) == {"baseline", "coordinator"}
    assert runs["run_id"].is_unique
    assert len(pd.read_csv(tmp_path / "out" / "summary.csv")) > 20


def test_sweep_on_a_finished_folder(trustsim, study):
    assert trustsim("sweep", study, "--out", "out", "-q")[0] == 0
    code, _, err = trustsim("sweep", study, "--out", "out")
    assert code == 2
    assert FIVE_PARTS.fullmatch(err)
    assert "--resume" in err
    code, _, err = trustsim("sweep", study, "--out", "out", "--resume")
    assert code == 0
    assert "finished already" in err


def test_progress_as_lines_for_a_queue(trustsim, study):
    _, _, err = trustsim("sweep", study, "--out", "out", "--progress", "json")
    lines = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    assert lines[-1]["stored"] == lines[-1]["total"] == 120
    assert {"rate", "seconds_left"} <= set(lines[-1])


def test_quiet_sweep_is_quiet(trustsim, study):
    assert trustsim("sweep", study, "--out", "out", "--quiet") == (0, "", "")


def test_a_study_that_is_not_there_is_refused_by_its_name(trustsim):
    code, out, err = trustsim("sweep", "none.toml", "--out", "out")
    assert (code, out) == (2, "")
    assert FIVE_PARTS.fullmatch(err), err
    assert "none.toml" in err


def test_shards_merge_into_the_whole(trustsim, study, tmp_path):
    for part in (1, 2, 3):
        assert trustsim("sweep", study, "--out", f"s{part}", "--shard", f"{part}/3", "-q")[0] == 0
    assert trustsim("merge", "s1", "s2", "s3", "--out", "all")[0] == 0
    assert trustsim("sweep", study, "--out", "whole", "-q")[0] == 0
    united, whole = (
        pd.read_parquet(tmp_path / name / "runs").sort_values("run_id", ignore_index=True)
        for name in ("all", "whole")
    )
    pd.testing.assert_frame_equal(united, whole)


def test_rerun_tells_the_story_of_a_stored_run(trustsim, study, tmp_path):
    trustsim("sweep", study, "--out", "out", "-q")
    run_id = pd.read_parquet(tmp_path / "out" / "runs")["run_id"].iloc[3]
    code, out, _ = trustsim("rerun", "out", run_id)
    assert code == 0
    assert len(out) > 100
    code, _, err = trustsim("rerun", "out", "nobody-3")
    assert code == 2
    assert FIVE_PARTS.fullmatch(err)
    assert trustsim("rerun", "nowhere", run_id)[0] == 2


def test_schema_is_the_form(trustsim):
    code, out, _ = trustsim("schema")
    assert code == 0
    assert json.loads(out) == json_schema()


def test_sensitivity_ranks_factors_and_draws_them(trustsim, tmp_path):
    (tmp_path / "screen.toml").write_text(
        '[study]\nscenario = "dyad"\nreplicates = 20\nmonths = 24\n'
        "[factors]\nnegativity = [1.5, 3.0]\nhandover = []\n"
        '[design]\nkind = "morris"\npoints = 4\n'
    )
    asked = ("screen.toml", "--out", "out", "--outcome", "months alive")
    code, out, err = trustsim("sensitivity", *asked)
    assert code == 0
    assert "negativity" in out
    assert "sensitivity.csv" in err
    assert (tmp_path / "out" / "sensitivity_0.png").read_bytes()[:4] == b"\x89PNG"
    table = pd.read_csv(tmp_path / "out" / "sensitivity.csv")
    assert set(table["index"]) == {"mu", "mu_star", "sigma"}


def never(*_, **__):
    raise AssertionError("begun before it was refused")


@pytest.fixture
def nothing_begins(monkeypatch):
    """Nothing may be timed, compiled or stored."""
    monkeypatch.setattr("trustsim.sweeps.forecast.forecast", never)
    monkeypatch.setattr("trustsim.engines.compiling.compile_kernel", never)
    monkeypatch.setattr("trustsim.sweeps.run.keeper_of", never)


WRONG = [
    (("--shard", "3"), "shard = 3: must be part i of n"),
    (("--shard", "0/3"), "shard = 0/3: must be part i of n"),
    (("--shard", "3/2"), "shard = 3/2: must be part i of n"),
    (("--executor", "thread"), "executor = thread: must be one of threads"),
    (("--executor", "dask="), "executor = dask=: must be one of threads"),
    (("--executor", "mpi=4"), "executor = mpi=4: must be one of threads"),
    (("--errors", "nah"), "--errors = nah: must be one of ignore"),
    (("--progress", "nah"), "--progress = nah: must be one of auto"),
    (("--workers", "0"), "workers = 0: must be a whole number in [1, 1024]"),
    (("--out", "study.toml"), "study.toml = a file: must be a folder"),
    (("--out", "study.toml/in"), "study.toml/in = study.toml, a file: must be a folder"),
]


@pytest.mark.parametrize("dry", [(), ("--dry-run",)], ids=["sweep", "dry run"])
@pytest.mark.parametrize(("words", "told"), WRONG, ids=[" ".join(row[0]) for row in WRONG])
def test_wrong_options_are_refused_alike_in_a_dry_run(
    trustsim, study, tmp_path, nothing_begins, words, told, dry
):
    code, out, err = trustsim("sweep", study, "--out", "out", *words, *dry)
    assert (code, out) == (2, "")
    assert FIVE_PARTS.fullmatch(err), err
    assert told in err
    assert [path.name for path in tmp_path.iterdir()] == [study]


SCREEN = STUDY.replace("[0.0, 0.8]", "[0.0, 0.8]\nnegativity = [1.5, 3.0]")
SCREEN += '[design]\nkind = "morris"\npoints = 4\n'
UNFIT = [
    ((), ("0.0, 0.8", "0.0, 8.0"), "handover = 8.0: must be a number in [0, 1]"),
    (
        (),
        ('["coordinator()"]', '["monitoring(target=2)"]'),
        "= impossible: every point must be a scenario",
    ),
    ((), ("points = 4", "points = 1"), "points = 1: must be two or more"),
    ((), ("morris", "lhs"), "design = lhs, 2 factors: has no trajectories"),
    (("--outcome", "mature"), ("", ""), "outcome = mature: must be one of matured"),
    (("--outcome", "matured", "--outcome", "x"), ("", ""), "outcome = x: must be one of matured"),
    (("--outcome", ""), ("", ""), "outcome = : must be text"),
    (("--outcome", "month_matured"), ("", ""), "is missing where it never happened"),
    (("--month", "25"), ("", ""), "month = 25: must lie in 1 to 24"),
    (("--month", "0"), ("", ""), "month = 0: must lie in 1 to 24"),
    (("--progress", "nah"), ("", ""), "--progress = nah"),
    (("--executor", "nah"), ("", ""), "executor = nah"),
]


@pytest.mark.parametrize(("words", "change", "told"), UNFIT, ids=[row[2][:30] for row in UNFIT])
def test_what_sensitivity_can_not_tell_is_told_before_the_sweep(
    trustsim, tmp_path, nothing_begins, words, change, told
):
    pytest.importorskip("SALib")
    (tmp_path / "screen.toml").write_text(SCREEN.replace(*change) if any(change) else SCREEN)
    code, out, err = trustsim("sensitivity", "screen.toml", "--out", "out", *words)
    assert (code, out) == (2, "")
    assert FIVE_PARTS.fullmatch(err), err
    assert told in err
    assert [path.name for path in tmp_path.iterdir()] == ["screen.toml"]


def test_one_outcome_that_nothing_moves_costs_no_other_and_says_so_in_the_same_form(
    trustsim, tmp_path, monkeypatch
):
    pytest.importorskip("SALib")
    from trustsim.errors import StudyError
    from trustsim.sweeps import sensitivity

    known = sensitivity.sensitivity_of

    def half(found, *, outcome, month, baseline):
        if outcome == "matured":
            raise StudyError("sensitivity, outcome = 0: must differ between points. Widen them.")
        return known(found, outcome=outcome, month=month, baseline=baseline)

    monkeypatch.setattr(sensitivity, "sensitivity_of", half)
    (tmp_path / "screen.toml").write_text(SCREEN)
    words = ("--outcome", "matured", "--outcome", "months alive", "--quiet")
    code, _, err = trustsim("sensitivity", "screen.toml", "--out", "out", *words)
    assert code == 0
    assert FIVE_PARTS.match(err), err
    assert "trustsim: StudyError: sensitivity, outcome = 0" in err
    table = pd.read_csv(tmp_path / "out" / "sensitivity.csv")
    assert set(table["outcome"]) == {"months alive"}
