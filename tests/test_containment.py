"""Files that somebody else has written do nothing but what they say, whatever is named in them.

Every command that writes is called with such files. It ends well or with a refusal of one line,
writes inside its output folder alone, and executes nothing that a file holds.
"""

import html
import json
import os
from html.parser import HTMLParser
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from typer.testing import CliRunner

import trustsim as ts
from trustsim.cli import app
from trustsim.engines.compiled import cache_folder
from trustsim.sweeps import Sweep

MARK = "touched_by_a_file"
NASTY = (
    f"../../outside/{MARK}",
    f"/{MARK}",
    f"~/{MARK}",
    "..",
    "CON",
    "aux.txt",
    "a\\..\\b",
    "nul\x00byte",
    "two\nlines",
    f"__import__('os').system('touch {MARK}')",
    f"$(touch {MARK}) `touch {MARK}` ; touch {MARK} | touch {MARK}",
    "{0.__class__.__init__.__globals__} %(x)s %n ${HOME}",
    f"<script>{MARK}()</script><img src=x onerror={MARK}()>",
    f"\\input{{/etc/passwd}} \\write18{{touch {MARK}}} $\\undefined$",
    "\u202egnp.exe",
    " ' \" ` & | > < * ? : %2e%2e%2f",
)
"""Names of scenarios, arms and outcomes, as somebody might write them into a file."""


def toml(value):
    """Text as TOML writes it."""
    return json.dumps(value)


STUDY = "[study]\nscenario = {scenario}\nreplicates = 2\nmonths = 3\n"


def hostile_files(folder):
    """Files as somebody else may send them; those that can be read, and those that are refused."""
    good, refused = {}, {}
    name = toml(" ".join(NASTY))
    good["named.toml"] = f'[scenario]\nname = {name}\nbased_on = "dyad"\n'
    arms = "".join(f"{toml(one)} = []\n" for one in NASTY)
    good["arms.toml"] = f"{STUDY.format(scenario=toml('dyad'))}[arms]\n{arms}"
    good["beside.toml"] = STUDY.format(scenario=toml("named.toml"))
    screen = '[factors]\nnegativity = []\nhandover = []\n[design]\nkind = "morris"\npoints = 2\n'
    good["screen.toml"] = STUDY.format(scenario=toml("dyad")) + screen
    run = f"__import__('os').system('touch {MARK}')"
    for number, text in enumerate(
        (run, f"coordinator(start={run})", f"coordinator(start=(lambda: {run})())",
         "coordinator(start=9**9**9)", "coordinator(start=" + "(" * 5000 + "1)", "../coordinator",
         "coordinator(start=[0]*1000000000)", "f'{1}'(start=1)", "coordinator(**{})")
    ):  # fmt: skip
        refused[f"done{number}.toml"] = f"[scenario]\ninterventions = [{toml(text)}]\n"
    for number, text in enumerate(
        ("organisations = 1000000000", "negativity = nan", "negativity = inf", "negativity = 1e999",
         "based_on = \"../named.toml\"", "based_on = \"/etc/passwd\"", "include = \"/etc/passwd\"",
         "organisations = " + "9" * 4000, "x = " + "[" * 3000 + "]" * 3000, "fork = 1",
         "name = {a = 1}", "__class__ = 1", "\"\\u0000\" = 1")
    ):  # fmt: skip
        refused[f"scenario{number}.toml"] = f"[scenario]\n{text}\n"
    refused["bomb.json"] = '{"scenario":' * 100_000
    refused["bomb.yaml"] = "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n"
    studies = {
        "replicates": "replicates = 1000000000000", "months": "months = 1000000000000",
        "passwd": "scenario = \"/etc/passwd\"", "zero": "scenario = \"/dev/zero\"",
        "above": f"scenario = \"../outside/{MARK}.toml\"",
    }  # fmt: skip
    for key, text in studies.items():
        refused[f"study_{key}.toml"] = f"[study]\n{text}\n"
    base = STUDY.format(scenario=toml("dyad"))
    for key, place in (("passwd", "/etc/passwd"), ("zero", "/dev/zero"), ("dir", ".")):
        refused[f"study_csv_{key}.toml"] = f'{base}[design]\nkind = "csv"\nfile = "{place}"\n'
    many = ", ".join(map(str, range(1, 9000)))
    grid = "".join(f"{one} = [{many}]\n" for one in ("negativity", "handover", "tenure"))
    refused["study_grid.toml"] = f"{base}[factors]\n{grid}"
    refused["study_points.toml"] = (
        f'{base}[factors]\nnegativity = []\n[design]\nkind = "sobol"\npoints = 1000000000\n'
    )
    refused["study_arm.toml"] = f'{base}[arms]\n"{"a" * 3000}" = []\n'
    for file, text in (good | refused).items():
        (folder / file).write_text(text, encoding="utf-8")
    return list(good), list(refused)


def calls_of(good, refused):
    """Every command that writes, and what reads, on all of the files."""
    small = ["--replicates", "3", "--months", "3", "--workers", "1", "--draws", "0"]
    calls = [
        ["run", "named.toml", *small, "--record", "all", "--out", "out/run"],
        ["compare", "named.toml", "+mandate", *small, "--out", "out/compare"],
        ["story", "named.toml", "--months", "3", "--html", "out/story.html"],
        ["story", "named.toml", "--months", "2", "--animation", "out/story.gif"],
        ["sweep", "arms.toml", "--out", "out/arms", "--workers", "1"],
        ["sweep", "arms.toml", "--out", "out/shard1", "--workers", "1", "--shard", "1/2"],
        ["sweep", "arms.toml", "--out", "out/shard2", "--workers", "1", "--shard", "2/2"],
        ["merge", "out/shard1", "out/shard2", "--out", "out/merged"],
        ["sweep", "beside.toml", "--out", "out/beside", "--workers", "1"],
        ["sensitivity", "screen.toml", "--out", "out/screen", "--workers", "1"],
        ["lesson", "luck", "--out", "out/lesson"],
        ["settings", "named.toml"],
        ["cite", "arms.toml"],
        ["rerun", "out/arms", "../../outside-0"],
    ]
    for file in refused:
        study = file.startswith("study_")
        words = ["sweep", file, "--out"] if study else ["run", file, *small, "--out"]
        calls.append([*words, f"out/refused-{file}"])
    return calls


