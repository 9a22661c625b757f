"""Execute notebooks, so that what is stored is what they say today.

    python notebooks/execute.py                 every notebook, in full, in place
    python notebooks/execute.py 02 05           these (a number, or the beginning of a file name)
    python notebooks/execute.py --toy 02        at toy size, from end to end; nothing is stored

A notebook's sizes are constants in a cell with the tag `sizes`; its metadata say what they are at
toy size: {"trustsim": {"toy": {"REPLICATES": 60}}}. A full run also stores there a digest of the
code that ran, by which a test sees whether it has changed since.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SIZES = "sizes"
COLOURS = re.compile(r"\x1b\[[\d;]*m")
PATIENCE = 600  # for one cell, on a busy machine


def notebooks() -> list[Path]:
    """All of them, in their order."""
    return sorted(HERE.glob("[0-9][0-9]_*.ipynb"))


def read(path: Path) -> NotebookNode:
    """A notebook."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Its cells of code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def digest(notebook: NotebookNode) -> str:
    """Tells one code from another; words and outputs may change without it."""
    code = "\0".join(cell.source for cell in code_cells(notebook))
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def toy_sizes(notebook: NotebookNode) -> dict[str, object]:
    """Names and values at toy size; none if the notebook knows one size only."""
    return dict(notebook.metadata.get("trustsim", {}).get("toy", {}))


def sizes_cell(notebook: NotebookNode) -> NotebookNode | None:
    """The cell that holds the sizes, if there is one."""
    found = [cell for cell in code_cells(notebook) if SIZES in cell.metadata.get("tags", [])]
    if len(found) > 1:
        raise ValueError(f"{len(found)} cells have the tag `{SIZES}`; one is allowed")
    return found[0] if found else None


def full_sizes(notebook: NotebookNode) -> dict[str, object]:
    """Names and values as they stand in the cell of sizes: constants, nothing computed."""
    cell = sizes_cell(notebook)
    found: dict[str, object] = {}
    for line in ast.parse(cell.source).body if cell else []:
        if not isinstance(line, ast.Assign) or not isinstance(line.targets[0], ast.Name):
            raise ValueError(f"the cell of sizes holds {ast.unparse(line)!r}, not NAME = constant")
        found[line.targets[0].id] = ast.literal_eval(line.value)
    return found


def made_small(notebook: NotebookNode) -> NotebookNode:
    """The same notebook at toy size."""
    toy, full = toy_sizes(notebook), full_sizes(notebook)
    if toy.keys() != full.keys():
        raise ValueError(f"sizes {sorted(full)}, but toy sizes {sorted(toy)}: name them all")
    cell = sizes_cell(notebook)
    if cell:
        cell.source += "".join(f"\n{name} = {value!r}" for name, value in toy.items())
    return notebook


def executed(notebook: NotebookNode) -> None:
    """Run every cell, outputs into the notebook. Raises where a cell does."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=PATIENCE,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=40"],
        resources={"metadata": {"path": str(HERE)}},
    )
    client.execute(env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))})


def cleaned(notebook: NotebookNode) -> NotebookNode:
    """Without what differs from one machine to the next; with the digest."""
    own = {"toy": toy_sizes(notebook)} if toy_sizes(notebook) else {}
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
        trustsim={**own, "ran": digest(notebook)},
    )
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = NotebookNode({"tags": tags} if tags else {})
    return notebook


def chosen(names: list[str]) -> list[Path]:
    """The notebooks that are meant."""
    unknown = [name for name in names if not any(one.name.startswith(name) for one in notebooks())]
    if unknown:
        known = ", ".join(path.stem for path in notebooks())
        raise SystemExit(f"No notebook begins with {', '.join(unknown)}. There are: {known}.")
    return [one for one in notebooks() if not names or one.name.startswith(tuple(names))]


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for, and say how long each took."""
    head, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        description=head, epilog=more, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", nargs="*", help="beginning of a file name, such as 02; all if none")
    parser.add_argument("--toy", action="store_true", help="at toy size, and store nothing")
    asked = parser.parse_args(arguments)

    failed = 0
    for path in chosen(asked.name):
        notebook, begun = read(path), time.monotonic()
        try:
            executed(made_small(notebook) if asked.toy else notebook)
        except CellExecutionError as error:
            told = COLOURS.sub("", str(error))
            print(f"{path.stem}: failed, nothing stored\n{told}", file=sys.stderr)
            failed += 1
            continue
        if not asked.toy:
            nbformat.write(cleaned(notebook), path)
        print(f"{path.stem}: {time.monotonic() - begun:.0f} seconds", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
