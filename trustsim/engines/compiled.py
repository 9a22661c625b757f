"""The compiled twin: the kernel and every rule, compiled once by numba.

The compiled code is cached in a folder named by a hash of all sources it was made from,
so an edited rule can never meet an old kernel.
"""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from trustsim import rng, schema
from trustsim.engines import (
    interpreted,
    kernel,
    kernel_meetings,
    kernel_people,
    kernel_records,
    kernel_trust,
    packing,
)
from trustsim.model import actions, parameters, state, trust_rules
from trustsim.model.rules import RULE_MODULES

KERNEL_MODULES: tuple[ModuleType, ...] = (
    kernel_trust,
    kernel_people,
    kernel_meetings,
    kernel_records,
    kernel,
)
RARE = (kernel_trust.join_kinds, kernel_trust.move_levels, kernel_trust.forget_evidence)
"""For peers' rules of trust only: inlined, they slowed the model's own by 2 to 4 %."""
DATA_MODULES: tuple[ModuleType, ...] = (packing, actions, parameters, state, trust_rules)


def source_files() -> list[Path]:
    """All files that the compiled kernel is made from, itself included."""
    modules = (rng, schema, *RULE_MODULES, *KERNEL_MODULES, *DATA_MODULES)
    return [Path(__file__), *(Path(str(module.__file__)) for module in modules)]


def sources_digest() -> str:
    """Hash of all source files that the compiled kernel is made from.

    >>> len(sources_digest())
    16
    """
    digest = hashlib.sha256()
    for path in source_files():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where compiled code is kept: TRUSTSIM_CACHE_DIR, or the user's cache folder."""
    chosen = os.environ.get("TRUSTSIM_CACHE_DIR")
    base = Path(chosen) if chosen else Path.home() / ".cache" / "trustsim"
    folder = base / f"kernel-{sources_digest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="trustsim-"))


def _functions(module: ModuleType) -> list[FunctionType]:
    return [
        item
        for item in vars(module).values()
        if isinstance(item, FunctionType) and item.__module__ == module.__name__
    ]


ONE_AT_A_TIME = threading.Lock()


def kernel_function() -> Callable[..., None]:
    """`kernel.run_replicates`, compiled (or as it stands, with NUMBA_DISABLE_JIT=1: `interpreted`).

    Releases the interpreter's lock, so that threads run it side by side.
    """
    # Two threads at once would give numba's one setting back in the wrong order: compiled code
    # would then lie in, and come from, a folder that is not keyed by the sources.
    with ONE_AT_A_TIME:
        return _made()


@functools.cache
def _made() -> Callable[..., None]:
    import numba
    from numba.extending import register_jitable

    if numba.config.DISABLE_JIT:
        return interpreted.run_replicates
    # Inlined but for what is RARE: handing on all the arrays costs more than most functions do.
    # No reference counts (_nrt): the kernel makes no array, and counting took half of its time.
    options: dict[str, Any] = {"error_model": "numpy", "_nrt": False}
    for module in (rng, *RULE_MODULES, *KERNEL_MODULES):
        for function in _functions(module):
            if function is not kernel.run_replicates:
                inlined = function not in RARE
                register_jitable(forceinline=inlined, **options)(function)
    before: Any = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder())
    try:
        njit: Any = numba.njit
        compile_it = njit(nogil=True, cache=True, no_cfunc_wrapper=True, **options)
        compiled: Callable[..., None] = compile_it(kernel.run_replicates)
        return compiled
    finally:
        numba.config.CACHE_DIR = before
