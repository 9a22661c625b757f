"""What `make mutants` found, as two tables: counts by file, and who survived and why.

    python -m tests.mutation.record     # rewrites survivors.csv, and the table in docs/mutation.md

Reasons are written by hand into survivors.csv and kept as long as the same change survives.
"""

import ast
import csv
import difflib
import json
import re
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MUTANTS = ROOT / "mutants"
PAGE = ROOT / "docs" / "mutation.md"
RECORD = HERE / "survivors.csv"
COLUMNS = ("file", "function", "before", "after", "reason")
BEGIN, END = "<!-- counts: begin -->\n", "<!-- counts: end -->"
KILLED = (1, 3)
"""Exit codes of a test session that failed; out of time, or none that fits, is not a kill."""


def results():
    """Exit code of every mutant, by file."""
    found = {}
    for path in sorted(MUTANTS.glob("trustsim/**/*.py.meta")):
        codes = json.loads(path.read_text())["exit_code_by_key"]
        if codes:
            found[path.relative_to(MUTANTS).with_suffix("")] = codes
    return found


def functions(path):
    """Source lines of every function in a file of mutants, by name."""
    source = (MUTANTS / path).read_text()
    return {
        node.name: ast.get_source_segment(source, node).replace(node.name, "f").splitlines()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }


def survivors(found):
    """Rows of the mutants that no test told from the original, without a reason."""
    rows = []
    for path, codes in found.items():
        alive = [name.rpartition(".")[2] for name, code in codes.items() if code not in KILLED]
        source = functions(path) if alive else {}
        for name in alive:
            function, _, _ = name.partition("__mutmut_")
            before, after = changed(source[f"{function}__mutmut_orig"], source[name])
            # mutmut names a function x_name and a method xǁClassǁname.
            plain = re.sub(r"^x_|^xǁ", "", function).replace("ǁ", ".")
            rows.append((path.as_posix(), plain, before, after))
    return sorted(rows)


def changed(original, mutant):
    """The lines that differ, without their indent."""
    lines = [line for line in difflib.ndiff(original, mutant) if line[:2] in ("- ", "+ ")]
    return tuple(" ".join(line[2:].strip() for line in lines if line[0] == sign) for sign in "-+")


def counts(found):
    """The table of docs/mutation.md."""
    rows, total, killed = [], 0, 0
    for path, codes in found.items():
        dead = sum(code in KILLED for code in codes.values())
        total, killed = total + len(codes), killed + dead
        rows.append(row(path.relative_to("trustsim").as_posix(), len(codes), dead))
    head = "| file | mutants | killed | survived | killed, % |\n| --- | ---: | ---: | ---: | ---: |"
    return "\n".join([head, *rows, row("all", total, killed)]) + "\n"


def row(name, size, dead):
    return f"| {name} | {size} | {dead} | {size - dead} | {100 * dead / size:.0f} |"


def main():
    found = results()
    waiting = sum(code is None for codes in found.values() for code in codes.values())
    if not found or waiting:
        raise SystemExit(f"{waiting} mutants have not been run: `mutmut run` first.")
    reasons = {}
    if RECORD.exists():
        with RECORD.open(encoding="utf-8", newline="") as file:
            reasons = {
                tuple(line[name] for name in COLUMNS[:4]): line["reason"]
                for line in csv.DictReader(file)
            }
    rows = [(*key, reasons.get(key, "")) for key in survivors(found)]
    with RECORD.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    PAGE.write_text(before + BEGIN + counts(found) + END + rest.split(END)[1], encoding="utf-8")
    print(f"{len(rows)} survived, {sum(not line[4] for line in rows)} of them without a reason")


if __name__ == "__main__":
    main()
