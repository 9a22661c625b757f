"""What others have written can't reach outside: hostile files, and every command that writes.

A child process lives through all of them under an audit hook of the interpreter, which sees every
file opened for writing, every rename, removal and link, every process started, every socket, every
pickle and everything executed. Parquet is written by Arrow, which the hook can't see, so those
paths are noted too, and all folders are compared before and after.
"""

import html
import json
import os
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest

import trustsim as ts
from trustsim.engines.compiled import cache_folder
from trustsim.sweeps import Sweep, sweep

ROOT = Path(__file__).parents[1]
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

WATCHED = """
import json, os, sys, time
from pathlib import Path

world, given = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
noted, busy = [], []
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {"os.remove": 1, "os.rmdir": 1, "os.mkdir": 1, "os.truncate": 1, "os.chmod": 1,
           "os.chown": 1, "os.rename": 2, "os.link": 2, "os.symlink": 2}
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty")
NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo")
THEIRS = ("numba", "llvmlite")  # the compiled kernel, from the cache folder


def place(path, folder=-1):
    if isinstance(path, int):
        return None
    base = os.getcwd() if folder in (-1, None) else os.readlink(f"/proc/self/fd/{folder}")
    # What is written goes where a link leads; what is renamed or removed is the link itself.
    return os.path.join(base, os.fsdecode(path))


def callers():
    frame, found = sys._getframe(2), []
    while frame is not None:
        found.append(frame.f_globals.get("__name__", ""))
        frame = frame.f_back
    return found


def watch(event, told):
    if not busy or len(busy) > 1:
        return
    busy.append(1)  # what is done in here is not noted
    try:
        if event == "open":
            path, mode, flags = told
            if isinstance(flags, int) and flags & WRITING and not isinstance(path, int):
                noted.append(("write", os.path.realpath(place(path))))
        elif event in CHANGES:
            folders = [one for one in told[CHANGES[event]:] if isinstance(one, int)]
            for path in told[: CHANGES[event]]:
                folder = folders[-1] if folders and event not in ("os.mkdir", "os.chmod") else -1
                if event == "os.mkdir":
                    folder = told[2]
                whole = place(path, folder)
                if whole is not None and event != "os.symlink":
                    parent, name = os.path.split(whole)
                    noted.append((event, os.path.join(os.path.realpath(parent), name)))
        elif event == "subprocess.Popen" and told[1] == ["uname", "-p"]:
            pass  # Python's own way to know the machine, for the manifest
        elif event in STARTS or event in NETWORK:
            noted.append((event, repr(told)))
        elif event == "pickle.find_class":
            if not any(name.startswith(THEIRS) for name in callers()):
                noted.append((event, repr(told)))
        elif event in ("exec", "compile"):
            text = told[0]
            names = repr((text.co_names, text.co_consts)) if event == "exec" else str(text)
            ours = [name for name in callers()[:3] if name.startswith("trustsim")]
            # Reading text as data (ast.parse) compiles; only what is executed can do harm.
            if event == "exec" and (given["mark"] in names or (ours and "importlib" not in
                                    " ".join(callers()[:6]))):
                noted.append((event, f"{callers()[:3]} {text!r}"))
    finally:
        busy.pop()


import trustsim as ts
from typer.testing import CliRunner
import pyarrow.parquet as pq
import pandas, matplotlib.figure, trustsim.figures, trustsim.report, trustsim.sweeps.merge
from trustsim.cli import app
from trustsim.output import write_comparison, write_run
from trustsim.app.handouts import write_lessons

write_table = pq.write_table
pq.write_table = lambda rows, where, **how: (
    hasattr(where, "write") or noted.append(("write", os.path.realpath(place(where)))),
    write_table(rows, where, **how),
)
sys.addaudithook(watch)


def nasty_comparison():
    arms = {" ".join(given["nasty"][part::2]): "+mandate" for part in (0, 1)}
    found = ts.compare("dyad", arms, replicates=3, months=3, workers=1)
    write_comparison(found, "out/comparison", command=" ".join(given["nasty"]))


def nasty_outcomes():
    count = {name: (lambda runs: runs["months"]) for name in given["nasty"]}
    study = ts.Study("dyad", replicates=2, months=3, outcomes=count)
    ts.sweep(study, "out/outcomes", workers=1).write_summary("out/outcomes")


endings = []
for words in given["calls"]:
    del noted[:]
    began = time.process_time()
    busy.append(1)
    try:
        if words[0] == "python":
            try:
                globals()[words[1]]()
                ending = [0, ""]
            except ts.TrustsimError as problem:
                ending = [2, str(problem)]
        else:
            done = CliRunner().invoke(app, words)
            ending = [done.exit_code, done.output]
            if done.exception is not None and not isinstance(done.exception, SystemExit):
                ending = [3, repr(done.exception)]
    finally:
        busy.pop()
    print(f"{time.process_time() - began:.1f} s, {words}", file=sys.stderr)
    endings.append({"words": words, "code": ending[0], "told": ending[1], "noted": list(noted)})
Path(sys.argv[3]).write_text(json.dumps(endings))
"""


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
        ["python", "nasty_comparison"],
        ["python", "nasty_outcomes"],
        ["scenarios", "named.toml"],
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
    """Every call with its ending, and the world that it was made in."""
    world = tmp_path_factory.mktemp("world")
    for name in ("home", "outside", "temporary", "work", "work/out"):
        (world / name).mkdir()
    (world / "outside" / "thesis.txt").write_text("mine")
    good, refused = hostile_files(world / "work")
    before = everything(world)
    given = {"nasty": NASTY, "mark": MARK, "calls": calls_of(good, refused)}
    script, asked, answer = (world.parent / f"{world.name}.{end}" for end in ("py", "in", "out"))
    script.write_text(WATCHED)
    asked.write_text(json.dumps(given))
    where = {
        **os.environ, "PYTHONPATH": str(ROOT), "HOME": str(world / "home"),
        "TMPDIR": str(world / "temporary"), "PYTHONDONTWRITEBYTECODE": "1",
        "TRUSTSIM_CACHE_DIR": str(cache_folder().parent), "MPLCONFIGDIR": mpl.get_configdir(),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(script), str(world), str(asked), str(answer)],
        cwd=world / "work", env=where, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    print(done.stderr)
    return world, before, json.loads(answer.read_text()), set(refused)


