"""Other workers do the same work: pools of processes, a Dask cluster. Memory stays flat."""

import json
import logging
import multiprocessing
import os
import re
import runpy
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.sweeps.conftest import ROOT, same_bits
from trustsim.errors import ResourceError, StudyError
from trustsim.sweeps import Study, Sweep, sweep
from trustsim.sweeps.executors import executor_from

PAGE = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
SCHEDULER = ["dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
WORKER = ["dask", "worker", "--no-nanny", "--nthreads", "1", "--no-dashboard"]


POOL_OF_PROCESSES = """
import multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor
import trustsim as ts
from trustsim.sweeps import plan

if __name__ == "__main__":
    plan.pair_months, plan.PAIR_MONTHS = lambda cell, months: 1, 20
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(sys.argv[1])) as pool:
        ts.sweep(ts.Study.read(sys.argv[2]), sys.argv[3], executor=pool)
"""


@pytest.mark.parametrize("method", [pytest.param("fork", marks=pytest.mark.nightly), "spawn"])
@pytest.mark.skipif(sys.platform != "linux", reason="fork")
def test_a_pool_of_processes_gives_the_same_bits(small, child, tmp_path, method):
    """In a process of its own: threads of other tests run here, and none survives a fork."""
    study = small(record="members")
    (tmp_path / "study.json").write_text(study.to_json(), encoding="utf-8")
    process = child(POOL_OF_PROCESSES, method, tmp_path / "study.json", tmp_path / "results")
    _, wrong = process.communicate(timeout=400)
    assert process.returncode == 0, wrong
    done, whole = Sweep.read(tmp_path / "results"), sweep(study, workers=1)
    for table in ("runs", "members"):
        same_bits(done.table(table), whole.table(table))


def test_threads_of_a_user_are_left_open(cut, small):
    with ThreadPoolExecutor(2) as pool:
        done = sweep(small(), executor=pool)
        assert pool.submit(int, "7").result() == 7
    same_bits(done.runs, sweep(small()).runs)


def test_what_can_not_be_sent_is_told_in_one_line(small):
    """A lambda has no name that a process could import it by."""
    study = small(outcomes={"own": lambda runs: runs["value"]})
    with (
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool,
        pytest.raises(ResourceError, match="could not be sent to a worker") as caught,
    ):
        sweep(study, executor=pool)
    assert "\n" not in str(caught.value)


def test_executors_are_named(small):
    with executor_from("threads", 2) as pool:
        assert pool is None
    with executor_from("processes", 1) as pool:
        done = sweep(small(arms=None, factors=None), executor=pool)
    same_bits(done.runs, sweep(small(arms=None, factors=None)).runs)
    with pytest.raises(StudyError, match="must be one of threads, processes"):
        executor_from("thread", None).__enter__()


# A cluster.


@pytest.fixture
def cluster(tmp_path):
    """Scheduler and two workers, each a process on 127.0.0.1; the address and the workers."""
    pytest.importorskip("distributed")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DASK_TEMPORARY_DIRECTORY": str(tmp_path / "scratch"),
        # How long a worker that was killed is looked for: 30 s, if nothing is said.
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "3s",
        "PYTHONWARNINGS": "default",
    }
    file, log, started = tmp_path / "scheduler.json", tmp_path / "log", []

    def start(command):
        command = [sys.executable, "-m", *command, "--scheduler-file", str(file)]
        with log.open("a") as told:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=told,
                stderr=told,
                stdin=subprocess.DEVNULL,
            )
        started.append(process)
        return process

    try:
        start(SCHEDULER)
        until = time.monotonic() + 60
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert file.exists(), log.read_text()
        workers = [start(WORKER), start(WORKER)]
        yield json.loads(file.read_text())["address"], workers
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:distributed")
@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:dask")
@pytest.mark.skipif(sys.platform != "linux", reason="kills as in Linux")
def test_a_dask_cluster_gives_the_same_bits_though_a_worker_is_killed(cut, small, folder, cluster):
    from distributed import Client

    address, workers = cluster
    study = small(replicates=400)
    stored, lost = [], []

    def progress(runs):
        stored.append(runs)
        if sum(stored) >= 800 and not lost:
            workers[0].send_signal(signal.SIGKILL)
            lost.append(workers[0].wait())

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
        pids = set(client.run(os.getpid).values())
        assert pids == {worker.pid for worker in workers}
        before = [client.submit(os.getpid, pure=False) for _ in range(20)]
        assert set(client.gather(before)) == pids, "both workers take part"
        done = sweep(
            study, folder.path, executor=client.get_executor(pure=False), progress=progress
        )
        assert set(client.run(os.getpid).values()) == {workers[1].pid}
    assert lost == [-signal.SIGKILL]
    assert workers[1].poll() is None
    assert sum(stored) == 1600
    assert done.failures.empty
    same_bits(done.runs, sweep(study).runs)


