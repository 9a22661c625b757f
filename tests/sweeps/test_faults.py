"""Faults injected for real: kills, full disks, dead workers, damage, strangers, second processes.

What must hold after each: nothing stored is lost, nothing half-written counts, the user reads one
line or the sweep mends itself, and after resuming the rows are those of an undisturbed sweep, to
the bit.
"""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import trustsim as ts
from tests.sweeps.conftest import FIVE_PARTS, PIECE, ROOT, Folder, same_bits
from trustsim import cli
from trustsim.errors import OutputError, ResourceError, StudyError
from trustsim.sweeps import Sweep, sweep

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="kills, mounts, limits as in Linux"),
    pytest.mark.filterwarnings("ignore::trustsim.sweeps.results.UnfinishedWarning"),
]


def in_one_line(caught, *parts):
    """The five parts of a message that a person can act on, on one line."""
    text = str(caught.value)
    assert FIVE_PARTS.fullmatch(text), text
    for part in parts:
        assert part in text


# Killed.

KILLED_AGAIN_AND_AGAIN = """
import os, random, signal, sys, time
import trustsim as ts
from trustsim.engines.compiling import compile_kernel
from trustsim.sweeps import plan, work
from trustsim.sweeps.folder import FolderKeeper

folder, log, kills = sys.argv[1], sys.argv[2], int(sys.argv[3])
plan.pair_months, plan.PAIR_MONTHS = lambda cell, months: 1, 40
study = ts.Study(replicates=800, months=60, seed=5, record="members",
                 arms={"baseline": [], "coordinator": ["coordinator(start=0)"]},
                 factors={"negativity": [1.2, 2.5]})
compile_kernel(lambda: None)
book = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
simulate = work._simulate

def counted(job, scenario, first, count):
    os.write(book, f"{count}\\n".encode())
    return simulate(job, scenario, first, count)

work._simulate = counted
chance, killed = random.Random(), 0
while True:
    child = os.fork()
    if child == 0:
        ts.sweep(study, folder, workers=2, resume=True)
        os._exit(0)
    if killed < kills:
        time.sleep(chance.uniform(0.0, 0.25))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status):
        assert os.WEXITSTATUS(status) == 0
        if killed >= kills:
            break
        # It was done before the blow fell: the blows to come find a finished study.
    killed += 1
print("whole")
"""


@pytest.mark.parametrize("kills", [5, pytest.param(100, marks=pytest.mark.nightly)])
def test_killed_at_random_moments_and_resumed_to_the_bit(child, tmp_path, folder, kills):
    """Kills within the first quarter second of each attempt, wherever they fall.

    Nothing here depends on where: no rate of false alarms. A worker has begun at most one task
    that is not stored, so a kill repeats no more than one task a worker.
    """
    workers, piece = 2, 40
    process = child(KILLED_AGAIN_AND_AGAIN, folder.path, tmp_path / "log", kills)
    told, wrong = process.communicate(timeout=300)
    assert told.split() == ["whole"], wrong
    begun = sum(map(int, (tmp_path / "log").read_text().split()))
    again = begun - 4 * 800
    assert 0 <= again <= kills * workers * piece
    assert not folder.drafts()
    done = Sweep.read(folder.path)
    whole = sweep(done.study)
    for table in ("runs", "members"):
        same_bits(folder.rows(table), whole.table(table))


@pytest.mark.parametrize(
    "moment", [1, *(pytest.param(one, marks=pytest.mark.nightly) for one in (2, 3)), 4]
)
def test_killed_while_the_folder_is_being_made(child, small, folder, moment):
    """The first files of a folder appear one by one; a kill between any two of them."""
    text = """
import os, signal, sys
import trustsim as ts
from trustsim.sweeps import parts
written, stop_at = 0, int(sys.argv[2])
replace = parts.Path.replace
def counted(self, target):
    global written
    written += 1
    if written == stop_at:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)
parts.Path.replace = counted
ts.sweep(ts.Study.read(sys.argv[3]), sys.argv[1])
"""
    study = small()
    named = folder.path.parent / "study.json"
    named.write_text(study.to_json())
    process = child(text, folder.path, moment, named)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    assert folder.path.is_dir()
    assert not folder.parts()
    done = sweep(study, folder.path, resume=True)
    same_bits(done.runs, sweep(study).runs)
    assert not folder.drafts()


