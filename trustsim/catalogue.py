"""What there is to choose from, and where each number comes from, as tables and text for people.

Everything is read from the tables of the model, the settings, the interventions, the glossary and
the references; nothing is written here a second time.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from trustsim import schema
from trustsim.arguments import text
from trustsim.citations import SEEN, cite, reference, references
from trustsim.errors import ParameterError, nearest, plain_name, refusal
from trustsim.glossary import ALSO, meaning, word_for, words
from trustsim.model.actions import ACTIONS
from trustsim.model.parameters import BY_NAME, PARAMETERS, PARTNERSHIP, Parameter
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Definition
from trustsim.scenarios.interventions.registry import written
from trustsim.scenarios.settings import SETTINGS, Chosen, Setting

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.scenarios.scenario import Scenario

WIDTH = 92
ASSUMED, OURS = "assumption", "model"
"""What stands in place of a reference: no source at all, a starting point of the model."""

GRADES = {
    **SEEN,
    "calibrated": "chosen so that the calibration targets are met",
    "assumption": "plausible, without a source for the number itself",
    "structural": "a definition or a size, not a claim about the world",
    "dose": "a mechanism that is off at 0",
}
"""What each grade of evidence of a parameter means."""

TABLES = {
    "runs": schema.RUNS,
    "months": schema.MONTHS,
    "members": schema.MEMBERS,
    "occupancy": schema.OCCUPANCY,
    "actions": schema.ACTIONS,
}


def parameters() -> pd.DataFrame:
    """Every parameter with its default, range, unit, meaning, source and grade of evidence.

    Returns
    -------
    DataFrame
        name, default, low, high, unit, meaning, source, evidence, group.

    Examples
    --------
    >>> parameters().set_index("name").loc["negativity", "unit"]
    'factor'
    """
    import pandas as pd

    columns = ["name", "default", "low", "high", "unit", "meaning", "source", "evidence", "group"]
    return pd.DataFrame(
        [[getattr(parameter, column) for column in columns] for parameter in PARAMETERS],
        columns=columns,
    )


def interventions() -> pd.DataFrame:
    """Every intervention: what it is, what is predicted of it, and what it costs.

    Returns
    -------
    DataFrame
        name, kind, meaning, predicted, person_months, sources.
    """
    import pandas as pd

    return pd.DataFrame(
        {
            "name": known.name,
            "kind": known.kind,
            "meaning": known.__doc__.partition("\n")[0],
            "predicted": known.predicted,
            "person_months": known.person_months,
            "sources": ", ".join(known.cites),
        }
        for known in CATALOG.values()
    )


def settings() -> pd.DataFrame:
    """Every named setting: what it is, how large it is, and which interventions are in force in it.

    Returns
    -------
    DataFrame
        name, title, meaning, members, people_a_member, may_exit, choices, interventions.

    Examples
    --------
    >>> settings()["name"].tolist()
    ['voluntary', 'stp', 'coalition', 'dyad', 'hierarchy']
    """
    import pandas as pd

    rows = []
    for setting in SETTINGS.values():
        chosen = {choice.parameter: choice.value for choice in setting.choices}
        rows.append(
            {
                "name": setting.name,
                "title": setting.title,
                "meaning": setting.meaning,
                "members": int(chosen.get("organisations", BY_NAME["organisations"].default)),
                "people_a_member": int(chosen.get("people", BY_NAME["people"].default)),
                "may_exit": bool(chosen.get("may_exit", BY_NAME["may_exit"].default)),
                "choices": len(setting.choices),
                "interventions": ", ".join(setting.interventions),
            }
        )
    return pd.DataFrame(rows)


def names(of: str = "everything", start: str = "") -> list[str]:
    """Names that begin with a text, each once.

    Parameters
    ----------
    of : str
        A kind: parameters, interventions, settings, actions, columns or words; or everything.
    start : str
        What they begin with.

    Examples
    --------
    >>> names("parameters", "hist")
    ['history', 'history_spread', 'history_depth']
    """
    kinds: dict[str, Iterable[str]] = {
        "parameters": BY_NAME,
        "interventions": CATALOG,
        "settings": SETTINGS,
        "actions": [action.name for action in ACTIONS],
        "columns": [column.name for table in TABLES.values() for column in table],
        "words": map(plain_name, words()),
    }
    chosen = itertools.chain(*kinds.values()) if of == "everything" else kinds[of]
    return [name for name in dict.fromkeys(chosen) if name.startswith(start)]


def explain(name: str) -> str:
    """What a name means: a word, parameter, intervention, setting, action or column.

    Parameters
    ----------
    name : str
        Capitals, hyphens and spaces don't matter. Where a name stands for several things
        (`handover` is a parameter and an intervention), all of them are explained.

    Returns
    -------
    str
        Lines of plain text: the meaning, range, unit and source.

    Raises
    ------
    ParameterError
        Nothing is called that.

    Examples
    --------
    >>> print(explain("people").splitlines()[0])
    people (parameter, group size)
    """
    key = plain_name(text("explain", "name", name, "what to explain").strip().removeprefix("+"))
    word = word_for(key)
    # A parameter and an intervention say themselves what they mean.
    parts = [_word(word)] if word and key not in BY_NAME and key not in CATALOG else []
    if key in BY_NAME:
        parts.append(_parameter(BY_NAME[key]))
    if key in CATALOG:
        parts.append(_intervention(CATALOG[key]))
    if key in SETTINGS:
        parts.append(_setting(SETTINGS[key]))
    parts += [_action(key)] if any(action.name == key for action in ACTIONS) else []
    parts += list(_columns(key))
    if not parts:
        raise ParameterError(
            refusal(
                "explain",
                "name",
                name,
                "must be a word, parameter, intervention, setting, action or column that we know",
                f"`trustsim explain` lists the parameters.{nearest(key, names())}",
            )
        )
    return "\n\n".join(parts)


def parameters_in_words() -> str:
    """All parameters by group: default, range, unit, meaning, grade of evidence."""
    lines: list[str] = []
    groups = dict.fromkeys(parameter.group for parameter in PARAMETERS)
    for group in groups:
        lines += ["", f"{group}:"]
        for known in (parameter for parameter in PARAMETERS if parameter.group == group):
            size = f"{known.default:g} in [{known.low:g}, {known.high:g}]"
            lines.append(f"  {known.name:<26}{size:<20} {known.meaning} ({known.unit})")
    lines += [
        "",
        "`trustsim explain NAME` gives the source and the evidence of each. It also explains",
        "interventions, settings, columns, and words such as dose, mature or silver bullet.",
    ]
    return "\n".join(lines).strip("\n")


def settings_in_words() -> str:
    """All named settings, each with what it is and which interventions are in force."""
    parts = []
    for setting in SETTINGS.values():
        head = f"{setting.name}: {setting.title}"
        done = f"In force: {', '.join(setting.interventions)}." if setting.interventions else ""
        parts.append("\n".join([head, *_indented(f"{setting.meaning} {done}".strip())]))
    return "\n".join(parts)


def interventions_in_words() -> str:
    """All interventions by kind, each with what it is and what is predicted of it."""
    lines: list[str] = []
    for kind in dict.fromkeys(known.kind for known in CATALOG.values()):
        lines += ["", f"{kind}:"]
        for known in (one for one in CATALOG.values() if one.kind == kind):
            lines += [f"  {known.name}: {known.__doc__.partition(chr(10))[0]}"]
            lines += _indented(f"Predicted: {known.predicted}.", "      ")
    return "\n".join(lines).strip("\n")


def choice_behind(scenario: Scenario, parameter: str) -> Chosen | None:
    """Why a named setting has this value of a parameter; None if it was chosen elsewhere."""
    setting = SETTINGS.get(scenario.name)
    for choice in setting.choices if setting else ():
        if choice.parameter == parameter and choice.value == scenario.values()[parameter]:
            return choice
    return None


def sources_of(scenario: Scenario) -> tuple[str, ...]:
    """Keys of the references that a scenario rests on, each once: settings first, then the model.

    Raises
    ------
    ScenarioError
        An intervention is not registered.

    Examples
    --------
    >>> from trustsim.scenarios.files import scenario
    >>> "seed2018" in sources_of(scenario("hierarchy"))
    True
    """
    chosen = [choice_behind(scenario, name) for name in scenario.overrides]
    keys = [choice.source for choice in chosen if choice is not None]
    for item in (*scenario.interventions, *scenario.menu):
        written(CATALOG, item)  # refuses what is not registered: its sources are not known
        keys += CATALOG[item.name].cites
    keys += [parameter.source for parameter in PARAMETERS]
    return tuple(key for key in dict.fromkeys(keys) if key not in (ASSUMED, OURS))


def _word(word: str) -> str:
    also = [other for other, chosen in ALSO.items() if chosen == word]
    sentence = meaning(word).replace("*", "").replace("`", "")
    lines = [f"{word} (word)", *_indented(f"{sentence[:1].upper()}{sentence[1:]}.")]
    return "\n".join([*lines, *(_indented(f"Also: {', '.join(also)}.") if also else [])])


def _parameter(known: Parameter) -> str:
    whole = "whole numbers " if known.whole else ""
    aim = "the whole partnership" if known.level == PARTNERSHIP else "each member, or one"
    lines = [
        f"{known.name} (parameter, group {known.group})",
        *_indented(f"{known.meaning[:1].upper()}{known.meaning[1:]}."),
        *_indented(
            f"Default {known.default:g}; {whole}in [{known.low:g}, {known.high:g}]; "
            f"unit: {known.unit}; belongs to {aim}."
        ),
        *_indented(f"Evidence: {known.evidence} ({GRADES[known.evidence]})."),
        *_source(known.source),
    ]
    for setting in SETTINGS.values():
        for choice in setting.choices:
            if choice.parameter == known.name:
                reason = f"{choice.why} [{choice.source}]"
                lines += _indented(f"Setting {setting.name}: {choice.value:g}, as {reason}.")
    altered = _altered_by().get(known.name)
    if altered:
        lines += _indented(f"Altered by: {', '.join(altered)}.")
    return "\n".join(lines)


def _intervention(known: Definition) -> str:
    once = "once (one month)" if known.lasts_once else "to the end"
    cost = "each time" if known.lasts_once else "a month in force"
    lines = [f"{known.name} (intervention: {known.kind})"]
    for paragraph in known.__doc__.split("\n\n"):
        lines += _indented(" ".join(paragraph.split()))
    own = ", ".join(f"{key}={value!r}" for key, value in known.arguments.items())
    lines += _indented(f"Arguments: start=0, months={once}, dose=1, target=everybody; {own}.")
    effects = (f"{c.parameter} {c.operation} {c.value:g}" for c in known().changes)
    lines += _indented(f"At full dose: {'; '.join(effects)}.")
    lines += _indented(f"Predicted: {known.predicted}.") if known.predicted else []
    lines += _indented(f"Cost: {known.person_months:g} person-months {cost}.")
    for key in known.cites:
        lines += _source(key)
    lines += _indented(f'Use: +{known.name}:start=12,dose=0.5 or "+{known.name}(start=12)".')
    return "\n".join(lines)


def _setting(setting: Setting) -> str:
    lines = [f"{setting.name} (setting: {setting.title})", *_indented(setting.meaning)]
    for choice in setting.choices:
        known = BY_NAME[choice.parameter]
        lines += _indented(
            f"{choice.parameter} = {choice.value:g} (default {known.default:g}; {known.unit}): "
            f"{choice.why} [{choice.source}]."
        )
    if setting.interventions:
        lines += _indented(f"In force: {', '.join(setting.interventions)}.")
    if not setting.choices:
        lines += _indented("Every parameter has its default.")
    keys = [choice.source for choice in setting.choices if choice.source != ASSUMED]
    for key in dict.fromkeys(keys):
        lines += _source(key)
    return "\n".join(lines)


def _action(name: str) -> str:
    action = next(action for action in ACTIONS if action.name == name)
    violation = "integrity" if action.violation else "competence"
    lines = [
        f"{action.name} (action)",
        *_indented(f"{action.meaning[:1].upper()}{action.meaning[1:]}."),
        *_indented(
            f"Evidence for the other side: {action.evidence:g} kept promises"
            + (f", a violation of {violation}" if action.evidence < 0 else "")
            + f"; looks like progress: {action.show:g}; forms joint habits: {action.habit:g}; "
            f"effort that delivers nothing: {action.smoke:g}."
        ),
        *_indented(f"Counted in the column `{action.observable}` of the months table."),
    ]
    return "\n".join(lines)


def _columns(name: str) -> Iterator[str]:
    for table, columns in TABLES.items():
        for column in columns:
            if column.name == name:
                lines = [f"{name} (column of the {table} table)"]
                lines += _indented(f"{column.meaning[:1].upper()}{column.meaning[1:]}.")
                kind = {"month": "whole number or missing", "flag": "true or false"}
                unit = "" if column.unit == "-" else f"; unit: {column.unit}"
                lines += _indented(f"{kind.get(column.kind, column.kind)}{unit}.".capitalize())
                if column.categories:
                    lines += _indented(f"One of: {', '.join(column.categories)}.")
                yield "\n".join(lines)


def _source(key: str) -> list[str]:
    if key == OURS:
        return _indented("Source: none; an assumption of this model (docs/model.md).")
    source = reference(key)
    lines = _indented(f"Source: {source.text} [{source.key}]")
    lines += _indented(f"Cited for ({source.seen}): {source.note}", "      ")
    return [*lines, *([f"      {source.url}"] if source.url else [])]


def _altered_by() -> dict[str, tuple[str, ...]]:
    """Parameters with the interventions that alter them, as each stands by default."""
    found: dict[str, list[str]] = {}
    for known in CATALOG.values():
        for change in known().changes:
            found.setdefault(change.parameter, []).append(known.name)
    return {parameter: tuple(dict.fromkeys(by)) for parameter, by in found.items()}


def _indented(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def bibliography(keys: Iterable[str] | None = None, *, bibtex: bool = False) -> str:
    """References as text or as BibTeX; all of them if no keys are given."""
    chosen = dict.fromkeys(references() if keys is None else keys)
    if bibtex:
        return "\n\n".join(reference(key).bibtex for key in chosen)
    return cite(chosen)
