"""Numbers that somebody typed into a sentence, where they grow stale when the model changes.

A number in prose is suspect unless it is of a kind that no run of the model can change (KINDS), an
argument that the code of the same page uses, or generated. Spelled-out numbers are not looked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GENERATED = re.compile(
    r"<!-- generated: .*?<!-- end -->|<!-- value: .*?<!-- end -->|<!--.*?-->", re.DOTALL
)
FENCED = re.compile(r"^( *)(```+)([^\n]*)\n(.*?)^\1\2 *$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`+[^`]+`+")
TARGET = re.compile(r"\[[\d.]+\]\([^)]*\)|\]\([^)]*\)|https?://\S+")
HEADING = re.compile(r"^#+ .*$", re.MULTILINE)
LISTED = re.compile(r"^ *\d+\. |^\| \d+(\.\d+)* |\[\d\d (?=[A-Z])", re.MULTILINE)

KINDS = {
    "a year": r"(?<![\d.,])(19|20)\d\d(?!\.?\d)",
    "a word with digits in it, such as the key of a source or the name of an experiment":
    r"\b[A-Za-z_]\w*\d\w*(-\d+)?\b|\b\d+[A-Za-z]\w*\b",
    "a version": r"(Python|Mesa|version|numpy|pandas|MPICH|Philox\w*|ODD|IEEE|mutmut|scipy|"
    r"lifelines|scikit-survival|AVX-?) ?\d[\w.]*(( to|,| or| and) \d[\d.]*)*",
    "a part of the pages": r"\b([Ss]ections?|[Ss]teps?|[Ll]essons?|[Nn]otebooks?|[Dd]ecisions?|"
    r"[Ee]xperiments?|[Pp]ropositions?|[Cc]laims?|[Cc]aution|[Ee]xercises?|question|rules?|code) "
    r"\d+(\.\d+)?(( to|,| and| or) \d+(\.\d+)?)*|§ ?\d+",
    "the level of an interval or a test": r"\b95 ?%|\bthe 5 ?% level\b",
    "nothing and all, the ends of a share": r"(?<![\d.,])-?[01](\.0)?(?![\d.]*\d)|\[0, 1\]",
    "a whole year of a run, or its month": r"\byears? \d+(( to|,| and| or) \d+)*\b"
    r"|\bmonths? (1|12|24|36|48|60|72|84|96|108|120)\b",
    "a day": r"\b\d+ (January|February|March|April|May|June|July|August|September|October|November|"
    r"December)\b",
    "a size of paper": r"\bA4\b",
}  # fmt: skip
ALLOWED = {
    "CONTRIBUTING.md": (r"(?s).*", "limits that the project sets itself"),
    "docs/app.md": (r"a breach of \d+ and one of \d+|for \d+ and for \d+ months", "things to try"),
    "docs/estimators.md": (r"\b12 (\*d\*|times)", "months in a year"),
    "docs/model.md": (r"(?s)^## 7 Submodels.*?^(?=## 8)", "coefficients of the equations"),
    "docs/reporting.md": (r"\b4x32-10\b", "the name of a generator"),
    "docs/teaching.md": (
        r"^\| \d+\W\d+ \||\b90 minutes|minute \d+|^For \d+ to \d+ people|^\*\*30 minutes.*",
        "the plan of a class",
    ),
    "docs/decisions": (r"(?s).*", "records of what was known on their day"),
    "notebooks/02": (r"\b48 months only|at most 48\b", "an exercise"),
    "notebooks/07": (
        r"\b44\b|\b5 % or|with 8 members", "systems there were, a level, an arm that has a name"
    ),
    "trustsim/data": (r"(?s).*", "what was published"),
}  # fmt: skip
"""What else may stand on a page (or below a folder), and why."""
KNOWN = re.compile("|".join(f"(?:{kind})" for kind in KINDS.values()))
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?|(?<![\w\d])\.\d+")


def suspects(text: str, code: str = "", allowed: str = "(?!)") -> Iterator[tuple[int, str]]:
    """The line and the number of everything suspect in a text; code is what stands elsewhere."""
    shown = re.compile(r"<!-- shown -->\s*\Z")
    for found in FENCED.finditer(text):
        if not shown.search(text[: found.start()]):
            code += found[4]
    code += " ".join(CODE.findall(FENCED.sub("", text)))
    arguments = {one.replace("_", "").replace(",", "") for one in re.findall(r"[\d_.,]*\d", code)}
    arguments |= {f"{float(one):g}" for one in arguments if re.fullmatch(r"\d*\.\d+", one)}
    here = re.compile(allowed, re.MULTILINE)
    for hidden in (here, FENCED, GENERATED, CODE, TARGET, HEADING, LISTED, KNOWN):
        text = hidden.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    for found in NUMBER.finditer(text):
        plain = found[0].replace(",", "")
        if plain not in arguments and f"{float(plain):g}" not in arguments:
            yield text.count("\n", 0, found.start()) + 1, found[0]


def on_page(path: Path) -> Iterator[tuple[int, str]]:
    """The line (of a notebook the cell) and the number of everything suspect in its prose."""
    name = path.resolve().relative_to(ROOT).as_posix()
    allowed = [what for where, (what, _) in ALLOWED.items() if name.startswith(where)]
    pattern = allowed[0] if allowed else "(?!)"
    if path.suffix == ".md":
        yield from suspects(path.read_text("utf-8"), allowed=pattern)
        return
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = "\n".join("".join(one["source"]) for one in cells if one["cell_type"] == "code")
    code += " ".join(found for one in cells for found in CODE.findall("".join(one["source"])))
    for number, one in enumerate(cells):
        if one["cell_type"] == "markdown":
            for _, found in suspects("".join(one["source"]), code, pattern):
                yield number, found
