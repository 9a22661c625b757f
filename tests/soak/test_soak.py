"""A little of what `python -m tests.soak` does for an hour, and that it notices what is wrong."""

import json
import shutil
import sys
from random import Random

import pytest

from tests.soak.__main__ import in_words, plan_of, summed
from tests.soak.folders import compared
from tests.soak.harm import GROUP, MAIN, WORKER, Blow, Fallen, command
from tests.soak.plans import PLANS, Plan, coordinators, swept
from tests.soak.rounds import Quiet, Round, Told, ill
from tests.sweeps.conftest import Folder
from trustsim.sweeps import Study, sweep

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals, /proc as in Linux")

ARMS = 12
STUDY = f"""
[study]
scenario = "dyad"
replicates = 600
months = 60
record = "members"
[arms]
{coordinators(ARMS)}
"""
PLAN = Plan({"study.toml": STUDY}, (swept("study.toml", "whole"),))
OTHER_LUCK = """
from pathlib import Path
from trustsim import cli
from trustsim.sweeps import run

resumed, job_of = any(Path("whole").glob("runs/*/*.parquet")), run.job_of

def unlike(study, task):
    job = job_of(study, task)
    return job._replace(seed=job.seed + resumed)

if __name__ == "__main__":
    run.job_of = unlike
    cli.main()
"""


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """The study in its folder, undisturbed; in this process, which has all that it takes loaded."""
    place = tmp_path_factory.mktemp("quiet")
    (place / "study.toml").write_text(STUDY, encoding="utf-8")
    done = sweep(Study.read(place / "study.toml"), place / "whole")
    done.write_summary(place / "whole")
    return Quiet(place / "whole", [ARMS], [5.0])


class Alone(Round):
    """With one thread: other processes would each load for seconds what this test does not need."""

    def workers(self, step):
        return ["--workers", "1"], False


def soaked(right, place, program=command):
    """A round in which the sweep is killed once, when three of its parts are stored."""

    def blows(luck, **_):
        return [Blow("SIGKILL", MAIN, "parts", 3, 0.0)]

    told = Told(0, "grid")
    return Alone(
        told, PLAN, right, place / "round", Random(1), blows=blows, hurt=[1], program=program
    ).run()


@pytest.mark.slow
def test_a_sweep_that_is_killed_ends_as_a_quiet_one(right, tmp_path):
    told = soaked(right, tmp_path)
    assert not told.faults
    killed, resumed = told.attempts
    assert killed["code"] == -9
    assert [(blow["signal"], blow["whom"]) for blow in killed["blows"]] == [("SIGKILL", "main")]
    assert resumed["code"] == 0
    assert told.rows == ARMS * 600 * 3, "runs, and two members each"
    found = summed([told], 0.5)
    assert (found["kills_of_main"], found["resumes"], found["faults"]) == (1, 1, 0)
    assert "1 kills of the main process, 0 of workers" in in_words(found)
    assert json.dumps(found)
    assert not (tmp_path / "round").exists()


@pytest.mark.slow
def test_a_sweep_that_goes_on_with_other_luck_is_a_fault(right, tmp_path):
    """Every command ends well, and every file is where it should be."""
    program = tmp_path / "other_luck.py"
    program.write_text(OTHER_LUCK, encoding="utf-8")
    told = soaked(right, tmp_path, lambda cut, own, words: [sys.executable, str(program), *words])
    assert [attempt["code"] for attempt in told.attempts] == [-9, 0]
    assert any(text.startswith("runs/arm=a11/part-") for text in told.faults)
    assert any(text.startswith("rows: ") for text in told.faults)
    assert (tmp_path / "round" / "whole").is_dir(), "kept, to be looked at"


# Folders.


@pytest.fixture
def folder(right, tmp_path):
    shutil.copytree(right.folder, tmp_path / "copy")
    return Folder(tmp_path / "copy")


def test_a_copy_is_the_same(right, folder):
    assert compared(folder.path, right.folder) == (ARMS * 600 * 3, [])


def test_other_luck_is_a_fault(right, tmp_path):
    (tmp_path / "study.toml").write_text(
        STUDY.replace("months = 60", "months = 60\nseed = 1"), encoding="utf-8"
    )
    sweep(Study.read(tmp_path / "study.toml"), tmp_path / "other").write_summary(tmp_path / "other")
    _, wrong = compared(tmp_path / "other", right.folder)
    assert "manifest.json differs" in wrong
    assert "summary.csv differs" in wrong
    assert any(text.startswith("rows: ") for text in wrong)


def spoil_draft(folder):
    (folder.parts()[0].parent / ".0123.draft").write_text("half")


def spoil_merge(folder):
    (folder.path.parent / ".trustsim-0123.partial").mkdir()


def spoil_part(folder):
    folder.parts("members")[4].unlink()


def spoil_damaged(folder):
    (folder.path / "damaged").mkdir()


def spoil_summary(folder):
    path = folder.path / "summary.csv"
    path.write_text(path.read_text().replace("0.", "0.0", 1))


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (spoil_draft, "left over: .0123.draft"),
        (spoil_merge, "left over: .trustsim-0123.partial"),
        (spoil_part, "lacks members/"),
        (spoil_damaged, "something was found damaged"),
        (spoil_summary, "summary.csv differs"),
    ],
)
def test_what_is_left_over_lacking_or_changed_is_a_fault(right, folder, spoil, fault):
    spoil(folder)
    _, wrong = compared(folder.path, right.folder)
    assert any(text.startswith(fault) for text in wrong), wrong


# Endings.

KILLED = Fallen("SIGKILL", MAIN, "clock", "between parts")
LINE = "trustsim: ResourceError: sweep, worker = died: a worker ended. Resume."


@pytest.mark.parametrize(
    ("code", "fallen", "said", "fine"),
    [
        (0, [], "", True),
        (0, [KILLED], "", True),
        (-9, [KILLED], "", True),
        (-9, [], "", False),
        (1, [KILLED], "", False),
        (130, [KILLED._replace(signal="SIGINT")], "trustsim: interrupted", True),
        (130, [], "trustsim: interrupted", False),
        (143, [KILLED._replace(signal="SIGTERM", whom=GROUP)], "", True),
        (2, [KILLED._replace(whom=WORKER)], LINE, True),
        (2, [KILLED._replace(whom=WORKER)], f"{LINE}\n{LINE}", False),
        (2, [KILLED], LINE, False),
        (0, [KILLED], "Traceback (most recent call last):\nValueError: no", False),
    ],
)
def test_an_ending_fits_its_blows_or_is_a_fault(code, fallen, said, fine):
    assert (not list(ill(code, fallen, said))) == fine


def test_every_plan_has_its_turn():
    names = list(PLANS)
    turns = [plan_of(number, 5, names) for number in range(2 * len(names))]
    assert sorted(turns[: len(names)]) == sorted(turns[len(names) :]) == sorted(names)
    assert turns[: len(names)] != turns[len(names) :]