def test_interrupted_between_the_tables_of_a_task(cut, small, folder, monkeypatch):
    """Members are renamed into place before runs: alone they must not be counted twice."""
    study = small(record="members")
    replace = Path.replace

    def torn(self, target):
        if "/runs/" in str(target):
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", torn)
        with pytest.raises(KeyboardInterrupt):
            sweep(study, folder.path, workers=1)
    assert folder.parts("members")
    assert not folder.parts("runs")
    sweep(study, folder.path, resume=True)
    whole = sweep(study)
    for table in ("runs", "members"):
        same_bits(folder.rows(table), whole.table(table))


# No room.


@pytest.fixture
def mounted(tmp_path):
    """A small disk of its own, or one that can't be written; only for who may mount."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(*options):
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", place], capture_output=True
        )
        if done.returncode:
            pytest.skip("may not mount a disk here")
        return place

    yield mount
    subprocess.run(["umount", "-l", place], capture_output=True)


def test_a_full_disk_keeps_the_parts_before_it(cut, small, mounted):
    """ENOSPC by the system itself: a disk of 200 kB."""
    disk = mounted("size=200k")
    study = small(replicates=200)
    folder = Folder(disk / "results")
    with pytest.raises(OutputError) as caught:
        sweep(study, folder.path)
    in_one_line(caught, "No space left", "--resume")
    assert folder.parts()
    assert not folder.drafts()
    stored = folder.rows()
    assert 0 < len(stored) < 800
    assert stored["run_id"].is_unique
    subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
    done = sweep(study, folder.path, resume=True)
    same_bits(done.runs, sweep(study).runs)


@pytest.mark.parametrize("limit", [2_000, 30_000])
def test_no_room_for_a_file(child, small, folder, limit):
    """EFBIG by the system itself: no file may grow beyond a limit, be it the first or a part."""
    text = """
import resource, sys
import trustsim as ts
from trustsim.engines.compiling import compile_kernel
compile_kernel(lambda: None)
limit = int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    ts.sweep(ts.Study.read(sys.argv[2]), sys.argv[1])
except ts.TrustsimError as problem:
    print(f"{type(problem).__name__}: {problem}")
