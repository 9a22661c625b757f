"""The experiment that `make demo` runs, at toy size: whole, honest, and the same to the bit."""

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "experiments" / "E00_stp"
TOY = ["--replicates", "60", "--points", "2", "--at-each", "10"]
ARMS = ("stp", "stp_coordinator", "voluntary", "voluntary_coordinator", "lifted", "mandated")
TABLES = (
    "assumptions", "attrition", "causes", "contrasts", "designation", "maturity", "nominal",
    "predictions", "status", "turnover",
)  # fmt: skip
FIGURES = (
    "coordinator_stp", "coordinator_voluntary", "designation", "dissolved", "mandate_matured",
    "mandate_tokenistic", "matured", "nominal", "status_stp", "status_voluntary",
    "story_with_coordinator", "story_without_coordinator",
)  # fmt: skip
SECTIONS = (
    "In short", "The question, and how it was asked", "What was predicted",
    "How many fall apart, and how many become talking shops", "How long maturity takes",
    "What a coordinator would have changed", "What the mandate does",
    "Mature by show, mature in fact", "One of them, told twice",
    "Beside what happened in England", "How much hangs on the parameters",
    "What was simulated", "What this can and can't tell",
    "How to get the same numbers again", "Sources",
)  # fmt: skip


def run(out, *more):
    return subprocess.run(
        [sys.executable, str(HOME / "run.py"), "--out", str(out), *TOY, *more],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=out.parent,
        capture_output=True,
        text=True,
        timeout=900,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("e00") / "demo"
    done = run(out)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return out


@pytest.fixture(scope="module")
def report(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def words(report):
    return html.unescape(re.sub(r"<[^>]+>", "", report))


def table(folder, name):
    return pd.read_csv(folder / "tables" / f"{name}.csv")


def percent(row):
    return f"{100 * row.estimate:.1f} % ({100 * row.low:.1f} to {100 * row.high:.1f})"


def test_everything_promised_is_in_the_folder(folder):
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files >= {"report.html", "manifest.json", "fingerprint.json", "stp.toml"}
    assert files >= {f"runs_{arm}.parquet" for arm in ARMS}
    assert files >= {f"tables/{name}.csv" for name in TABLES}
    assert files >= {f"figures/{name}.{kind}" for name in FIGURES for kind in ("png", "csv")}


def test_the_folder_is_never_half_written(folder):
    assert [path.name for path in folder.parent.iterdir()] == ["demo"]


def test_the_numbers_are_those_expected_to_the_bit(folder):
    """After a change of science: copy the new fingerprint, as the experiment's README says."""
    found = json.loads((folder / "fingerprint.json").read_text(encoding="utf-8"))
    expected = json.loads((HOME / "expected.json").read_text(encoding="utf-8"))
    assert found == expected


def test_the_report_has_every_section(report):
    titles = [html.unescape(title) for title in re.findall(r"<h2>(.*?)</h2>", report)]
    assert titles == list(SECTIONS)


def test_the_report_fetches_nothing(report):
    fetched = re.findall(r'\b(?:src|srcset|data|poster)\s*=\s*"(?!data:image/png;base64,)', report)
    assert fetched == []
    assert not re.search(r"<(script|link|iframe|object|embed)\b", report)
    assert not re.search(r"@import|url\(", report)


def test_no_number_is_missing_from_a_sentence(words):
    assert not re.search(r"\bnan\b|\bNaN\b|\bNone\b|<NA>|\binf\b", words)


@pytest.mark.parametrize(
    ("name", "quantity", "arm"),
    [
        ("attrition", "dissolved", "voluntary"),
        ("attrition", "dissolved", "mandated"),
        ("maturity", "matured", "stp"),
        ("maturity", "matured", "voluntary_coordinator"),
        ("status", "tokenistic", "stp"),
        ("nominal", "declared, not mature", "stp"),
    ],
)
def test_numbers_in_the_report_are_those_of_the_tables(folder, words, name, quantity, arm):
    rows = table(folder, name)
    rows = rows[(rows["arm"] == arm) & (rows["quantity"] == quantity)]
    assert len(rows) >= 4
    for row in rows.itertuples():
        assert percent(row) in words


def test_headline_shares_are_those_of_the_runs(folder, words):
    twins = pd.read_parquet(folder / "runs_voluntary.parquet")
    share = (twins["month_dissolved"] <= 60).fillna(False).mean()
    answer = words[words.index("How many fall apart?") :]
    assert f"{100 * share:.1f} % (" in answer[:200]
    stp = pd.read_parquet(folder / "runs_stp.parquet")
    assert not stp["dissolved"].any()


def test_effects_compare_the_very_same_partnerships(folder):
    contrasts = table(folder, "contrasts")
    row = contrasts[
        (contrasts["arm"] == "stp_coordinator") & (contrasts["outcome"] == "tokenistic months")
    ].iloc[0]
    one, two = (pd.read_parquet(folder / f"runs_{arm}.parquet") for arm in ARMS[:2])
    assert (one["replicate"] == two["replicate"]).all()
    change = two["tokenistic_months"] - one["tokenistic_months"]
    assert row["difference"] == pytest.approx(change.mean(), abs=1e-12)
    assert row["better"] == pytest.approx((change < 0).mean(), abs=1e-12)


def test_designation_counts_those_that_the_deadline_did_not_force(folder):
    beside = table(folder, "designation").set_index("years")["designated"]
    expected = {2.19: 11, 3.26: 14, 4.18: 18, 4.73: 29}
    for years, count in expected.items():
        assert beside[years] == pytest.approx(count / 42, abs=1e-6)
    assert 6 / 42 <= beside[1.25] <= 8 / 42


def test_every_prediction_has_a_verdict(folder, words):
    verdicts = table(folder, "predictions")
    assert set(verdicts["verdict"]) <= {"held", "missed", "open"}
    for prediction in verdicts["prediction"]:
        assert prediction in words


def test_the_story_says_how_it_was_picked(words):
    assert "How it was picked: the first replicate, counting from 0" in words


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_not_empty(folder, name):
    pixels = matplotlib.image.imread(folder / "figures" / f"{name}.png")
    assert min(pixels.shape[:2]) > 200
    assert pixels[..., :3].std() > 0.02
    assert len(pd.read_csv(folder / "figures" / f"{name}.csv")) > 0


def test_a_folder_that_holds_something_is_refused_and_left_alone(folder):
    before = (folder / "manifest.json").read_bytes()
    done = run(folder)
    assert done.returncode == 2
    assert "must be new or empty" in done.stderr
    assert "Traceback" not in done.stderr
    assert (folder / "manifest.json").read_bytes() == before


def test_arms_differ_in_what_they_say_and_in_nothing_else(monkeypatch):
    monkeypatch.syspath_prepend(str(HOME))
    import arms

    import trustsim as ts

    stp = ts.scenario(arms.SCENARIO)
    assert stp == ts.scenario("stp")
    assert tuple(arm.key for arm in arms.ARMS) == tuple(dict.fromkeys(arm.key for arm in arms.ARMS))
    assert {arm.key for arm in arms.ARMS} == set(ARMS)
    for arm in arms.ARMS:
        scenario = arm.of(stp)
        done = {item.name for item in scenario.interventions}
        wanted = {"mandate"} if arm.mandated else set()
        wanted |= {"coordinator"} if arm.coordinator else set()
        assert done == wanted
        assert scenario.values() == stp.values() | {"may_exit": float(arm.may_leave)}
