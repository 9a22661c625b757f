"""Every example in the README, CONTRIBUTING and docs is run as a reader would run it.

It is run here, or by the test named in ELSEWHERE; what can't be run has its reason in NOT_RUN.
"""

import importlib.util
import re
import tomllib
from pathlib import Path

import matplotlib
import pytest

from docs import examples
from docs.examples import ROOT, Reader, agrees, blocks, typed
from trustsim.scenarios import interventions
from trustsim.scenarios.files import from_toml
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.registry import GROUP

WHOLE = ("docs/tutorial.md",)
"""Run at full size, and what they show is compared."""

SMALL = (
    "README.md", "docs/calibration.md", "docs/questions.md", "docs/teaching.md",
    "docs/validation.md",
)  # fmt: skip
"""Run with few partnerships."""

ELSEWHERE = {
    "docs/app.md": ("tests/app/test_fates.py", 1),
    "docs/comparing.md": ("tests/test_comparing.py", None),
    "docs/estimators.md": ("tests/analysis/test_estimators_page.py", 1),
    "docs/extending.md": ("tests/test_examples.py", 4),
    "docs/gallery.md": ("tests/figures/test_every_figure.py", None),
    "docs/interoperability.md": ("tests/interoperability/test_page.py", None),
    "docs/scaling.md": ("tests/sweeps/test_executors.py", 2),
    "docs/sweeping.md": ("tests/test_sweeping_page.py", None),
}
"""The test that runs a page's Python, and how many blocks it runs; None: all of them."""

NOT_RUN = {
    "pip install": "changes the environment of the tests; that its extra exists is tested here",
    "make ": "a test that runs the tests would not end; that its target exists is tested here",
    "dask ": "started by tests/sweeps/test_executors.py",
    "mpiexec ": "started by tests/sweeps/test_executors.py",
    "python3 -m venv ": "makes an environment: tests/test_readme.py looks at it",
    "python -m venv ": "makes an environment",
    ". .venv/bin/activate": "the same",
    "lifelines-env/": "the same",
    "python docs/generate.py": "run by tests/test_docs.py",
    "python experiments/run.py": "run as toys by experiments/test_experiments.py",
    "trustsim app": "listens until it is stopped: tests/app/test_serve.py",
    "trustsim calibrate": "takes minutes; small in tests/calibration/test_command.py",
    "trustsim lesson --all": "takes minutes; one lesson in tests/app/test_handouts.py",
    "trustsim lesson bullets luck": "the same",
    "trustsim merge shards/1": "needs the parts of three machines: tests/test_cli_studies.py",
    "trustsim sweep study.toml --out out/study --executor": "needs a cluster: "
    "tests/sweeps/test_executors.py",
    'trustsim sweep study.toml --out "shards/': "needs a queue: tests/sweeps/test_executors.py",
}
"""Lines that are not run here, by how they begin, and why."""

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


def commands(page):
    return [(one, line) for one in blocks(page) if one.language == "sh" for line in typed(one)]


def pythons(page):
    return [one for one in blocks(page) if one.language == "python"]