"""
    study = small(replicates=400, record="months")
    named = folder.path.parent / "study.json"
    named.write_text(study.to_json())
    told, wrong = child(text, folder.path, named, limit).communicate(timeout=120)
    assert told.startswith("OutputError: output folder, "), told + wrong
    assert "File too large" in told
    assert FIVE_PARTS.fullmatch(told.strip())
    assert not folder.parts()
    assert not folder.drafts()
    done = sweep(study, folder.path, resume=True)
    same_bits(done.runs, sweep(study).runs)
    same_bits(folder.rows("months"), sweep(study).table("months"))


def test_a_folder_that_can_not_be_written(mounted, small):
    disk = mounted("size=4m")
    study = small()
    finished = sweep(study, disk / "finished").runs
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(OutputError) as caught:
        sweep(study, disk / "new")
    in_one_line(caught, "Read-only")
    with pytest.raises(OutputError) as caught:
        sweep(study, disk / "finished", resume=True)
    in_one_line(caught, "Read-only")
    same_bits(Sweep.read(disk / "finished").runs, finished)


def test_a_folder_that_is_a_file(small, tmp_path):
    place = tmp_path / "results"
    place.write_text("mine")
    with pytest.raises(OutputError) as caught:
        sweep(small(), place)
    in_one_line(caught, "a file")
    with pytest.raises(OutputError) as caught:
        sweep(small(), place / "deeper")
    in_one_line(caught, "Not a directory")
    assert place.read_text() == "mine"


# Dead workers.


def one_worker_killed(pause):
    """Kills a process of the pool when the first part has been stored; tells how often."""
    killed = []

    def progress(runs):
        children = multiprocessing.active_children()
        if runs and not killed and children:
            killed.append(children[0].pid)
            os.kill(children[0].pid, signal.SIGKILL)
            # Long enough for the pool to notice before it is handed the next task; or at once.
            time.sleep(pause)

    return progress, killed


@pytest.mark.parametrize(
    "pause",
    [
        pytest.param(0.0, id="at once"),
        pytest.param(1.0, id="noticed before the next task", marks=pytest.mark.nightly),
    ],
)
def test_a_dead_worker_of_our_own_is_replaced(cut, small, folder, pause):
    study = small(engine="mesa", months=12)
    progress, killed = one_worker_killed(pause)
    done = sweep(study, folder.path, workers=2, progress=progress)
    assert len(killed) == 1
    same_bits(done.runs, sweep(small(months=12)).runs)
    assert done.failures.empty


def test_a_dead_worker_of_a_users_pool_is_told_in_one_line(cut, small, folder):
    study = small(engine="mesa", months=12)
    progress, killed = one_worker_killed(1.0)
    spawn = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(2, mp_context=spawn) as pool,
        pytest.raises(ResourceError) as caught,
    ):
        sweep(study, folder.path, executor=pool, progress=progress)
    assert len(killed) == 1
    in_one_line(caught, "died", "resume")
    assert not folder.drafts()
    stored = len(folder.rows())
    assert stored >= PIECE
    done = sweep(study, folder.path, resume=True, workers=1)
    same_bits(done.runs, sweep(small(months=12)).runs)


@pytest.mark.nightly
def test_workers_that_die_whatever_is_done_end_the_sweep(cut, small, folder, tmp_path, monkeypatch):
    """An outcome that takes its process with it: three pools, then one line."""
    (tmp_path / "deadly_outcome.py").write_text(
        "import os\n\ndef deadly(runs):\n    os._exit(1)\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    from deadly_outcome import deadly

    study = small(engine="mesa", months=6, replicates=4, outcomes={"deadly": deadly})
    with pytest.raises(ResourceError) as caught:
        sweep(study, folder.path, workers=2)
    in_one_line(caught, "died")
    assert not folder.parts()


# Damage.


@pytest.fixture
def stored(cut, small, folder):
    """A finished study of twelve parts a table, and its runs."""
    study = small(record="members")
    runs = sweep(study, folder.path).runs
    assert len(folder.parts()) == 12
    return study, folder, runs


def flipped(path):
    """One bit in the last page of the last column: in rows, not in what is said about them."""
    columns = pq.ParquetFile(path).metadata.row_group(0)
    last = columns.column(columns.num_columns - 1)
    begins = min(last.data_page_offset, last.dictionary_page_offset or last.data_page_offset)
    content = bytearray(path.read_bytes())
    content[begins + last.total_compressed_size - 2] ^= 0x40
    path.write_bytes(content)


def truncated(path):
    os.truncate(path, path.stat().st_size // 2)


def emptied(path):
    os.truncate(path, 0)


@pytest.mark.parametrize("table", ["runs", "members"])
@pytest.mark.parametrize("damage", [flipped, truncated, emptied, os.unlink])
def test_a_damaged_part_is_moved_aside_and_simulated_again(stored, begun, damage, table):
    study, folder, runs = stored
    del begun[:]
    damage(folder.parts(table)[3])
    done = sweep(study, folder.path, resume=True)
    assert not done.was_finished
    assert sum(count for _, _, count in begun) == PIECE
    same_bits(done.runs, runs)
    same_bits(done.table("members"), sweep(study).table("members"))
    moved = list((folder.path / "damaged").glob("*")) if (folder.path / "damaged").exists() else []
    # Both tables of the task go, or the one that is left if the other is not there at all.
    gone = damage is os.unlink
    assert len(moved) == (0 if gone and table == "runs" else 1 if gone else 2)
    assert not [path for path in moved if path.name.startswith("part-")]


@pytest.mark.nightly
def test_a_flip_anywhere_in_a_part_is_seen_or_moves_no_number(cut, small, folder):
    """Every 97th byte of a part, one after another: found out, or harmless."""
    study = small(replicates=PIECE, arms=None, factors=None)
    runs = sweep(study, folder.path).runs
    [part] = folder.parts()
    sound = part.read_bytes()
    missed = []
    for place in range(0, len(sound), 97):
        content = bytearray(sound)
        content[place] ^= 0x10
        part.write_bytes(content)
        try:
            same_bits(sweep(study, folder.path, resume=True).runs, runs)
        except (AssertionError, StudyError):
            missed.append(place)
        finally:
            for path in (folder.path / "damaged").glob("*"):
                path.unlink()
    assert not missed


def test_a_part_of_another_study_is_refused(stored, small, tmp_path):
    study, folder, _ = stored
    other = Folder(tmp_path / "other")
    sweep(small(record="members", seed=6), other.path)
    for table in ("runs", "members"):
        shutil.copy(other.parts(table)[0], folder.parts(table)[0].parent)
    with pytest.raises(StudyError) as caught:
        sweep(study, folder.path, resume=True)
    in_one_line(caught, "of another study", other.parts()[0].name)


def test_a_copy_of_a_part_is_never_counted_twice(stored):
    study, folder, runs = stored
    for table in ("runs", "members"):
        part = folder.parts(table)[0]
        shutil.copy(part, part.with_name(f"{part.stem}-copy.parquet"))
    with pytest.raises(StudyError, match="not where it was written"):
        Sweep.read(folder.path).table("runs")
    done = sweep(study, folder.path, resume=True)
    same_bits(done.runs, runs)


def test_a_file_that_is_no_part_does_not_stop_reading(stored):
    study, folder, runs = stored
    (folder.parts()[0].parent / "notes.txt").write_text("mine")
    done = sweep(study, folder.path, resume=True)
    same_bits(done.runs, runs)
    assert (folder.parts()[0].parent / "notes.txt").read_text() == "mine"


def test_a_spoilt_manifest_is_told(stored):
    study, folder, _ = stored
    (folder.path / "manifest.json").write_text('{"status": ')
    with pytest.raises(StudyError) as caught:
        sweep(study, folder.path, resume=True)
    in_one_line(caught, "manifest")


# Another study, other rules, other people.


def test_a_changed_study_is_refused(stored, small):
    _, folder, _ = stored
    before = folder.content()
    changed = {
        "seed": small(record="members", seed=6),
        "months": small(record="members", months=25),
        "tables": small(record="runs"),
        "factors": small(record="members", factors={"handover": [0.0, 0.5]}),
        "study": small(record="members", replicates=61),
    }
    for what, study in changed.items():
        with pytest.raises(StudyError) as caught:
            sweep(study, folder.path, resume=True)
        in_one_line(caught, f"{what} = changed")
    fewer = small(record="members", arms={"baseline": []})
    with pytest.raises(StudyError) as caught:
        sweep(fewer, folder.path, extend=True)
    in_one_line(caught, "left over")
    with pytest.raises(OutputError) as caught:
        sweep(small(record="members"), folder.path)
    in_one_line(caught, "finished", "--resume")
    with pytest.raises(StudyError) as caught:
        sweep(small(record="members"), folder.path, resume=True, shard=(1, 2))
    in_one_line(caught, "shard")
    assert folder.content() == before


def test_changed_rules_are_refused(stored, child, tmp_path):
    """The package copied, and a line of code added to a rule."""
    _, folder, _ = stored
    copy = tmp_path / "changed"
    shutil.copytree(
        ROOT / "trustsim", copy / "trustsim", ignore=shutil.ignore_patterns("__pycache__")
    )
    with (copy / "trustsim" / "model" / "rules" / "choice.py").open("a") as rule:
        rule.write("CHANGED = 1\n")
    text = """
