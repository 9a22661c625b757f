"""The code blocks of the pages, and a runner that does what a reader would do with them.

    python -m tests.examples docs/tutorial.md     writes anew what its examples show

A block of `sh` is typed line by line, one of `python` goes on where the one before ended, and the
value of its last line is shown, as a notebook does. `<!-- shown -->` before a block of `text`
means: this, on standard output, comes of the block before. A line `...` at its end leaves the rest
out.
`<!-- file: NAME -->` before any other block means that the reader saves it as NAME.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import sys
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


class Block(NamedTuple):
    """One fenced block; line is that of its fence, kind and name those of the note before it."""

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
    """What readers of the repository read: its README, and everything in docs."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [str(page.relative_to(ROOT)) for page in found]


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
    """The lines of a block of `sh`, without what is said beside them; long ones joined."""
    joined = re.sub(r"\s*\\\n\s*", " ", block.text)
    lines = (COMMENT.sub("", line).strip() for line in joined.splitlines())
    return [line for line in lines if line]


def call(words: list[str]) -> str:
    """What a command of trustsim prints; fails if it ends with another code than 0."""
    from trustsim import cli

    printed, told, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = words
    code: Any = 0
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(told):
            cli.app(prog_name="trustsim")
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.argv = before
    assert not code, f"{shlex.join(words)}: {told.getvalue()}"
    return printed.getvalue()


def cell(code: str, space: dict[str, Any], label: str) -> str:
    """What a cell with this code shows: what it prints, then the value of its last line."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, label, "exec"), space)  # noqa: S102
        if last is not None:
            value = eval(compile(ast.Expression(last.value), label, "eval"), space)
            if value is not None:
                print(repr(value))
    return printed.getvalue()


def smaller(code: str) -> str:
    """The same Python with few partnerships."""
    return SIZES.sub(lambda one: f"{one[1]}={FEW[one[1]]}", code)


SMALL = {
    "run": ["--replicates", "4", "--months", "14", "--workers", "1"],
    "compare": ["--replicates", "4", "--months", "14", "--workers", "1"],
    "validate": ["--replicates", "12", "--setting", "voluntary"],
}
"""Options that make a command small: of two equal ones the last counts."""


class Reader:
    """Somebody who does what a page says, from top to bottom, in a folder of their own."""

    def __init__(self, *, small: bool, skipped: tuple[str, ...] = ()) -> None:
        self.small = small
        self.skipped = skipped
        self.space: dict[str, Any] = {"__name__": "example"}
        self.done: list[str] = []

    def does(self, block: Block) -> str:
        """What comes of one block."""
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
        """What comes of one line; nothing, if it is one of those that are skipped."""
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


def renewed(page: str, folder: Path) -> str:
    """A page with what its examples show now."""
    text = read(page)
    before, changes, got = os.getcwd(), [], ""
    os.chdir(folder)
    try:
        reader = Reader(small=False)
        for block in blocks(page, text):
            if block.kind == "shown":
                changes.append((block, as_shown(block, got)))
            else:
                got = reader.does(block)
    finally:
        os.chdir(before)
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


if __name__ == "__main__":
    import tempfile

    import matplotlib

    matplotlib.use("agg")
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as place:
            new = renewed(name, Path(place))
        (ROOT / name).write_text(new, encoding="utf-8")