def test_commands_end_as_they_should(lived):
    """What can be read is lived through, whatever it is called; the rest is refused in one line."""
    _, _, endings, refused = lived
    for one in endings:
        wanted = 2 if {*one["words"], one["words"][0]} & {*refused, "rerun"} else 0
        assert one["code"] == wanted, one
        if wanted == 2:
            assert one["told"].startswith("trustsim: "), one
            assert one["told"].count("\n") == 1, one
            assert len(one["told"]) < 2000, one


def test_nothing_outside_the_output_folder_is_opened_for_writing(lived):
    world, _, endings, _ = lived
    # What is in the folder for temporary files must be gone in the end, as another test says.
    ours = (world / "work" / "out", world / "temporary")
    caches = (cache_folder(), Path(mpl.get_cachedir()))
    allowed = [str(place.resolve()) for place in (*ours, *caches)]
    seen = 0
    for one in endings:
        for event, told in one["noted"]:
            assert event == "write" or event.startswith("os."), (one["words"], event, told)
            seen += 1
            inside = any(told == place or told.startswith(place + os.sep) for place in allowed)
            assert inside or told == os.devnull, (one["words"], event, told)
    assert seen > 300, "the hook sees nothing"


def test_nothing_is_started_connected_unpickled_or_executed(lived):
    for one in lived[2]:
        strange = [
            note for note in one["noted"] if not (note[0] + " ").startswith(("write", "os."))
        ]
        assert strange == [], one["words"]
        started = [note for note in one["noted"] if note[0] in STARTS]
        assert started == [], one["words"]


STARTS = ("os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty")


def test_nothing_outside_is_changed(lived):
    """Also by Arrow, which the hook can't see; nor are links left that lead anywhere."""
    world, before, _, _ = lived
    after = {
        path: held
        for path, held in everything(world).items()
        if not Path(path).is_relative_to(world / "work" / "out")
    }
    before.pop(str(world / "work" / "out"), None)
    assert after == before
    written = list((world / "work" / "out").rglob("*"))
    assert not [path for path in written if path.is_symlink()]
    assert not [path for path in written if not path.name.isprintable() or path.name == ".."]
    assert not [path for path in written if path.name.endswith((".partial", ".probe", ".draft"))]
    assert not [path for path in written if "refused" in path.name]
    assert {path.name for path in (world / "work" / "out").iterdir()} >= {
        *("run", "compare", "story.html", "story.gif", "arms", "merged", "screen", "lesson"),
        *("comparison", "outcomes", "beside"),
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


# Folders of results that come from somebody else.


@pytest.fixture
def theirs(tmp_path):
    """A finished folder of results; and a folder of ours beside it."""
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "notes.json").write_text('{"mine": 1}')
    (tmp_path / "ours" / "arm=baseline").mkdir()
    (tmp_path / "ours" / "arm=baseline" / "part-0000000-00000000.parquet").write_text("mine")
    study = ts.Study("dyad", replicates=4, months=3)
    sweep(study, tmp_path / "results", workers=1)
    return tmp_path / "results", study


def test_a_folder_as_a_whole_may_be_a_link(theirs):
    folder, study = theirs
    (folder.parent / "elsewhere").symlink_to(folder)
    assert sweep(study, folder.parent / "elsewhere", resume=True).was_finished
    more = ts.Study("dyad", replicates=6, months=3)
    assert len(sweep(more, folder.parent / "elsewhere", extend=True, workers=1).runs) == 6


def test_a_file_that_is_a_link_is_replaced_and_not_written_through(theirs):
    folder, _ = theirs
    for name in ("manifest.json", "study.json", "cells.parquet"):
        shutil.move(folder / name, folder.parent / name)
        (folder / name).symlink_to(folder.parent / name)
    before = {name: (folder.parent / name).read_bytes() for name in ("manifest.json", "study.json")}
    more = ts.Study("dyad", replicates=6, months=3)
    sweep(more, folder, extend=True, workers=1).write_summary(folder)
    assert {name: (folder.parent / name).read_bytes() for name in before} == before
    assert not (folder / "study.json").is_symlink()


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
