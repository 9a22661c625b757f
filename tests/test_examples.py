"""Every example in the README and in docs is done as a reader would do it.

Here, or by a test that is named here. One that can't be done has its reason in NOT_RUN. What pages
show is what comes out.
"""

import re
import tomllib
from pathlib import Path

import matplotlib
import pytest

from tests import examples
from tests.examples import ROOT, Block, Reader, agrees, blocks, typed

WHOLE = ("docs/tutorial.md",)
"""Done at the size they have, but for doubt that they do not show, and what they show is compared.
"""

SMALL = (
    "README.md", "docs/calibration.md", "docs/questions.md", "docs/teaching.md",
    "docs/validation.md",
)  # fmt: skip
"""Done with few partnerships."""

ELSEWHERE = {
    "docs/app.md": ("tests/app/test_fates.py", 1),
    "docs/cases.md": ("tests/experiments/test_cases_page.py", 1),
    "docs/comparing.md": ("tests/test_comparing.py", None),
    "docs/estimators.md": ("tests/analysis/test_estimators_page.py", 1),
    "docs/extending.md": ("tests/test_docs.py", 4),
    "docs/gallery.md": ("tests/figures/test_gallery.py", None),
    "docs/interoperability.md": ("tests/interoperability/test_page.py", None),
    "docs/scaling.md": ("tests/sweeps/test_executors.py", 2),
    "docs/sweeping.md": ("tests/test_sweeping_page.py", None),
}
"""The test that runs a page's Python, and how many blocks it runs; None: as many as there are."""

NOT_RUN = {
    "pip install": "makes what the tests run in; that its extra exists is tested here",
    "make ": "that its target exists is tested here; a test that runs the tests would not end",
    "dask ": "started on free ports by tests/sweeps/test_executors.py",
    "mpiexec ": "started with two processes by tests/sweeps/test_executors.py",
    "python3 -m venv ": "the same as the next: tests/test_readme.py looks at it",
    "python -m venv ": "makes another environment; tests/oracles/lifelines_check.py is run in it",
    ". .venv/bin/activate": "the same",
    "lifelines-env/": "the same",
    "python docs/generate.py": "asked by tests/test_docs.py",
    "python experiments/run.py": "each is run as a toy by tests/experiments/test_experiments.py",
    "trustsim app": "listens until it is stopped: tests/app/test_serve.py",
    "trustsim calibrate": "takes minutes; small in tests/calibration/test_command.py",
    "trustsim lesson --all": "takes minutes; one lesson is written by tests/app/test_handouts.py",
    "trustsim lesson bullets luck": "the same; one lesson is written here",
    "trustsim merge shards/1": "needs the parts of three machines: tests/test_cli_studies.py",
    "trustsim sweep study.toml --out out/study --executor": "needs a cluster: "
    "tests/sweeps/test_executors.py",
    'trustsim sweep study.toml --out "shards/': "needs a queue: tests/sweeps/test_executors.py",
}
"""Lines that are not typed here, by how they begin, and why."""

STUDY = """
[study]
scenario = "dyad"
replicates = 4
months = 14

[factors]
handover = [0.0, 0.8]
"""
PAGES = examples.pages()
LANGUAGES = {"python", "sh", "text", "toml", "r", "", "{eval-rst}", "{toctree}"}


def commands(page: str) -> list[tuple[Block, str]]:
    return [(one, line) for one in blocks(page) if one.language == "sh" for line in typed(one)]


def pythons(page: str) -> list[Block]:
    return [one for one in blocks(page) if one.language == "python"]