import sys
import trustsim as ts
try:
    ts.sweep(ts.Study.read(sys.argv[1] + "/study.json"), sys.argv[1], resume=True)
except ts.TrustsimError as problem:
    print(ts.__file__, f"{type(problem).__name__}: {problem}", sep="\\n")
"""
    before = folder.content()
    process = child(text, folder.path, PYTHONPATH=str(copy))
    told, wrong = process.communicate(timeout=120)
    where, line = told.splitlines() or ["", wrong]
    assert where.startswith(str(copy))
    assert line.startswith("StudyError: ")
    assert "rules = changed" in line
    assert FIVE_PARTS.fullmatch(line)
    assert folder.content() == before


def test_a_second_process_on_the_same_folder_is_refused(cut, small, child, folder):
    text = """
import sys
import trustsim as ts
from trustsim.sweeps import plan
plan.pair_months, plan.PAIR_MONTHS = lambda cell, months: 1, 20
told = []
def progress(runs):
    if runs and not told:
        told.append(print("writing", flush=True))
        sys.stdin.readline()
ts.sweep(ts.Study.read(sys.argv[2]), sys.argv[1], progress=progress)
print("done", flush=True)
"""
    study = small()
    named = folder.path.parent / "study.json"
    named.write_text(study.to_json())
    first = child(text, folder.path, named)
    assert first.stdout.readline() == "writing\n", first.communicate()
    for options in ({}, {"resume": True}, {"extend": True}):
        with pytest.raises(OutputError) as caught:
            sweep(study, folder.path, **options)
        in_one_line(caught, "in use")
    told, wrong = first.communicate("\n", timeout=60)
    assert told == "done\n", wrong
    same_bits(folder.rows(), sweep(study).runs)


def test_a_folder_with_strangers_in_it_is_left_as_it_is(small, tmp_path):
    place = tmp_path / "mine"
    place.mkdir()
    (place / "thesis.txt").write_text("mine")
    for options in ({}, {"resume": True}, {"extend": True}):
        with pytest.raises(OutputError) as caught:
            sweep(small(), place, **options)
        in_one_line(caught, "no manifest.json")
    assert [path.name for path in place.iterdir()] == ["thesis.txt"]


# Interrupted.


CONTROL_C = """
import os, runpy, signal, sys, threading, time
from pathlib import Path

