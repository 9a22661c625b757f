"""`sweep`: every cell of a study simulated, stored part by part, resumed where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from concurrent.futures import wait as wait_for
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from trustsim.arguments import check_crew, one_of, path, switch
from trustsim.engines.ensemble import next_of
from trustsim.errors import OutputError, ResourceError, StudyError, TrustsimError, refusal
from trustsim.processes import leave_without_guard
from trustsim.sweeps.cells import Cell, cells_of
from trustsim.sweeps.executors import Pool, check_part, check_workers, pool_of
from trustsim.sweeps.folder import Keeper, keeper_of
from trustsim.sweeps.plan import Piece, Task, tasks_of, without_done
from trustsim.sweeps.precision import Looks
from trustsim.sweeps.results import Sweep
from trustsim.sweeps.study import Study
from trustsim.sweeps.tables import arrow_table
from trustsim.sweeps.work import SCENARIO, Done, Failure, Job, work

ERRORS = ("ignore", "finish", "stop")


def sweep(
    study: Study | str | Path,
    out: str | Path | None = None,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    resume: bool = False,
    extend: bool = False,
    retry_failed: bool = False,
    errors: str = "finish",
    shard: tuple[int, int] | str = (1, 1),
    progress: Callable[[int], object] | None = None,
) -> Sweep:
    """Simulate every cell of a study.

    Parameters
    ----------
    study : Study or path
        What to sweep.
    out : path, optional
        Folder for the results. Left out, they are kept in memory.
    executor : concurrent.futures.Executor, optional
        Who does the work: a pool of processes, `client.get_executor(pure=False)` of Dask,
        `mpi4py.futures`. By default threads (processes for the mesa engine). It changes no number.
    workers : int, optional
        Threads or processes; all cores if left out.
    resume : bool, optional
        Go on where an earlier call with the same study stopped; an empty folder starts.
    extend : bool, optional
        Like resume, for a study that has grown: more replicates, arms, levels or points.
    retry_failed : bool, optional
        Try runs again that have failed before.
    errors : str, optional
        What a failing run means: "ignore" (it is a row in `failures`), "finish" (the same, and
        the command ends with exit code 1), "stop" (at once).
    shard : (int, int) or str, optional
        Do only part i of n ((3, 16) or "3/16"), in its own folder; `merge` puts the parts together.
    progress : function, optional
        Called with the number of runs just stored.

    Raises
    ------
    StudyError, ScenarioError, ParameterError
        The study makes no sense, or the folder holds another one.
    OutputError
        The folder can't be written, is in use, or holds something else.
    ResourceError
        Workers died again and again.

    Examples
    --------
    >>> done = sweep(Study("dyad", replicates=3, months=12, factors={"handover": [0.0, 0.8]}))
    >>> done.runs.groupby("handover")["replicate"].count().tolist()
    [3, 3]
    """
    chosen = study if isinstance(study, Study) else Study.read(study)
    errors, part = one_of("sweep", "errors", errors, ERRORS, StudyError), check_part(shard)
    workers = check_workers(workers)
    check_crew("sweep", executor, progress)
    asked = {"resume": resume, "extend": extend, "retry_failed": retry_failed}
    asked = {what: switch("sweep", what, value) for what, value in asked.items()}
    if out is not None:
        out = path("sweep", "out", out, "a folder for the results", OutputError)
    if out is not None or executor is not None:
        leave_without_guard()
    cells = list(cells_of(chosen))
    keeper = keeper_of(chosen, cells, out, part)
    with keeper.opened(**asked):
        if progress is not None:
            progress(keeper.stored)
        with pool_of(chosen, executor, workers) as pool:
            for tasks in _rounds(chosen, cells, keeper, part):
                _carry_out(chosen, tasks, keeper, pool, errors, progress)
        keeper.finish()
    return Sweep(keeper.source, chosen, was_finished=keeper.was_finished)


def _rounds(
    study: Study, every: list[Cell], keeper: Keeper, shard: tuple[int, int]
) -> Iterator[Iterator[Task]]:
    """Tasks still to do: once, or with a precision target round by round."""
    part, of = shard
    if study.form.precision is None:
        tasks = tasks_of(_sound(every, keeper), study.replicates, study.months)
        mine = (task for task in tasks if task.number % of == part - 1)
        yield _left(mine, keeper)
        return
    # Cells are dealt out, not tasks: whether a cell goes on depends on all its replicates.
    cells = [cell for cell in _sound(every, keeper) if cell.number % of == part - 1]
    looks = Looks(study.form.precision, study.months, [cell.key for cell in cells])
    while True:
        wanted = looks.wanted()
        yield _left(tasks_of(cells, wanted, study.months), keeper)
        if not looks.look(keeper.source):
            looks.warn_of_constants()
            return


def _sound(cells: list[Cell], keeper: Keeper) -> Iterator[Cell]:
    """Cells that can be simulated, each once; the others are failures."""
    seen: set[str] = set()
    for cell in cells:
        # Points that coincide (whole numbers, a Morris grid) are one cell.
        if cell.key in seen:
            continue
        seen.add(cell.key)
        if cell.scenario is None:
            name, _, message = cell.problem.partition(": ")
            keeper.fail([(cell, Failure(0, -1, SCENARIO, name, message))])
        else:
            yield cell


def _left(tasks: Iterable[Task], keeper: Keeper) -> Iterator[Task]:
    for task in tasks:
        left = without_done(task, keeper.kept)
        if left.pieces:
            yield left


def _carry_out(
    study: Study,
    tasks: Iterator[Task],
    keeper: Keeper,
    pool: Pool,
    errors: str,
    progress: Callable[[int], object] | None,
) -> None:
    """Tasks through the pool, a few ahead; each is stored when it is done."""
    running: dict[Future[Any], Task] = {}
    waiting: list[Task] = []
    finished: SimpleQueue[Future[Any]] = SimpleQueue()
    try:
        while True:
            while len(running) < pool.ahead:
                task = waiting.pop() if waiting else next(tasks, None)
                if task is None:
                    break
                try:
                    future = pool.submit(work, job_of(study, task))
                    running[future] = task
                    future.add_done_callback(finished.put)
                except BrokenExecutor as problem:
                    # A worker died while nobody was waiting for a result.
                    waiting += [task, *running.values()]
                    running.clear()
                    pool.mend(problem)
            if not running:
                return
            future = next_of(finished)
            if future not in running:
                continue  # of a pool that broke; its task is waiting again
            task = running.pop(future)
            try:
                result = future.result()
            except BrokenExecutor as problem:
                waiting += [task, *running.values()]
                running.clear()
                pool.mend(problem)
                continue
            except TrustsimError:
                raise
            except Exception as problem:
                raise _not_done(problem) from problem
            _keep(study, task, result, keeper, errors)
            if progress is not None:
                progress(task.runs)
    except BaseException as problem:
        if not isinstance(problem, OutputError):
            _leave(study, running, keeper)
        raise


def _leave(study: Study, running: dict[Future[Any], Task], keeper: Keeper) -> None:
    """Work that has begun is stored when it ends; the rest is given up."""
    begun = {future: task for future, task in running.items() if not future.cancel()}
    wait_for(begun)
    for future, task in begun.items():
        if not future.cancelled() and future.exception() is None:
            _keep(study, task, future.result(), keeper, "ignore")


def _not_done(problem: Exception) -> ResourceError:
    """What an executor says when it can't bring a task to a worker, or its result back."""
    got = f"{type(problem).__name__}: {problem}"
    allowed = "a task could not be sent to a worker, or its result not brought back"
    step = "Mend the executor (own outcomes must be functions of a module it can import); resume."
    return ResourceError(refusal("sweep", "executor", got, allowed, step))


