"""The pages say what the code does: generated parts are fresh, rules are named, links lead on."""

import importlib.util
import inspect
import re
import sys
from pathlib import Path

import pytest

from trustsim import citations
from trustsim.model.phases import PHASES
from trustsim.model.rules import RULE_MODULES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PRIVATE = re.compile(r"/(work|home|root|tmp)/|shared/design")


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def loaded(path: Path, name: str):
    """A file run as a module."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def generate():
    return loaded(DOCS / "generate.py", "docs_generate")


@pytest.fixture(scope="module")
def prose():
    return loaded(DOCS / "prose.py", "docs_prose")


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What is below one heading, down to the next of the same depth or above."""
    depth = heading.index(" ")
    parts = re.split(rf"^(?=#{{1,{depth}}} )", text, flags=re.MULTILINE)
    found = [part for part in parts if part.startswith(heading)]
    assert len(found) == 1, f"{len(found)} sections begin with {heading!r}"
    return found[0]


def anchors(text: str) -> set[str]:
    """Names by which headings of a page are linked to, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_generated_parts_are_fresh(generate, capsys):
    assert generate.main(["--quick", "--check"]) == 0, (
        f"run: python docs/generate.py\n{capsys.readouterr().out}"
    )


def test_what_is_stale_is_seen_and_renewed(generate):
    for name, right, wrong in (
        ("docs/model.md", "| `negativity` |", "| `negativety` |"),
        ("docs/scaling.md", "| a run |", "| a stroll |"),
        ("README.md", "<!-- value: facts-passed -->", "<!-- value: facts-passed -->1000"),
    ):
        text = (ROOT / name).read_text(encoding="utf-8")
        stale = text.replace(right, wrong)
        assert stale != text
        assert generate.renewed(stale) == text


def test_every_part_stands_on_a_page(generate):
    text = "".join(page.read_text(encoding="utf-8") for page in generate.pages())
    assert set(re.findall(r"<!-- generated: ([a-z-]+)", text)) - {"table"} == set(generate.PARTS)
    assert set(re.findall(r"<!-- value: ([a-z-]+) -->", text)) == set(generate.VALUES)


def test_an_installed_copy_is_not_read_for_the_pages_of_a_checkout(generate, monkeypatch, tmp_path):
    monkeypatch.setattr(generate.citations, "__file__", str(tmp_path / "trustsim" / "citations.py"))
    with pytest.raises(SystemExit):
        generate.main(["--quick"])


@pytest.mark.parametrize(
    "page",
    PAGES + sorted((ROOT / "notebooks").glob("*.ipynb")),
    ids=name_of,
)
def test_no_result_is_typed_into_a_sentence(prose, page):
    """Generate it or leave it out; kinds that no run can change are listed in docs/prose.py."""
    found = list(prose.on_page(page))
    assert not found, "(line or cell, number)"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Then 41 % are mature.", ["41"]),
        ("The median is .3, or 2,000 runs.", [".3", "2,000"]),
        ("<!-- shown -->\n```text\n41 %\n```\nThen 41 % are mature.", ["41"]),
        ("They mature in month 26.", ["26"]),
        ("In 2018 (slovic1993) a share in [0, 1] had its 95 % interval.", []),
        ("With `seed=7`, seed 7. See [7.4](x.md#74-a), year 5 and E13.", []),
        ("<!-- value: facts -->11<!-- end --> facts", []),
        ("1. See section 7.\n\n| 2.1 item | b |\n", []),
    ],
)
def test_what_counts_as_a_typed_result(prose, text, numbers):
    assert [found for _, found in prose.suspects(text)] == numbers


@pytest.mark.parametrize("module", RULE_MODULES, ids=lambda module: module.__name__.split(".")[-1])
def test_every_rule_stands_in_the_section_of_its_file(module):
    file = module.__name__.split(".")[-1]
    number = RULE_MODULES.index(module) + 1
    here = section(text_of("model.md"), f"### 7.{number} {file} (`{file}.py`)")
    rules = [
        name
        for name, item in vars(module).items()
        if inspect.isfunction(item) and item.__module__ == module.__name__
    ]
    assert rules
    missing = [name for name in rules if f"`{name}`" not in here]
    assert not missing, "describe them: equation, units, reason, reference"


def test_every_phase_is_described_in_order():
    text = section(text_of("model.md"), "## 3 Process overview")
    assert tuple(re.findall(r"^\d+\. \*\*`(\w+)`\*\*", text, flags=re.MULTILINE)) == PHASES


def test_all_eleven_concepts_of_odd_are_there():
    concepts = re.findall(r"^\*\*([A-Z][a-z ]+)\.\*\*", section(text_of("model.md"), "## 4"), re.M)
    assert concepts == [
        "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction",
        "Sensing", "Interaction", "Stochasticity", "Collectives", "Observation",
    ]  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere_sources_are_known_and_no_place_is_private(page):
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
    keys = set(re.findall(r"\b[a-z]{3,}(?:19|20)\d\d[a-z]*\b", text))
    assert keys <= set(citations.references())
    assert not PRIVATE.search(text)


def test_every_page_can_be_reached_from_the_index():
    seen, waiting = set(), [DOCS / "index.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            if "://" not in link:
                waiting.append(page.parent / link.partition("#")[0])
    assert not {page.resolve() for page in PAGES} - seen
