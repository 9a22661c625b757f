"""The generated parts of the documentation: tables printed from the code that uses them.

    python docs/generate.py --write     brings every generated part up to date
    python docs/generate.py --check     says which are stale, and exits with 1 if any is

A part stands between `<!-- generated: NAME -->` and `<!-- end -->`; NAME is a key of PARTS.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from trustsim import citations, schema
from trustsim.calibration import TARGETS
from trustsim.glossary import GLOSSARY
from trustsim.model import state
from trustsim.model.actions import ACTIONS
from trustsim.model.parameters import PARAMETERS
from trustsim.model.phases import PHASES
from trustsim.model.rules import RULE_MODULES
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Definition, Effect
from trustsim.scenarios.settings import SETTINGS

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import calibrated  # noqa: E402
import referenced  # noqa: E402
import validated  # noqa: E402

EXPERIMENTS = HERE.parent / "experiments"
PART = re.compile(r"<!-- generated: ([a-z-]+) -->\n(.*?)<!-- end -->", re.DOTALL)
KEY = re.compile(r"\b[a-z]+(?:\d{4}|nd)[a-z]*\b")
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
        rows.append((code(one.name), one.kind, one.unit, meaning))
    return table(("column", "kind", "unit", "meaning"), rows)


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
    """Every parameter, by group."""
    parts = []
    for group in dict.fromkeys(one.group for one in PARAMETERS):
        rows = [
            (
                code(one.name), one.default, f"{one.low:g} to {one.high:g}", one.unit, one.meaning,
                one.level, one.source, one.evidence,
            )
            for one in PARAMETERS
            if one.group == group
        ]  # fmt: skip
        head = ("name", "default", "range", "unit", "meaning", "belongs to", "source", "grade")
        parts.append(f"**{group}**\n\n{table(head, rows)}")
    return "\n\n".join(parts)


def interventions() -> str:
    """The catalogue, by kind."""
    parts = []
    for kind in dict.fromkeys(one.kind for one in CATALOG.values()):
        rows = [
            (
                code(one.name), changes(one), one.predicted, one.person_months,
                "one month" if one.lasts_once else "to the end", ", ".join(one.cites),
            )
            for one in CATALOG.values()
            if one.kind == kind
        ]  # fmt: skip
        head = (
            "name", "what it changes at full dose", "predicted beforehand", "person-months",
            "lasts, unless told", "sources",
        )  # fmt: skip
        parts.append(f"**{kind}**\n\n{table(head, rows)}")
    return "\n\n".join(parts)


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
    """The named settings and why they differ from the defaults."""
    parts = []
    for one in SETTINGS.values():
        text = f"**`{one.name}`**: {one.title}. {one.meaning}"
        if one.interventions:
            text += " In force: " + ", ".join(code(name) for name in one.interventions) + "."
        if one.choices:
            rows = [(code(c.parameter), c.value, c.source, c.why) for c in one.choices]
            text += "\n\n" + table(("choice", "value", "source", "why"), rows)
        parts.append(text)
    return "\n\n".join(parts)


def targets() -> str:
    """What the defaults and the ensemble of points are calibrated on."""
    rows = [
        (t.name, f"{t.low:g} to {t.high:g}", t.unit, ", ".join(t.source.split())) for t in TARGETS
    ]
    return table(("target", "band", "unit", "sources"), rows)


def phases() -> str:
    """The order of a month."""
    return "\n".join(f"{number}. `{name}`" for number, name in enumerate(PHASES, 1))


def rules() -> str:
    """Every rule with its arguments and the result it yields."""
    rows = []
    for module in RULE_MODULES:
        file = module.__name__.rpartition(".")[2]
        for function in functions(module):
            names = ", ".join(function.__code__.co_varnames[: function.__code__.co_argcount])
            first = (function.__doc__ or "").partition("\n")[0]
            rows.append((f"`{file}.{function.__name__}`", names, first))
    return table(("rule", "arguments, in the order of the equation", "yields"), rows)


def functions(module: object) -> list:
    """Public functions defined in a module, in the order of the file."""
    return [
        item
        for name, item in vars(module).items()
        if callable(item) and item.__module__ == module.__name__ and not name.startswith("_")
    ]


def references() -> str:
    """Every source that the model description and the code it prints refer to."""
    known = citations.references()
    text = PART.sub(
        lambda part: "" if part[1] == "references" else PARTS[part[1]](),
        (HERE / "model.md").read_text("utf-8"),
    )
    text += "".join(
        function.__doc__ or "" for module in RULE_MODULES for function in functions(module)
    )
    used = sorted((set(KEY.findall(text)) | {"model"}) & set(known))
    return "\n".join(
        f"- `{key}` [{known[key].seen}] {known[key].text} *{known[key].note}*" for key in used
    )


def findings(name: str) -> list[dict[str, str]]:
    """Rows of a table that experiments/E00_propositions left behind."""
    with (EXPERIMENTS / "E00_propositions" / name).open() as file:
        return list(csv.DictReader(file))


def effects() -> str:
    """Every measured claim at the defaults."""
    return table(
        ("no.", "label", "claim", "estimate", "95 % interval", "predicted", "holds"),
        (
            (
                row["proposition"],
                row["label"],
                row["claim"],
                f"{float(row['estimate']):.3g} {row['unit']}",
                f"{float(row['low']):.3g} to {float(row['high']):.3g}",
                row["predicted"],
                "yes" if row["holds"] == "True" else "NO",
            )
            for row in findings("effects.csv")
        ),
    )


def ensemble() -> str:
    """In how much of the calibrated ensemble each claim holds, and how the effect varies."""
    return table(
        ("no.", "claim", "median", "lowest", "highest", "holds in"),
        (
            (
                row["proposition"],
                row["claim"],
                f"{float(row['median']):.3g}",
                f"{float(row['lowest']):.3g}",
                f"{float(row['highest']):.3g}",
                f"{float(row['holds_in']):.0%} of {row['points']}",
            )
            for row in findings("ensemble.csv")
        ),
    )


def hazards() -> str:
    """Yearly hazard of dissolution, beside null models."""
    rows = findings("hazards.csv")
    models = list(dict.fromkeys(row["model"] for row in rows))
    months = list(dict.fromkeys(row["month"] for row in rows))
    found = {(row["model"], row["month"]): float(row["estimate"]) for row in rows}
    return table(
        ("year", *models),
        (
            (number, *(f"{found[model, month]:.3f}" for model in models))
            for number, month in enumerate(months, 1)
        ),
    )


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
    "phases": phases,
    "state-tie": lambda: stateful(state.Tie),
    "state-person": lambda: stateful(state.Person),
    "state-organisation": lambda: stateful(state.Organisation),
    "state-seat": lambda: stateful(state.Seat),
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
    "rules": rules,
    "runs": lambda: columns(schema.RUNS),
    "months": lambda: columns(schema.MONTHS),
    "members": lambda: columns(schema.MEMBERS),
    "occupancy": lambda: columns(schema.OCCUPANCY),
    "acts": lambda: columns(schema.ACTIONS),
    "ties": lambda: columns(schema.TIES),
    "references": references,
    "effects": effects,
    "ensemble": ensemble,
    "hazards": hazards,
    "experiments": experiments,
}


def renewed(text: str) -> str:
    """The same text with every generated part as the code has it now."""
    return PART.sub(
        lambda found: f"<!-- generated: {found[1]} -->\n{PARTS[found[1]]()}\n<!-- end -->", text
    )


def pages() -> list[Path]:
    """All pages of the documentation."""
    return sorted(HERE.rglob("*.md"))


def stale() -> list[Path]:
    """Pages whose generated parts differ from the code."""
    return [page for page in pages() if renewed(text := page.read_text("utf-8")) != text]


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="bring every part up to date")
    what.add_argument("--check", action="store_true", help="exit with 1 if a part is stale")
    options = parser.parse_args()
    read = Path(citations.__file__).resolve().parent
    if read.parent != HERE.resolve().parent:
        sys.exit(f"{read} is read, not this checkout; first, in it: pip install -e .")
    found = stale()
    for page in found:
        print(f"{page.relative_to(HERE.parent)}: {'written' if options.write else 'stale'}")
        if options.write:
            page.write_text(renewed(page.read_text("utf-8")), "utf-8")
    return 1 if found and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
