"""An edited rule never meets an old compiled kernel."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import trustsim
from trustsim.engines import compiled

ONE_RULE = """
def run_replicates(out):
    out[0] = trust.kept_after_month(out[0], 0.7)
"""
"""In place of the kernel, which takes half a minute to compile."""

ASK_IT = """
import sys
import numpy as np
from trustsim.engines import compiled, kernel
run = kernel.run_replicates if "interpreted" in sys.argv else compiled.kernel_function()
out = np.full(1, 2.0)
run(out)
print(out[0].hex())
"""
SIMULATE = """
import hashlib, trustsim as ts
runs = ts.simulate("dyad", replicates=20, months=12, seed=3)
print(hashlib.sha256(runs._raw.runs.tobytes()).hexdigest())
"""


def said(program: str, package: Path, *words: str, **environment: str) -> str:
    """What a program prints that uses a copy of the package, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=package.parent,
        env={**os.environ, "PYTHONPATH": str(package.parent), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("kernel", "program"),
    [
        pytest.param(ONE_RULE, ASK_IT, id="one rule"),
        pytest.param("", SIMULATE, id="whole", marks=pytest.mark.nightly),
    ],
)
def test_an_edited_rule_never_meets_an_old_kernel(tmp_path, kernel, program):
    package = tmp_path / "trustsim"
    shutil.copytree(Path(trustsim.__file__).parent, package)
    if kernel:
        with (package / "engines" / "kernel.py").open("a", encoding="utf-8") as file:
            file.write(kernel)
    cache = {"TRUSTSIM_CACHE_DIR": str(tmp_path / "cache")}

    before = said(program, package, **cache)
    stored = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.nb*")}
    assert stored
    assert said(program, package, **cache) == before
    assert {path: path.stat().st_mtime_ns for path in stored} == stored, "from the cache"

    rule = package / "model" / "rules" / "trust.py"
    stamp = rule.stat()
    rule.write_text(rule.read_text().replace("return kept * evidence_kept", "return kept * 0.5000"))
    os.utime(rule, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # not even by its date
    shutil.rmtree(package / "model" / "rules" / "__pycache__", ignore_errors=True)

    after = said(program, package, **cache)
    assert after != before
    assert after == said(program, package, "interpreted", NUMBA_DISABLE_JIT="1")


def test_every_source_that_is_compiled_counts():
    """The digest covers rules, kernel, draws and the tables whose values are frozen in."""
    names = {Path(path).name for path in compiled.source_files()}
    assert {"rng.py", "actions.py", "parameters.py", "state.py", "packing.py"} <= names
    assert {"kernel.py", "kernel_people.py", "kernel_meetings.py"} <= names
    rules = Path(compiled.__file__).parents[1] / "model" / "rules"
    assert {path.name for path in rules.glob("*.py")} - {"__init__.py"} <= names
    assert len(compiled.sources_digest()) == len(hashlib.sha256().hexdigest()) // 4


THREADS = """
import sys, threading
import numba
from trustsim.engines.compiled import kernel_function
sys.setswitchinterval(1e-6)
found, together, before = [], threading.Barrier(4), numba.config.CACHE_DIR
def ask():
    together.wait()
    found.append(kernel_function())
threads = [threading.Thread(target=ask) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len({id(one) for one in found}), numba.config.CACHE_DIR == before)
"""


def test_threads_that_ask_together_get_one_kernel_and_leave_numba_as_it_was(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", THREADS],
        cwd=Path(trustsim.__file__).parents[1],
        env={**os.environ, "TRUSTSIM_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["1", "True"]