def job_of(study: Study, task: Task) -> Job:
    """A task as it is sent to a worker."""
    form = study.form.study
    pieces = tuple((piece.cell.scenario, piece.first, piece.size) for piece in task.pieces)
    return Job(pieces, form.seed, form.months, form.engine, form.record, study.outcomes)


def _keep(
    study: Study,
    task: Task,
    result: tuple[list[Done], list[Failure]],
    keeper: Keeper,
    errors: str,
) -> None:
    """Stores what a task brought, and notes what failed."""
    done, failures = result
    named = [(task.pieces[failure.piece].cell, failure) for failure in failures]
    if named:
        # Before the rows: a run that lacks an own outcome must be recorded, wherever a kill falls.
        keeper.fail(named, task.number)
    pieces = [Piece(task.pieces[one.piece].cell, one.first, one.size) for one in done]
    if pieces:
        tables = {
            table: [
                arrow_table(table, piece, one.raw, list(study.factors), one.own)
                for piece, one in zip(pieces, done, strict=True)
            ]
            for table in keeper.tables
        }
        keeper.keep(Task(task.number, tuple(pieces)), tables)
    if study.form.precision is not None:
        # The next round begins at replicate 0 again, and must find what this one has done.
        ranges = [(piece.cell.key, piece.first, piece.size) for piece in pieces]
        ranges += [(cell.key, failure.replicate, 1) for cell, failure in named]
        for key, first, size in ranges:
            keeper.kept.setdefault(key, []).append((first, size))
    if named and errors == "stop":
        cell, failure = named[0]
        run, got = f"run {cell.key}-{failure.replicate}", f"{failure.error}: {failure.message}"
        allowed = f"failed while {failure.stage}, and errors = stop"
        step = "Mend the cause, then resume with retry_failed; or let errors = finish."
        raise ResourceError(refusal("sweep", run, got, allowed, step))
