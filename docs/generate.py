"""Every number in the pages and the notebooks, written by one command.

    python docs/generate.py                  all of them (make pages), in some minutes
    python docs/generate.py --quick          only what needs no simulation, in seconds
    python docs/generate.py --check --quick  names the pages that are stale; exits with 1 if any is
    python docs/generate.py docs/tutorial.md notebooks/02_attrition_and_time.ipynb    only these

Quick are the tables, which are printed from the code or from results that are stored in a CSV file,
and the single numbers in sentences:

    <!-- generated: NAME -->          up to <!-- end -->; NAME is a key of PARTS
    <!-- generated: table FILE -->    up to <!-- end -->; FILE is a CSV file, from the root
    <!-- value: NAME -->7<!-- end -->     within a line; NAME is a key of VALUES

The rest is what examples print below `<!-- shown -->` (examples.py), the outputs of the notebooks
and the pictures of the gallery. Numbers that took hours come from stored results, and each page
says which command stores them.
"""

from __future__ import annotations

import argparse
import csv
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from trustsim import citations, schema
from trustsim.calibration import TARGETS
from trustsim.glossary import GLOSSARY
from trustsim.model import state
from trustsim.model.actions import ACTIONS
from trustsim.model.parameters import PARAMETERS
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Definition, Effect
from trustsim.scenarios.settings import SETTINGS

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import calibrated  # noqa: E402
import examples  # noqa: E402
import referenced  # noqa: E402
import validated  # noqa: E402

ROOT = HERE.parent
EXPERIMENTS = ROOT / "experiments"
PART = re.compile(r"<!-- generated: ([a-z-]+)(?: ([\w./-]+))? -->\n(.*?)<!-- end -->", re.DOTALL)
VALUE = re.compile(r"<!-- value: ([a-z-]+) -->(.*?)<!-- end -->")
VERDICT = re.compile(r"\*\*(holds|fails|cannot say)\*\* \|$", re.MULTILINE)


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell(one) for one in line) + " |" for line in lines)


def cell(value: object) -> str:
    """One cell: numbers short, bars escaped."""
    text = f"{value:g}" if isinstance(value, int | float) else str(value)
    return text.replace("|", "\\|")


def code(name: object) -> str:
    """A name of the code."""
    return f"`{name}`"


def stateful(entity: type) -> str:
    """State variables of one kind of entity."""
    rows = (
        (code(name), held.unit, f"{held.low:g} to {held.high:g}", held.meaning)
        for name, held in state.described(entity).items()
    )
    return table(
        ("variable", "unit", "range", "meaning"),
        [(*row[:2], row[2].replace("0 to inf", "0 or more"), row[3]) for row in rows],
    )


def columns(of: tuple[schema.Column, ...]) -> str:
    """Columns of one table that trustsim writes."""
    rows = []
    for one in of:
        meaning = one.meaning
        if one.categories:
            meaning += ": " + ", ".join(one.categories)
        rows.append((code(one.name), one.unit, meaning))
    return table(("column", "unit", "meaning"), rows)


def actions() -> str:
    """The actions and their rows."""
    head = (
        "action", "evidence", "integrity?", "promise?", "delivers", "ordered?", "show", "habit",
        "smoke", "counted as", "meaning",
    )  # fmt: skip
    return table(
        head,
        [
            (
                code(one.name), one.evidence, yes(one.violation), yes(one.promise), one.delivers,
                yes(one.ordered), one.show, one.habit, one.smoke, code(one.observable), one.meaning,
            )
            for one in ACTIONS
        ],
    )  # fmt: skip


def yes(flag: float) -> str:
    """A flag as a word."""
    return "yes" if flag else ""


def parameters() -> str:
    """Every parameter, by group: what the equations need. `trustsim explain` adds the rest."""
    parts = []
    for group in dict.fromkeys(one.group for one in PARAMETERS):
        rows = [
            (
                code(one.name), one.default, f"{one.low:g} to {one.high:g}", one.unit,
                yes(one.level == "organisation"), one.meaning,
            )
            for one in PARAMETERS
            if one.group == group
        ]  # fmt: skip
        head = ("name", "default", "range", "unit", "a member's own?", "meaning")
        parts.append(f"**{group}**\n\n{table(head, rows)}")
    return "\n\n".join(parts)


