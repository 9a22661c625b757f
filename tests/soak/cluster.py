"""A Dask cluster of this machine whose workers are killed and started again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.sweeps.conftest import ROOT

SCHEDULER = ["dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
WORKER = ["dask", "worker", "--no-nanny", "--nthreads", "1", "--no-dashboard"]
WORKERS = 2


class Cluster:
    """Started when it is first asked for."""

    def __init__(self, place: Path) -> None:
        self._place, self._file = place, place / "scheduler.json"
        self._scheduler: psutil.Popen | None = None
        self._workers: list[psutil.Popen] = []

    def address(self) -> str:
        """Of the scheduler; as many workers as there should be are there, or on their way."""
        if self._scheduler is None:
            self._scheduler = self._started(SCHEDULER)
        until = time.monotonic() + 120
        while not self._file.exists() and time.monotonic() < until:
            time.sleep(0.1)
        self.tend()
        return str(json.loads(self._file.read_text(encoding="utf-8"))["address"])

    def tend(self) -> None:
        """New workers for those that died."""
        self._workers = [worker for worker in self._workers if worker.poll() is None]
        while len(self._workers) < WORKERS:
            self._workers.append(self._started(WORKER))

    def workers(self) -> list[psutil.Popen]:
        return self._workers

    def close(self) -> None:
        for process in [*self._workers, *filter(None, [self._scheduler])]:
            process.kill()
            process.wait()

    def _started(self, words: list[str]) -> psutil.Popen:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DASK_TEMPORARY_DIRECTORY": str(self._place / "scratch"),
        }
        with (self._place / "cluster.txt").open("ab") as said:
            return psutil.Popen(
                [sys.executable, "-m", *words, "--scheduler-file", str(self._file)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