def everything(folder):
    """All that is in a folder: what each file holds, where each link leads."""
    return {
        str(path): os.readlink(path) if path.is_symlink() else path.is_file() and path.read_bytes()
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """Every call with its ending, and the folder of all that a call could have changed."""
    world = tmp_path_factory.mktemp("world")
    for name in ("home", "outside", "work", "work/out"):
        (world / name).mkdir()
    (world / "outside" / "thesis.txt").write_text("mine")
    good, refused = hostile_files(world / "work")
    before = everything(world)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(world / "work")
        # The caches stay where they are: compiling the engine takes a minute.
        patch.setenv("TRUSTSIM_CACHE_DIR", str(cache_folder().parent))
        patch.setenv("MPLCONFIGDIR", mpl.get_configdir())
        patch.setenv("HOME", str(world / "home"))
        endings = [(words, CliRunner().invoke(app, words)) for words in calls_of(good, refused)]
        count = {name: (lambda runs: runs["months"]) for name in NASTY}
        study = ts.Study("dyad", replicates=2, months=3, outcomes=count)
        ts.sweep(study, "out/outcomes", workers=1).write_summary("out/outcomes")
    return world, before, endings, set(refused)


def test_commands_end_as_they_should(lived):
    """What can be read is simulated, whatever it is called; the rest is refused in one line."""
    _, _, endings, refused = lived
    for words, ended in endings:
        wanted = 2 if {*words} & {*refused, "rerun"} else 0
        assert ended.exit_code == wanted, (words, ended.output, ended.exception)
        if wanted == 2:
            assert ended.output.startswith("trustsim: "), words
            assert ended.output.count("\n") == 1, words
            assert len(ended.output) < 2000, words


def test_nothing_outside_the_output_folder_is_changed(lived):
    world, before, _, _ = lived
    out = world / "work" / "out"
    after = {
        path: held for path, held in everything(world).items() if not Path(path).is_relative_to(out)
    }
    before.pop(str(out), None)
    assert after == before
    assert not Path(f"/{MARK}").exists()
    written = list(out.rglob("*"))
    assert not [path for path in written if not path.name.isprintable() or path.name == ".."]
    assert not [path for path in written if path.name.endswith((".partial", ".probe", ".draft"))]
    assert not [path for path in written if "refused" in path.name]
    assert {path.name for path in out.iterdir()} >= {
        *("run", "compare", "story.html", "story.gif", "arms", "merged", "screen", "lesson"),
        *("outcomes", "beside"),
    }


def test_names_are_kept_as_they_are_and_come_back(lived):
    out = lived[0] / "work" / "out"
    for name in ("arms", "merged"):
        found = Sweep.read(out / name)
        assert set(found.runs["arm"].astype(str)) == set(NASTY)
        assert len(found.runs) == 2 * len(NASTY)
    assert {*NASTY} <= set(pd.read_csv(out / "outcomes" / "summary.csv")["outcome"])


def test_pages_show_names_as_text(lived):
    """No tag, attribute, script or link comes of what somebody has called something."""
    shown = 0
    for path in sorted((lived[0] / "work" / "out").rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        reader = Tags()
        reader.feed(page)
        reader.close()
        assert not [told for told in reader.found if f"{MARK}()" in told], path
        shown += html.escape(f"<script>{MARK}()") in page
    assert shown >= 3


class Tags(HTMLParser):
    """Every tag with its attributes, and what is within scripts and styles."""

    def __init__(self):
        super().__init__()
        self.found, self.within = [], ""

    def handle_starttag(self, tag, attributes):
        self.within = tag
        # What is shown when a picture can't be is text.
        told = [f"{name}={value}" for name, value in attributes if name not in ("alt", "content")]
        self.found.append(f"{tag} {told}")

    def handle_endtag(self, tag):
        self.within = ""

    def handle_data(self, data):
        if self.within in ("script", "style"):
            self.found.append(data)


@pytest.mark.parametrize("many", [10**9, 4 * 10**9])
def test_more_partnerships_than_memory_holds_are_refused_with_the_estimate(many):
    for call in (
        lambda: ts.simulate("dyad", replicates=many),
        lambda: ts.compare("dyad", {"mandate": "+mandate"}, replicates=many),
    ):
        with pytest.raises(ts.ResourceError, match=r"memory = [\d.]+ GiB: must fit in [\d.]+ GiB"):
            call()


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", " =1+1", "@SUM(1)", "+cmd|' /C calc'!A0"])
def test_names_that_a_spreadsheet_would_reckon_are_refused(name):
    """Arms and own outcomes are cells of summary.csv."""
    for given in ({"arms": {name: []}}, {"outcomes": {name: len}}):
        with pytest.raises(ts.StudyError, match="spreadsheet"):
            ts.Study("dyad", **given)
    assert ts.Study("dyad", arms={"+mandate(start=3)": ["mandate(start=3)"]}).size() == 1
