"""The code blocks of the pages, and a reader who does what a page says.

A block of `sh` is typed line by line. A block of `python` goes on where the one before it ended,
and shows the value of its last line, as a notebook does. A block of `text` below `<!-- shown -->`
is what the block before it prints; `...` in its last line leaves the rest out. Any other block
below `<!-- file: NAME -->` is saved under that name. generate.py renews what is shown; the tests
try every example.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>```+)(?P<language>[\w{}-]*)[^\n]*\n"
    r"(?P<text>.*?)^(?P=indent)(?P=fence) *$",
    re.DOTALL | re.MULTILINE,
)
NOTE = re.compile(r"<!-- (?P<kind>shown|file|example)(?:: (?P<name>[^>]*?))? -->\s*$")
PROGRAM = re.compile(r"^(trustsim|make|pip|python|dask|mpiexec) ", re.MULTILINE)
REST = "...\n"
COMMENT = re.compile(r"\s{2,}#.*$|^#.*$")
FEW = {"replicates": 20, "draws": 4, "at_defaults": 20}
SIZES = re.compile(rf"\b({'|'.join(FEW)})=\d[\d_]*")
SMALL = {
    "run": ["--replicates", "4", "--months", "14", "--workers", "1"],
    "compare": ["--replicates", "4", "--months", "14", "--workers", "1"],
    "validate": ["--replicates", "12", "--setting", "voluntary"],
}
"""Options that make a command small: where one is given twice the last one counts."""


class Block(NamedTuple):
    """One fenced block: where its fence stands, and the note before it."""

    page: str
    line: int
    language: str
    text: str
    kind: str
    name: str
    start: int
    end: int

    @property
    def label(self) -> str:
        return f"{self.page}:{self.line}"


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def pages() -> list[str]:
    """What readers of the repository read: its README, how to take part, and everything in docs."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path.relative_to(ROOT).as_posix() for path in found]


def blocks(page: str, text: str | None = None) -> list[Block]:
    """Every fenced block of a page, in order."""
    text = read(page) if text is None else text
    found = []
    for one in FENCE.finditer(text):
        note = NOTE.search(text[: one.start()])
        program = not one["language"] and PROGRAM.search(one["text"])
        found.append(
            Block(
                page,
                text.count("\n", 0, one.start()) + 1,
                "sh" if program else one["language"],
                re.sub(rf"^{one['indent']}", "", one["text"], flags=re.MULTILINE),
                note["kind"] if note else "",
                (note["name"] or "") if note else "",
                one.start("text"),
                one.end("text"),
            )
        )
    return found


def typed(block: Block) -> list[str]:
    """The lines of a block of `sh`, without comments, long ones joined."""
    joined = re.sub(r"\s*\\\n\s*", " ", block.text)
    lines = (COMMENT.sub("", line).strip() for line in joined.splitlines())
    return [line for line in lines if line]


def call(words: list[str]) -> str:
    """What a command of trustsim prints; fails if it ends with another code than 0."""
    from trustsim import cli

    printed, said, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = words
    code: Any = 0
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
            cli.app(prog_name="trustsim")
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.argv = before
    assert not code, f"{shlex.join(words)}: {said.getvalue()}"
    return printed.getvalue()


def cell(code: str, space: dict[str, Any], label: str) -> str:
    """What a cell with this code shows: what it prints, then the value of its last line."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, label, "exec"), space)  # noqa: S102
        if last is not None:
            value = eval(compile(ast.Expression(last.value), label, "eval"), space)  # noqa: S307
            if value is not None:
                print(repr(value))
    return printed.getvalue()


def smaller(code: str) -> str:
    """The same Python with few partnerships."""
    return SIZES.sub(lambda one: f"{one[1]}={FEW[one[1]]}", code)


class Reader:
    """Somebody who does what a page says, from top to bottom."""

    def __init__(self, *, small: bool, skipped: tuple[str, ...] = ()) -> None:
        self.small = small
        self.skipped = skipped
        self.space: dict[str, Any] = {"__name__": "example"}
        self.done: list[str] = []

    def does(self, block: Block) -> str:
        """What one block shows."""
        if block.kind == "file":
            Path(block.name).write_text(block.text, encoding="utf-8")
            return ""
        if block.language == "python":
            self.done.append(block.label)
            code = smaller(block.text) if self.small else block.text
            return cell(code, self.space, block.label)
        if block.language == "sh":
            return "".join(self.types(line) for line in typed(block))
        return ""

    def types(self, line: str) -> str:
        """What one line prints; nothing if it is one of those that are skipped."""
        if not line.startswith("trustsim") or line.startswith(self.skipped):
            return ""
        self.done.append(line)
        words = shlex.split(line)
        return call([*words, *(SMALL.get(words[1], []) if self.small else [])])


def agrees(shown: str, got: str) -> bool:
    """Whether a page shows what came out; a last line `...` stands for any rest."""
    shown, got = (tidy(text) for text in (shown, got))
    if shown.endswith(REST):
        shown = shown.removesuffix(REST)
        return got.startswith(shown) and got != shown
    return shown == got


def tidy(text: str) -> str:
    """Without spaces at the ends of lines, which nobody sees."""
    return "".join(f"{line.rstrip()}\n" for line in text.rstrip().splitlines())


def shows(text: str) -> bool:
    """Whether a page shows what its examples print."""
    return any(block.kind == "shown" for block in blocks("", text))


def renewed(text: str) -> str:
    """A page with what its examples show now; it is read in an empty folder."""
    changes, got = [], ""
    with tempfile.TemporaryDirectory() as folder, _inside(Path(folder)):
        reader = Reader(small=False)
        for block in blocks("page", text):
            if block.kind == "shown":
                changes.append((block, as_shown(block, got)))
            else:
                got = reader.does(block)
    for block, new in reversed(changes):
        text = text[: block.start] + new + text[block.end :]
    return text


def as_shown(block: Block, got: str) -> str:
    """What came out, cut where the page cuts it."""
    got = tidy(got)
    if not block.text.endswith(REST):
        return got
    kept = block.text.count("\n") - 1
    return "".join(got.splitlines(keepends=True)[:kept]) + REST


@contextlib.contextmanager
def _inside(folder: Path):
    """Work in a folder; matplotlib draws without a window there."""
    import matplotlib

    matplotlib.use("agg")
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