def interventions() -> str:
    """The catalogue, by kind."""
    rows = [
        (
            code(one.name), one.kind, changes(one), one.person_months,
            "one month" if one.lasts_once else "to the end",
        )
        for one in CATALOG.values()
    ]  # fmt: skip
    head = ("name", "kind", "what it changes at full dose", "person-months", "lasts, by default")
    return table(head, rows)


def changes(definition: Definition) -> str:
    """The effects of one catalogue entry with its own defaults, in words."""
    return "; ".join(in_words(one) for one in definition.recipe(**definition.arguments))


def in_words(effect: Effect) -> str:
    """One effect, with what is special about it."""
    operation = {"set": "set to", "add": "plus", "multiply": "times"}[effect.operation]
    words = f"`{effect.parameter}` {operation} {effect.value:g}"
    notes = ["first month only"] * effect.once + ["whatever the dose"] * effect.full
    return f"{words} ({', '.join(notes)})" if notes else words


def settings() -> str:
    """The named settings: how they differ from the defaults."""
    rows = []
    for one in SETTINGS.values():
        values = [f"`{c.parameter}` {c.value:g}" for c in one.choices]
        rows.append(
            (
                code(one.name), one.title, ", ".join(values) or "the defaults",
                ", ".join(code(name) for name in one.interventions),
            )
        )  # fmt: skip
    return table(("setting", "what it is", "values", "in force"), rows)


def targets() -> str:
    """What the defaults and the ensemble of points are calibrated on."""
    rows = [
        (t.name, f"{t.low:g} to {t.high:g}", t.unit, ", ".join(t.source.split())) for t in TARGETS
    ]
    return table(("target", "band", "unit", "sources"), rows)


def propositions() -> str:
    """How many claims of the propositions hold at the defaults, counted from the committed run."""
    with (EXPERIMENTS / "E00_propositions" / "effects.csv").open() as file:
        rows = list(csv.DictReader(file))
    held = sum(row["holds"] == "True" for row in rows)
    asked = len({row["proposition"] for row in rows})
    return f"{held} of {len(rows)} claims of {asked} propositions hold at the defaults."


def experiments() -> str:
    """How the predictions of each experiment fared, counted from the table in its README."""
    rows = []
    for plan in sorted(EXPERIMENTS.glob("E*/predictions.toml")):
        readme = plan.parent / "README.md"
        if not readme.exists():
            continue  # predicted, and not yet run in full
        text = readme.read_text("utf-8")
        title = text.partition("\n")[0].removeprefix("# ")
        verdicts = VERDICT.findall(text)
        counts = [verdicts.count(one) for one in ("holds", "fails", "cannot say")]
        link = f"[{title}](../experiments/{plan.parent.name}/README.md)"
        rows.append((link, len(verdicts), *counts))
    return table(("experiment", "predictions", "hold", "fail", "can't be told"), rows)


def glossary() -> str:
    """Every word with its meaning, by topic, and every action."""
    acts = {"What people do": {action.name: action.meaning for action in ACTIONS}}
    return "\n\n".join(
        f"## {topic}\n\n{table(('word', 'meaning'), {**words, **acts.get(topic, {})}.items())}"
        for topic, words in GLOSSARY.items()
    )


PARTS = {
    "glossary": glossary,
    "state-tie": lambda: stateful(state.Tie),
    "state-person": lambda: stateful(state.Person),
    "state-organisation": lambda: stateful(state.Organisation),
    "state-pair": lambda: stateful(state.Pair),
    "state-partnership": lambda: stateful(state.Partnership),
    "actions": actions,
    "parameters": parameters,
    "interventions": interventions,
    "settings": settings,
    "targets": targets,
    **calibrated.PARTS,
    **validated.PARTS,
    **referenced.PARTS,
    "runs": lambda: columns(schema.RUNS),
    "months": lambda: columns(schema.MONTHS),
    "members": lambda: columns(schema.MEMBERS),
    "occupancy": lambda: columns(schema.OCCUPANCY),
    "acts": lambda: columns(schema.ACTIONS),
    "ties": lambda: columns(schema.TIES),
    "propositions": propositions,
    "experiments": experiments,
}