def excused(line: str) -> bool:
    return line.startswith(tuple(NOT_RUN))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where a reader works; with a small study, for pages that have none of their own."""
    matplotlib.use("agg")
    monkeypatch.chdir(tmp_path)
    Path("study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("page", WHOLE)
@pytest.mark.parametrize("doubt", ["few draws", pytest.param("whole", marks=pytest.mark.slow)])
def test_a_page_shows_what_comes_out(page, doubt, folder, monkeypatch):
    """After a change of science: `python -m tests.examples PAGE`, and read the difference.

    What other parameter values would change takes most of the time, and is shown on no page.
    """
    if doubt == "few draws":
        monkeypatch.setattr("trustsim.cli.doubting.USUAL", 2)
    reader, got, compared = Reader(small=False, skipped=tuple(NOT_RUN)), "", 0
    for block in blocks(page):
        if block.kind == "shown":
            assert agrees(block.text, got), f"{block.label} shows something else:\n{got}"
            compared += 1
        else:
            got = reader.does(block)
    assert compared > 5
    assert {one.label for one in pythons(page)} <= set(reader.done)


@pytest.mark.parametrize("page", SMALL)
def test_the_examples_of_a_page_work(page, folder, undrawn):
    reader = Reader(small=True, skipped=tuple(NOT_RUN))
    for block in blocks(page):
        reader.does(block)
    assert {one.label for one in pythons(page)} <= set(reader.done)
    wanted = {line for _, line in commands(page) if not excused(line)}
    assert wanted <= set(reader.done)


@pytest.mark.parametrize("page", sorted(set(ELSEWHERE) - set(SMALL) - set(WHOLE)))
def test_what_is_typed_works(page, folder, undrawn):
    """The Python of these pages runs in their own tests."""
    for _, line in commands(page):
        Reader(small=True, skipped=tuple(NOT_RUN)).types(line)
        if line.startswith("trustsim compare") and (out := re.search(r"--out (\S+)", line)):
            assert (folder / out[1] / "report.html").is_file()


def test_every_block_of_python_is_run_by_a_test():
    for page in PAGES:
        here = page in WHOLE or page in SMALL
        if here or not pythons(page):
            continue
        assert page in ELSEWHERE, f"{page} has Python that no test runs"
        test, count = ELSEWHERE[page]
        text = (ROOT / test).read_text(encoding="utf-8")
        assert Path(page).stem in text, f"{test} does not read {page}"
        assert count is None or len(pythons(page)) == count, f"{test} runs {count} blocks of {page}"


def test_every_line_that_is_typed_is_run_or_excused():
    """Pages that no test reads hold no command of trustsim, but those that are excused."""
    read = {*WHOLE, *SMALL, *ELSEWHERE}
    for page in PAGES:
        for block, line in commands(page):
            done = page in read and line.startswith("trustsim ")
            assert done or excused(line), f"{block.label}: {line}"


def test_excuses_are_used_and_name_tests_that_are_there():
    lines = [line for page in PAGES for _, line in commands(page)]
    for start, why in NOT_RUN.items():
        assert any(line.startswith(start) for line in lines), start
        for path in re.findall(r"tests/[\w/]+\.py", why):
            assert (ROOT / path).is_file(), path


def test_blocks_say_their_language_and_only_whole_pages_show_results():
    for page in PAGES:
        for block in blocks(page):
            assert block.language in LANGUAGES, block.label
            assert block.kind != "shown" or page in WHOLE, block.label


@pytest.mark.parametrize("page", PAGES)
def test_targets_and_extras_that_are_typed_exist(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = set(project["project"]["optional-dependencies"])
    for block, line in commands(page):
        if line.startswith("make "):
            assert re.search(rf"^{line.split()[1]}:", makefile, re.MULTILINE), block.label
        if line.startswith("pip install"):
            assert set(re.findall(r"\[(\w+)\]", line)) <= extras, block.label


PAGE = """
```sh
trustsim explain handover   # what it is
make demo
```

1. inside a list

   <!-- shown -->
   ```text
   one

   ...
   ```

```
trustsim verify \\
    --quiet
```

```
http://127.0.0.1/
```
"""


def test_blocks_are_found_as_a_reader_sees_them():
    first, second, third, fourth = blocks("page", PAGE)
    assert typed(first) == ["trustsim explain handover", "make demo"]
    assert (second.kind, second.text, second.line) == ("shown", "one\n\n...\n", 10)
    assert (third.language, typed(third)) == ("sh", ["trustsim verify --quiet"])
    assert fourth.language == ""


def test_what_is_shown_agrees_only_if_it_is_the_same():
    assert agrees("a\nb\n", "a  \nb\n\n")
    assert agrees("a\n...\n", "a\nb\n")
    assert not agrees("a\n", "a\nb\n")
    assert not agrees("b\n...\n", "a\nb\n")
    assert not agrees("a\nb\n...\n", "a\nb\n")


def test_a_wrong_example_is_seen(folder):
    broken = "```python\nimport trustsim\ntrustsim.simulat\n```\n"
    with pytest.raises(AttributeError):
        Reader(small=True).does(blocks("page", broken)[0])
    with pytest.raises(AssertionError, match="handovr"):
        Reader(small=True).types("trustsim explain handovr")


def test_small_is_small():
    assert examples.smaller("simulate(s, replicates=10_000, seed=7)") == (
        "simulate(s, replicates=20, seed=7)"
    )
