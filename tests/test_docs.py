"""The documentation says what the code does, names every rule, and links to what is there."""

import importlib.util
import inspect
import re
import textwrap
import tomllib
from pathlib import Path

import pytest

from trustsim import citations
from trustsim.model.parameters import BY_NAME
from trustsim.model.phases import PHASES
from trustsim.model.rules import RULE_MODULES
from trustsim.scenarios import interventions
from trustsim.scenarios.files import from_toml
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.registry import GROUP

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PRIVATE = re.compile(r"/(work|home|root|tmp)/|shared/design")


def loaded(path: Path, name: str):
    """A file run as a module of its own."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def generate():
    return loaded(DOCS / "generate.py", "docs_generate")


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands below one heading, down to the next of the same depth or above."""
    depth = heading.index(" ")
    parts = re.split(rf"^(?=#{{1,{depth}}} )", text, flags=re.MULTILINE)
    found = [part for part in parts if part.startswith(heading)]
    assert len(found) == 1, f"{len(found)} sections begin with {heading!r}"
    return found[0]


def prose(generate, text: str) -> str:
    """A page without its generated parts."""
    return generate.PART.sub("", text)


def anchors(text: str) -> set[str]:
    """Names by which headings of a page are linked to, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def example(page: str, name: str) -> str:
    """The block of Python that follows `<!-- example: NAME -->`."""
    found = re.search(
        rf"<!-- example: {re.escape(name)} -->\n *```python\n(.*?)^ *```",
        text_of(page),
        re.S | re.M,
    )
    assert found, f"no example {name} in {page}"
    return textwrap.dedent(found[1])


def test_generated_parts_are_as_the_code_has_them(generate):
    stale = [page.name for page in generate.stale()]
    assert not stale, "run: python docs/generate.py --write"


def test_an_installed_copy_is_not_read_for_the_pages_of_a_checkout(generate, monkeypatch, tmp_path):
    monkeypatch.setattr(generate.citations, "__file__", str(tmp_path / "trustsim" / "citations.py"))
    monkeypatch.setattr("sys.argv", ["generate.py", "--write"])
    with pytest.raises(SystemExit, match="pip install -e"):
        generate.main()


def test_a_stale_part_is_seen(generate):
    text = text_of("model.md")
    assert generate.renewed(text) == text
    broken = text.replace("| `negativity` |", "| `negativety` |")
    assert broken != text
    assert generate.renewed(broken) == text


def test_the_pages_print_every_table(generate):
    pages = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert set(re.findall(r"<!-- generated: ([a-z-]+) -->", pages)) == set(generate.PARTS)


@pytest.mark.parametrize("module", RULE_MODULES, ids=lambda module: module.__name__.split(".")[-1])
def test_every_rule_stands_in_the_section_of_its_file(generate, module):
    file = module.__name__.split(".")[-1]
    text = prose(generate, section(text_of("model.md"), "## 7 Submodels"))
    number = RULE_MODULES.index(module) + 1
    here = section(text, f"### 7.{number} {file} (`{file}.py`)")
    rules = [
        name
        for name, item in vars(module).items()
        if inspect.isfunction(item) and item.__module__ == module.__name__
    ]
    assert rules
    missing = [name for name in rules if f"`{name}`" not in here]
    assert not missing, "describe them: equation, units, reason, reference"


def test_every_phase_is_told_in_order(generate):
    text = prose(generate, section(text_of("model.md"), "## 3 Process overview"))
    assert tuple(re.findall(r"^\d+\. \*\*`(\w+)`\*\*", text, flags=re.MULTILINE)) == PHASES


def test_all_seven_elements_and_eleven_concepts_of_odd_are_there():
    text = text_of("model.md")
    for heading in (
        "1 Purpose and patterns", "2 Entities, state variables and scales",
        "3 Process overview and scheduling", "4 Design concepts", "5 Initialization",
        "6 Input data", "7 Submodels",
    ):  # fmt: skip
        assert section(text, f"## {heading}")
    concepts = re.findall(r"^\*\*([A-Z][a-z ]+)\.\*\*", section(text, "## 4 Design"), re.MULTILINE)
    assert concepts == [
        "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction",
        "Sensing", "Interaction", "Stochasticity", "Collectives", "Observation",
    ]  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    broken = []
    for link in LINK.findall(text):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        known = target.exists() and (
            not anchor or anchor in anchors(target.read_text(encoding="utf-8"))
        )
        if not known:
            broken.append(link)
    assert not broken


def test_every_page_can_be_reached_from_the_index():
    seen, waiting = set(), [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            file = link.partition("#")[0]
            if file and "://" not in link:
                waiting.append((page.parent / file).resolve())
    assert not {page.resolve() for page in PAGES} - {page.resolve() for page in seen}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_pages_cite_known_sources_and_no_private_place(page):
    text = page.read_text(encoding="utf-8")
    known = citations.references()
    keys = set(re.findall(r"\b[a-z]{3,}(?:19|20)\d\d[a-z]*\b", text))
    assert keys <= set(known)
    assert not PRIVATE.search(text)


def test_claims_name_parameters_and_interventions_that_exist(generate):
    rows = [line.split("|") for line in section(text_of("claims.md"), "## Claims").splitlines()]
    cells = [row[4] for row in rows if len(row) == 8 and row[1].strip().isdigit()]
    assert len(cells) == 31
    named = {name for one in cells for name in re.findall(r"`(\w+)`", one)}
    settings, windows = {"stp", "hierarchy"}, {"start", "months"}
    assert named <= set(BY_NAME) | set(CATALOG) | settings | windows


def test_the_example_of_a_silver_bullet_works(tmp_path, monkeypatch):
    path = tmp_path / "league_table.py"
    path.write_text(example("extending.md", path.name), encoding="utf-8")
    added = loaded(path, "catalog_with_one_more").league_table
    monkeypatch.setattr(interventions, "league_table", added, raising=False)
    its_test = tmp_path / "test_league_table.py"
    its_test.write_text(example("extending.md", its_test.name), encoding="utf-8")
    tests = [
        item for key, item in vars(loaded(its_test, "its_test")).items() if key.startswith("test_")
    ]
    assert len(tests) == 2
    for test in tests:
        test()


def test_the_example_of_a_silver_bullet_of_ones_own_works(tmp_path, capsys):
    path = tmp_path / "own_bullet.py"
    path.write_text(example("extending.md", path.name), encoding="utf-8")
    try:
        own = loaded(path, "own_bullet")
        shown = capsys.readouterr().out
        assert from_toml(own.pledged.to_toml()) == own.pledged
        assert own.study.size() == 2
    finally:
        del CATALOG["pledge_day"]
    assert "Leaders sign in public" in shown
    assert 'interventions = ["pledge_day(start=12)"]' in shown
    entry = tomllib.loads(re.findall(r"```toml\n(.*?)```", text_of("extending.md"), re.DOTALL)[0])
    assert entry["project"]["entry-points"] == {GROUP: {"pledge_day": "own_bullets:pledge_day"}}


def test_the_example_of_an_own_behaviour_works(tmp_path):
    path = tmp_path / "grudging.py"
    path.write_text(example("extending.md", path.name), encoding="utf-8")
    assert loaded(path, "grudging").partnership.month == 12