def facts_asked() -> str:
    """How many facts the scorecard asks about."""
    facts = tomllib.loads((EXPERIMENTS / "E00_scorecard" / "facts.toml").read_text("utf-8"))
    return str(len(facts["fact"]))


def scored(column: str) -> str:
    """What the stored scorecard says about trustsim and the facts that count as tests."""
    (file,) = EXPERIMENTS.glob("E00_scorecard/found/counts.csv")
    with file.open(encoding="utf-8") as source:
        rows = [
            row
            for row in csv.DictReader(source)
            if row["model"] == "trustsim" and row["role"] == "test"
        ]
    return rows[0][column]


VALUES: dict[str, Callable[[], str]] = {
    "facts": lambda: scored("facts"),
    "facts-asked": facts_asked,
    "facts-passed": lambda: scored("passes"),
}
"""Numbers that stand in sentences."""


def stored(file: str) -> str:
    """A CSV file as a table; what is in it stays as it is."""
    with (ROOT / file).open(encoding="utf-8", newline="") as source:
        head, *rows = csv.reader(source)
    return table(tuple(name.replace("_", " ") for name in head), [tuple(row) for row in rows])


def renewed(text: str) -> str:
    """The same text with every generated table and number as it is now."""

    def part(found: re.Match[str]) -> str:
        name, file = found[1], found[2]
        new = stored(file) if name == "table" else PARTS[name]()
        return f"<!-- generated: {name}{f' {file}' if file else ''} -->\n{new}\n<!-- end -->"

    text = PART.sub(part, text)
    return VALUE.sub(
        lambda found: f"<!-- value: {found[1]} -->{VALUES[found[1]]()}<!-- end -->", text
    )


def pages() -> list[Path]:
    """Every page with something generated in it, or that might have."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "trustsim" / "data" / "README.md"]
    return sorted([*found, *HERE.rglob("*.md"), *EXPERIMENTS.rglob("*.md")])


def notebooks() -> list[Path]:
    """Every notebook."""
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def write(page: Path, renew: Callable[[str], str], *, check: bool) -> bool:
    """Renew a page, or only say that it is stale; whether it differs."""
    text = page.read_text("utf-8")
    new = renew(text)
    if new == text:
        return False
    print(f"{page.relative_to(ROOT)}: {'stale' if check else 'written'}", flush=True)
    if not check:
        page.write_text(new, "utf-8")
    return True


def run(*words: str) -> None:
    """Run a program of this repository; raises where it fails."""
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True)


def main(arguments: list[str] | None = None) -> int:
    """Write or check."""
    told = __doc__ or ""
    parser = argparse.ArgumentParser(
        description=told.partition("\n")[0],
        epilog=told.partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="*", type=Path, help="pages and notebooks; all if left out")
    parser.add_argument("--quick", action="store_true", help="nothing that needs a simulation")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a page is stale")
    options = parser.parse_args(arguments)
    read = Path(citations.__file__).resolve().parent
    if read.parent != ROOT.resolve():
        parser.error(f"{read} would be read, not this checkout; first, in it: pip install -e .")
    if options.check and not options.quick:
        parser.error("--check needs --quick: the rest is checked by make check")
    wanted = {path.resolve() for path in options.file}
    known = [path.resolve() for path in (*pages(), *notebooks())]
    if strange := wanted - set(known):
        parser.error(f"no page or notebook: {', '.join(map(str, sorted(strange)))}")
    chosen = [path for path in known if path in wanted or not wanted]

    texts = [path for path in chosen if path.suffix == ".md"]
    differ = [write(path, renewed, check=options.check) for path in texts]
    if options.quick:
        return 1 if options.check and any(differ) else 0
    for path in texts:
        if examples.shows(path.read_text("utf-8")):
            write(path, examples.renewed, check=False)
    numbers = [path.name.partition("_")[0] for path in chosen if path.suffix == ".ipynb"]
    if numbers:
        run("notebooks/execute.py", *numbers)
    if HERE.resolve() / "gallery.md" in chosen:
        run("docs/gallery.py", "--write")
    return 0


if __name__ == "__main__":
    sys.exit(main())