def excused(line):
    return line.startswith(tuple(NOT_RUN))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where a reader works; with a small study for pages that have none."""
    matplotlib.use("agg")
    monkeypatch.chdir(tmp_path)
    Path("study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("page", WHOLE)
def test_a_page_shows_what_comes_out(page, folder, monkeypatch):
    """Doubt about the parameters takes most of the time and is shown on no page: two draws do."""
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
    assert {line for _, line in commands(page) if not excused(line)} <= set(reader.done)


@pytest.mark.parametrize("page", sorted(ELSEWHERE))
def test_the_commands_of_a_page_work(page, folder, undrawn):
    """The Python of these pages runs in other tests."""
    for _, line in commands(page):
        Reader(small=True, skipped=tuple(NOT_RUN)).types(line)
        if line.startswith("trustsim compare") and (out := re.search(r"--out (\S+)", line)):
            assert (folder / out[1] / "report.html").is_file()


def test_every_example_is_run_or_excused():
    for page in PAGES:
        known = {*WHOLE, *SMALL, *ELSEWHERE}
        for block, line in commands(page):
            assert excused(line) or (page in known and line.startswith("trustsim ")), block.label
        if pythons(page) and page not in (*WHOLE, *SMALL):
            assert page in ELSEWHERE, f"{page} has Python that no test runs"
            test, count = ELSEWHERE[page]
            text = (ROOT / test).read_text(encoding="utf-8")
            assert Path(page).stem in text, f"{test} does not read {page}"
            assert count is None or len(pythons(page)) == count, page
        for block in blocks(page):
            assert block.language in LANGUAGES, block.label
            assert block.kind != "shown" or page in WHOLE, block.label
    lines = [line for page in PAGES for _, line in commands(page)]
    for start, why in NOT_RUN.items():
        assert any(line.startswith(start) for line in lines), start
        assert all((ROOT / path).is_file() for path in re.findall(r"tests/[\w/]+\.py", why)), why


def test_targets_and_extras_that_are_typed_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = set(project["project"]["optional-dependencies"])
    for page in PAGES:
        for block, line in commands(page):
            if line.startswith("make "):
                assert re.search(rf"^{line.split()[1]}:", makefile, re.MULTILINE), block.label
            if line.startswith("pip install"):
                assert set(re.findall(r"\[(\w+)\]", line)) <= extras, block.label


@pytest.fixture
def written(tmp_path):
    """Runs an example of extending.md, found by its name, as a module."""

    def run(name):
        (block,) = [one for one in blocks("docs/extending.md") if one.name == name]
        path = tmp_path / name
        path.write_text(block.text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return run


def test_the_example_of_a_silver_bullet_works(written, monkeypatch):
    added = written("league_table.py").league_table
    monkeypatch.setattr(interventions, "league_table", added, raising=False)
    tests = [test for name, test in vars(written("test_league_table.py")).items() if "test" in name]
    assert len(tests) == 2
    for test in tests:
        test()


def test_the_example_of_a_registered_bullet_works(written, capsys):
    try:
        own = written("own_bullet.py")
        shown = capsys.readouterr().out
        assert from_toml(own.pledged.to_toml()) == own.pledged
        assert own.study.size() == 2
    finally:
        CATALOG.pop("pledge_day", None)
    assert "Leaders sign in public" in shown
    assert 'interventions = ["pledge_day(start=12)"]' in shown
    (entry,) = [one for one in blocks("docs/extending.md") if one.language == "toml"]
    offered = tomllib.loads(entry.text)["project"]["entry-points"]
    assert offered == {GROUP: {"pledge_day": "own_bullets:pledge_day"}}


def test_the_example_of_an_own_behaviour_works(written):
    assert written("grudging.py").partnership.month == 12


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
"""


def test_blocks_are_found_as_a_reader_sees_them():
    first, second, third = blocks("page", PAGE)
    assert typed(first) == ["trustsim explain handover", "make demo"]
    assert (second.kind, second.text, second.line) == ("shown", "one\n\n...\n", 10)
    assert (third.language, typed(third)) == ("sh", ["trustsim verify --quiet"])


def test_what_is_shown_agrees_only_if_it_is_the_same():
    assert agrees("a\nb\n", "a  \nb\n\n")
    assert agrees("a\n...\n", "a\nb\n")
    assert not agrees("a\n", "a\nb\n")
    assert not agrees("a\nb\n...\n", "a\nb\n")


def test_what_is_shown_is_renewed():
    page = "```python\n1 + 1\n```\n\n<!-- shown -->\n```text\n3\n```\n"
    assert examples.renewed(page) == page.replace("3", "2")


def test_a_wrong_example_is_seen(folder):
    broken = "```python\nimport trustsim\ntrustsim.simulat\n```\n"
    with pytest.raises(AttributeError):
        Reader(small=True).does(blocks("page", broken)[0])
    with pytest.raises(AssertionError, match="handovr"):
        Reader(small=True).types("trustsim explain handovr")
