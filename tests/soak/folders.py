"""Whether two folders of results are the same: every byte that a sweep writes, every row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from trustsim.sweeps.store import DAMAGED, MANIFEST, Store

from tests.soak.harm import merging
from tests.sweeps.conftest import Folder, same_bits
from trustsim.errors import TrustsimError
from trustsim.sweeps import Sweep
from trustsim.sweeps.manifest import manifest_of


def compared(found: Path, right: Path) -> tuple[int, list[str]]:
    """Rows compared, and what is wrong with a folder that should be as another one."""
    wrong = left_over(found)
    here, there = Folder(found).content(), Folder(right).content()
    here[MANIFEST], there[MANIFEST] = plain(here[MANIFEST]), plain(there[MANIFEST])
    wrong += [f"lacks {name}" for name in sorted(set(there) - set(here))]
    wrong += [f"has {name}" for name in sorted(set(here) - set(there))]
    wrong += [
        f"{name} differs" for name in sorted(here) if here[name] != there.get(name, here[name])
    ]
    rows, unlike = same_rows(found, right)
    return rows, wrong + unlike


def plain(manifest: bytes) -> bytes:
    """A manifest without what no two sweeps share: the time, and where shards lay."""
    told: dict[str, Any] = json.loads(manifest)
    for one in (told, *told.get("merged_from", [])):
        one.pop("time_utc", None)
        one.pop("folder", None)
    return json.dumps(told, sort_keys=True).encode()


def same_rows(found: Path, right: Path) -> tuple[int, list[str]]:
    """Rows compared to the bit, all tables and the failures, and what is unlike."""
    rows, wrong = 0, []
    try:
        one, other = Sweep.read(found), Sweep.read(right)
        for table in manifest_of(right)["family"]["tables"]:
            wanted = other.table(table)
            rows += len(wanted)
            same_bits(one.table(table), wanted)
        failed = [sorted(map(str, each.failures.to_dict("records"))) for each in (one, other)]
        rows += len(failed[1])
        if failed[0] != failed[1]:
            wrong.append("failures differ")
    except (AssertionError, TrustsimError) as problem:
        wrong.append(f"rows: {' '.join(str(problem).split())[:500]}")
    return rows, wrong


def left_over(folder: Path) -> list[str]:
    """What should not be there when a sweep has ended: a lock, drafts, damage."""
    wrong = [f"left over: {path.name}" for path in Folder(folder).drafts()]
    wrong += [f"left over: {path.name}" for path in merging(folder)]
    if (folder / DAMAGED).exists():
        wrong.append("something was found damaged")
    try:
        with Store(folder, {}, ()).alone():
            pass
    except TrustsimError as problem:
        wrong.append(f"still locked: {problem}")
    return wrong
