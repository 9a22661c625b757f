"""What there is to choose from, and where each number comes from, as tables and text for people.

Everything is read from the tables of the model, the settings, the interventions, the glossary and
the references; nothing is written here a second time.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from trustsim import schema
from trustsim.arguments import text
from trustsim.citations import SEEN, cite, reference, references
from trustsim.errors import ParameterError, nearest, plain_name, refusal
from trustsim.glossary import ALSO, meaning, word_for, words
from trustsim.model.actions import ACTIONS, Action
from trustsim.model.parameters import BY_NAME, PARAMETERS, PARTNERSHIP, Parameter
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Definition
from trustsim.scenarios.interventions.registry import written
from trustsim.scenarios.settings import SETTINGS, Chosen, Setting

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.scenarios.scenario import Scenario

WIDTH = 92
SIZES = ("organisations", "people", "may_exit")
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
    return pd.DataFrame([known._asdict() for known in PARAMETERS])[columns]


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
        sizes = {name: chosen.get(name, BY_NAME[name].default) for name in SIZES}
        rows.append(
            {
                "name": setting.name,
                "title": setting.title,
                "meaning": setting.meaning,
                "members": int(sizes["organisations"]),
                "people_a_member": int(sizes["people"]),
                "may_exit": bool(sizes["may_exit"]),
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
    parts += [_action(action) for action in ACTIONS if action.name == key]
    parts += _columns(key)
    if not parts:
        allowed = "must be a word, parameter, intervention, setting, action or column that we know"
        step = f"`trustsim explain` lists the parameters.{nearest(key, names())}"
        raise ParameterError(refusal("explain", "name", name, allowed, step))
    return "\n\n".join(parts)


def parameters_in_words() -> str:
    """All parameters by group: default, range, unit, meaning, grade of evidence."""
    lines: list[str] = []
    for group, parameters_of in itertools.groupby(PARAMETERS, lambda known: known.group):
        lines += ["", f"{group}:"]
        for known in parameters_of:
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
    said = _sentence(meaning(word).replace("*", "").replace("`", ""))
    return _entry(f"{word} (word)", said, f"Also: {', '.join(also)}." if also else "")


def _parameter(known: Parameter) -> str:
    whole = "whole numbers " if known.whole else ""
    aim = "the whole partnership" if known.level == PARTNERSHIP else "each member, or one"
    text = _entry(
        f"{known.name} (parameter, group {known.group})",
        _sentence(known.meaning),
        f"Default {known.default:g}; {whole}in [{known.low:g}, {known.high:g}]; "
        f"unit: {known.unit}; belongs to {aim}.",
        f"Evidence: {known.evidence} ({GRADES[known.evidence]}).",
    )
    lines = [text, *_source(known.source)]
    for setting in SETTINGS.values():
        for choice in setting.choices:
            if choice.parameter == known.name:
                reason = f"{choice.why} [{choice.source}]"
                lines += _indented(f"Setting {setting.name}: {choice.value:g}, as {reason}.")
    altered = [one.name for one in CATALOG.values() if _alters(one, known.name)]
    if altered:
        lines += _indented(f"Altered by: {', '.join(altered)}.")
    return "\n".join(lines)


def _intervention(known: Definition) -> str:
    once = "once (one month)" if known.lasts_once else "to the end"
    cost = "each time" if known.lasts_once else "a month in force"
    own = ", ".join(f"{key}={value!r}" for key, value in known.arguments.items())
    effects = (f"{c.parameter} {c.operation} {c.value:g}" for c in known().changes)
    text = _entry(
        f"{known.name} (intervention: {known.kind})",
        *(" ".join(paragraph.split()) for paragraph in known.__doc__.split("\n\n")),
        f"Arguments: start=0, months={once}, dose=1, target=everybody; {own}.",
        f"At full dose: {'; '.join(effects)}.",
        f"Predicted: {known.predicted}." if known.predicted else "",
        f"Cost: {known.person_months:g} person-months {cost}.",
    )
    lines = [text]
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


def _action(action: Action) -> str:
    violation = "integrity" if action.violation else "competence"
    bad = f", a violation of {violation}" if action.evidence < 0 else ""
    return _entry(
        f"{action.name} (action)",
        _sentence(action.meaning),
        f"Evidence for the other side: {action.evidence:g} kept promises{bad}; looks like "
        f"progress: {action.show:g}; forms joint habits: {action.habit:g}; "
        f"effort that delivers nothing: {action.smoke:g}.",
        f"Counted in the column `{action.observable}` of the months table.",
    )


def _columns(name: str) -> list[str]:
    kinds = {"month": "whole number or missing", "flag": "true or false"}
    found = []
    for table, columns in TABLES.items():
        for column in (one for one in columns if one.name == name):
            unit = "" if column.unit == "-" else f"; unit: {column.unit}"
            kind = f"{kinds.get(column.kind, column.kind)}{unit}.".capitalize()
            one_of = f"One of: {', '.join(column.categories)}." if column.categories else ""
            head = f"{name} (column of the {table} table)"
            found.append(_entry(head, _sentence(column.meaning), kind, one_of))
    return found


def _entry(head: str, *sentences: str) -> str:
    """A head, and under it what is said, indented; what is empty is left out."""
    return "\n".join([head, *(line for one in sentences for line in _indented(one))])


def _sentence(meaning: str) -> str:
    return f"{meaning[:1].upper()}{meaning[1:]}."


def _source(key: str) -> list[str]:
    if key == OURS:
        return _indented("Source: none; an assumption of this model (docs/model.md).")
    source = reference(key)
    lines = _indented(f"Source: {source.text} [{source.key}]")
    lines += _indented(f"Cited for ({source.seen}): {source.note}", "      ")
    return [*lines, *([f"      {source.url}"] if source.url else [])]


def _alters(known: Definition, parameter: str) -> bool:
    """Whether an intervention changes the parameter, as it stands by default."""
    return any(change.parameter == parameter for change in known().changes)


def _indented(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def bibliography(keys: Iterable[str] | None = None, *, bibtex: bool = False) -> str:
    """References as text or as BibTeX; all of them if no keys are given."""
    chosen = dict.fromkeys(references() if keys is None else keys)
    if bibtex:
        return "\n\n".join(reference(key).bibtex for key in chosen)
    return cite(chosen)