def example(mark):
    """The block of code of the page that begins like this, or that a comment calls so."""
    named = rf"<!-- example: {re.escape(mark)} -->\n```\w+\n(.*?)^```"
    begins = rf"^```\n({re.escape(mark)}.*?)^```"
    found = [text for one in (named, begins) for text in re.findall(one, PAGE, re.S | re.M)]
    assert len(found) == 1, mark
    return found[0]


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:distributed")
@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:dask")
def test_a_cluster_is_reached_by_its_address_and_as_the_page_says(
    cut, small, cluster, tmp_path, monkeypatch
):
    address, _ = cluster
    log = logging.getLogger("tornado.application")
    with executor_from(f"dask={address}", None) as pool:
        done = sweep(small(), executor=pool)
        assert not log.isEnabledFor(logging.CRITICAL)  # tracebacks of lost work, as it seems to it
    assert log.isEnabledFor(logging.ERROR)
    same_bits(done.runs, sweep(small()).runs)
    monkeypatch.chdir(tmp_path)
    names = {"ADDRESS": address}
    for name in ("one machine", "a cluster"):
        (tmp_path / "example.py").write_text(example(name), encoding="utf-8")
        names.update(runpy.run_path("example.py", names))
    same_bits(names["found"].runs, sweep(names["study"]).runs)
    assert (tmp_path / "out" / "dask" / "manifest.json").is_file()


# MPI.


MPIEXEC = next(Path(sys.executable).parent.glob("mpiexec"), None)
STUDY = """
[study]
scenario = "voluntary"
replicates = 3000
months = 36
[factors]
negativity = [1.5, 2.5]
"""


CUT = """
import sys
from trustsim.cli import main
from trustsim.sweeps import plan

if __name__ == "__main__":
    plan.PAIR_MONTHS = 3_000_000
    sys.exit(main())
"""
"""The command, with many small tasks for a study that is one or two of the usual size."""