def press():
    while not any(Path(sys.argv[sys.argv.index("--out") + 1]).glob("runs/*/part-*.parquet")):
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGINT)

# Where the tests run in the background, Ctrl-C is ignored, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Thread(target=press, daemon=True).start()
runpy.run_module("trustsim", run_name="__main__")
"""


def test_control_c_leaves_whole_parts_and_code_130(child, tmp_path, folder):
    """Pressed by a thread of the command itself: from outside it may come too late."""
    many = 40
    arms = "\n".join(f'a{n} = ["coordinator(start={n})"]' for n in range(many))
    file = tmp_path / "study.toml"
    file.write_text(f"[study]\nreplicates = 100\nmonths = 84\n[arms]\n{arms}\n")
    command = ["sweep", file, "--out", folder.path, "--progress", "none"]
    process = child(CONTROL_C, *command)
    _, told = process.communicate(timeout=200)
    assert process.returncode == 130, told
    assert "Traceback" not in told
    assert "--resume" in told
    assert not folder.drafts()
    assert 0 < len(folder.parts()) < many
    command = [sys.executable, "-m", "trustsim", *map(str, command), "--resume"]
    resumed = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=200)
    assert resumed.returncode == 0, resumed.stderr
    assert len(folder.parts()) == many
    same_bits(folder.rows(), sweep(ts.Study.read(file)).runs)


def test_what_had_begun_when_it_was_interrupted_is_stored(cut, small, folder, begun):
    def progress(runs):
        if runs:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(small(), folder.path, workers=2, progress=progress)
    assert len(folder.rows()) == sum(count for _, _, count in begun)
    with pytest.raises(OutputError) as caught:
        sweep(small(), folder.path)
    in_one_line(caught, "a study that was not finished", "--resume")


@pytest.mark.parametrize("command", ["sweep", "merge"])
def test_control_c_while_the_summary_is_written_does_not_call_the_folder_empty(
    cut, small, folder, monkeypatch, command
):
    """Everything is stored by then: the last line must not send anybody back to the beginning."""
    file = folder.path.parent / "study.json"
    file.write_text(small().to_json(), encoding="utf-8")
    words = ["sweep", str(file)]
    if command == "merge":
        sweep(small(), folder.path.parent / "old")
        words = ["merge", str(folder.path.parent / "old")]

    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Sweep, "write_summary", pressed)
    done = CliRunner().invoke(cli.app, [*words, "--out", str(folder.path)])
    assert done.exit_code == 130
    assert "whole" in done.stderr
    assert "nothing was written" not in done.stderr
    assert len(folder.rows()) == 240


LEFT_ALONE = """
import os, sys
from trustsim.processes import Processes