def under_mpi(study, out, *options, program=("-m", "trustsim"), wait=True):
    """The sweep as one process that writes and two that simulate; what they said, all together."""
    command = ["-m", "mpi4py.futures", *program, "sweep", str(study), "--out", str(out)]
    started = subprocess.Popen(
        [MPIEXEC, "-n", "3", sys.executable, *command, "--executor", "mpi", *options],
        env={**os.environ, "PYTHONPATH": str(ROOT), "HYDRA_LAUNCHER": "fork"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    if not wait:
        return started
    told = started.communicate(timeout=240)[0]
    assert started.returncode == 0, told
    return told


def rank(number, out):
    """The process of that rank of the job that writes there."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            environment = (process / "environ").read_bytes()
        except OSError:
            continue
        if str(out).encode() in command and f"PMI_RANK={number}".encode() in environment:
            found.append(int(process.name))
    assert len(found) == 1
    return found[0]


@pytest.fixture
def many_tasks(tmp_path):
    """A study, a program that makes many tasks of it, and what must come out."""
    pytest.importorskip("mpi4py")
    if not MPIEXEC:
        pytest.skip("no mpiexec beside this Python")
    study, cut = tmp_path / "study.toml", tmp_path / "cut.py"
    study.write_text(STUDY, encoding="utf-8")
    cut.write_text(CUT, encoding="utf-8")
    return study, [cut], sweep(Study.read(study)).runs


@pytest.mark.nightly
def test_mpi_gives_the_same_bits(many_tasks, tmp_path):
    study, cut, undisturbed = many_tasks
    under_mpi(study, tmp_path / "whole", program=cut)
    assert len(list(tmp_path.glob("whole/runs/**/*.parquet"))) > 8, "work for both, several times"
    same_bits(Sweep.read(tmp_path / "whole").runs, undisturbed)


@pytest.mark.nightly
def test_a_job_of_mpi_that_lost_a_process_is_resumed_to_the_bit(many_tasks, tmp_path):
    study, cut, undisturbed = many_tasks
    killed = under_mpi(study, tmp_path / "killed", program=cut, wait=False)
    until = time.monotonic() + 120
    while not any(tmp_path.glob("killed/runs/**/*.parquet")) and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(rank(2, tmp_path / "killed"), signal.SIGKILL)
    killed.communicate(timeout=60)
    assert killed.returncode != 0, "the job ended with the process"
    under_mpi(study, tmp_path / "killed", "--resume", program=cut)
    same_bits(Sweep.read(tmp_path / "killed").runs, undisturbed)


# Jobs that know nothing of each other.


@pytest.mark.nightly
@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_the_job_array_of_the_page_and_its_merge_give_the_whole(tmp_path, folder):
    """The scheduler is played by a loop; the script and the merge are those of the page."""
    arms = "\n".join(f'a{n} = ["coordinator(start={n})"]' for n in range(5))
    study = f'[study]\nscenario = "dyad"\nreplicates = 8\nmonths = 12\n[arms]\n{arms}\n'
    (tmp_path / "study.toml").write_text(study)
    script = example("#!/bin/sh").replace("/16", "/3")
    command = tmp_path / "trustsim"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m trustsim "$@"\n')
    command.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    merge = example("trustsim merge")
    resume = f"trustsim sweep study.toml --out {folder.path} --resume -q"
    for number, text in (("1", script), ("2", script), ("3", script), ("", merge), ("", resume)):
        environment = {
            **os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "SLURM_ARRAY_TASK_ID": number,
        }  # fmt: skip
        if text == resume:
            (tmp_path / "out" / "study").rename(folder.path)
        done = subprocess.run(
            ["sh", "-eu", "-c", text], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    assert "was finished already" in done.stderr
    same_bits(folder.rows(), sweep(tmp_path / "study.toml").runs)


# Memory.

RESIDENT = """
import re, sys
import trustsim as ts
from trustsim.engines.compiling import compile_kernel

def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024

compile_kernel(lambda: None)
engine, replicates, months, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
given = {"months": months, "engine": engine, "factors": {"negativity": [1.2, 2.5]}}
ts.sweep(ts.Study("dyad", replicates=replicates // 20, **given), folder + "-warm", workers=1)
before = resident()
ts.sweep(ts.Study("dyad", replicates=replicates // 2, **given), folder, workers=1)
print(before, resident())
"""


@pytest.mark.nightly
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("engine", "runs", "months", "most"),
    [("mesa", 1_000, 12, 20), ("ensemble", 100_000, 24, 100)],
)
def test_memory_stays_flat(child, folder, engine, runs, months, most):
    """Resident memory after many runs, above that after a tenth as many, in MiB.

    A Mesa model that is not released was measured at 120 KiB: a thousand would be 117 MiB. All
    runs are in folders; what grows with the compiled engine is what Arrow keeps of what it freed.
    Measured: 3 and 38 MiB.
    """
    process = child(RESIDENT, engine, runs, months, folder.path)
    told, wrong = process.communicate(timeout=300)
    before, after = map(float, re.findall(r"[\d.]+", told) or pytest.fail(wrong))
    print(f"{engine}: {before:.0f} MiB, {after:.0f} MiB after {runs:,} runs")
    assert after - before < most


# Scripts.

UNGUARDED = """
import sys
import trustsim as ts

given = {"replicates": 8, "months": 6, "factors": {"negativity": [1.2, 2.5]}}
study = ts.Study("dyad", engine=sys.argv[1], **given)
pool = None
if sys.argv[2] == "pool":
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    pool = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))
try:
    ts.sweep(study, sys.argv[3], workers=2, executor=pool)
except ts.TrustsimError as problem:
    print(f"{type(problem).__name__}: {problem}")
"""


@pytest.mark.parametrize(("engine", "pool"), [("mesa", "own"), ("ensemble", "pool")])
def test_a_script_without_a_main_guard_is_told_so_in_one_line(child, folder, engine, pool):
    """Every worker ran the whole script again: a traceback for each, three times, or no end."""
    process = child(UNGUARDED, engine, pool, folder.path)
    told, wrong = process.communicate(timeout=120)
    assert "Traceback" not in wrong
    [line] = told.splitlines()
    assert line.startswith("ResourceError: sweep, script = ")
    assert 'Put the call under `if __name__ == "__main__":`.' in line
    assert not folder.parts()