if __name__ == "__main__":
    with Processes(1) as pool:
        for line in sys.stdin:
            print(pool.submit(os.getpid).result(), flush=True)
"""


def test_workers_leave_control_c_to_the_main_process_and_end_with_it(child):
    """A terminal sends Ctrl-C to all of them; a main process that is killed can tell nobody."""
    main = child(LEFT_ALONE)

    def asked():
        main.stdin.write("\n")
        main.stdin.flush()
        return int(main.stdout.readline())

    worker = asked()
    os.kill(worker, signal.SIGINT)
    assert asked() == worker, "the same one, still at work"
    main.kill()
    main.wait()
    until = time.monotonic() + 20
    while lives(worker) and time.monotonic() < until:
        time.sleep(0.05)
    if lives(worker):
        # It holds the pipes, which the test would otherwise wait for.
        os.kill(worker, signal.SIGKILL)
        pytest.fail("a worker without a main process")


KILLED_AT_THE_END = """
import os, signal, threading, time
from trustsim.processes import Processes

if __name__ == "__main__":
    for place in (0, 1):
        pool = Processes(2)
        for future in [pool.submit(os.getpid) for _ in range(6)]:
            future.result()
        workers = [process.pid for process in pool._processes.values()]
        time.sleep(0.2)
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        threading.Timer(0.5, os.kill, (workers[place], signal.SIGKILL)).start()
        threading.Timer(0.5, os.kill, (workers[1 - place], signal.SIGCONT)).start()
        pool.shutdown()
        print("ended", flush=True)
"""


def test_a_pool_ends_though_a_worker_is_killed_while_it_closes(child):
    """One of the two waits for work and holds the lock of the queue, the other one for the lock.

    A pool of the standard library then waits for ever.
    """
    told, wrong = child(KILLED_AT_THE_END).communicate(timeout=120)
    assert told.split() == ["ended", "ended"], wrong


GIVEN_UP = """
import os, signal, time
from trustsim.processes import Processes

if __name__ == "__main__":
    with Processes(1) as pool:
        worker = pool.submit(os.getpid).result()
        futures = [pool.submit(time.sleep, 60) for _ in range(6)]
        print(futures[-1].cancel(), flush=True)
        os.kill(worker, signal.SIGKILL)
        print(type(futures[0].exception(60)).__name__, flush=True)
"""


def test_a_worker_that_is_killed_under_work_given_up_says_nothing(child):
    """Python 3.11 shows a traceback then."""
    told, wrong = child(GIVEN_UP).communicate(timeout=120)
    assert (told.split(), wrong) == (["True", "BrokenProcessPool"], "")


def lives(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
