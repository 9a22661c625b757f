"""Scenarios and interventions from names, text and files. Nothing that is read is executed."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from trustsim import arguments
from trustsim.errors import ParameterError, ScenarioError, nearest, refusal
from trustsim.scenarios.change import refuse
from trustsim.scenarios.fork import forked
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.scenario import Scenario
from trustsim.scenarios.settings import SETTINGS

LARGEST_FILE = 1_000_000  # bytes; a scenario is a page of text


def scenario(name: str | Path | Scenario = "voluntary") -> Scenario:
    """A named setting, or a scenario read from a TOML or JSON file.

    Parameters
    ----------
    name : str, path or Scenario
        The name of a setting (`trustsim settings` lists them), or a file.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError, ParameterError
        With where and why.

    Examples
    --------
    >>> scenario("dyad").values()["organisations"]
    2
    """
    if isinstance(name, Scenario):
        return name
    named = "a setting's name, a file or a Scenario"
    path = arguments.path("scenario", "name", name, named, ScenarioError)
    if str(path) in SETTINGS:
        setting = SETTINGS[str(path)]
        return Scenario(
            setting.name,
            {choice.parameter: choice.value for choice in setting.choices},
            tuple(intervention(text) for text in setting.interventions),
        )
    if path.suffix not in (".toml", ".json") and not exists(path):
        allowed = f"must be a named setting ({', '.join(SETTINGS)}) or a file"
        step = f"Run `trustsim settings`.{nearest(str(path), SETTINGS)}"
        refuse("scenario", "name", str(path), allowed, step)
    text = text_of(path, ScenarioError, "Check the path, or name a setting.")
    return from_json(text, str(path)) if path.suffix == ".json" else from_toml(text, str(path))


def fork(before: str | Path | Scenario, month: int, after: str | Path | Scenario) -> Scenario:
    """One scenario to the end of a month, another one from then on.

    Partnership r of the result is partnership r of `before` up to that month, to the bit. It then
    goes on from the state it is in, under the parameters and interventions of `after`, with the
    luck that it would have had anyway. What happens in `after` up to that month does not happen
    (an event of month 12 is not part of a fork at month 24). Traits, stakes, outside options and
    histories are those of whoever comes: they change for newcomers only.

    Parameters
    ----------
    before, after : str, path or Scenario
        The name of a setting, a file, or a scenario.
    month : int
        Months lived under `before`, in [1, 100000].

    Returns
    -------
    Scenario
        The first scenario with interventions that have dates. A parameter that differs is a
        `trustsim.interventions.change`.

    Raises
    ------
    ScenarioError
        They differ in what can't change half way: what is read at the start only, the budget of
        meetings, or a menu of silver bullets that becomes another (it may begin, end or stay).

    Examples
    --------
    >>> plain = Scenario("dyad")
    >>> fork(plain, 24, plain + intervention("coordinator:start=6")).interventions
    (coordinator(start=24),)
    >>> fork(plain, 24, plain.with_(negativity=3.0)).interventions
    (change(start=24, parameter='negativity', value=3.0),)
    """
    return forked(scenario(before), month, scenario(after))


def exists(path: Path) -> bool:
    """Whether something is there; no name is too long to ask."""
    try:
        return path.exists()
    except OSError:  # a name that is too long for any file
        return False


def text_of(path: Path, kind: arguments.Kind, step: str) -> str:
    """The text of a small UTF-8 file, without the mark that some editors put in front.

    Raises an error of that kind.
    """
    what, must = "file", "must be a readable file"
    try:
        with path.open("rb") as file:
            # Whatever its size is said to be: a device never ends.
            content = file.read(LARGEST_FILE + 1)
        if len(content) <= LARGEST_FILE:
            return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        got = f"over {LARGEST_FILE} bytes"
        what, must = "size", f"must be at most {LARGEST_FILE} bytes"
    except UnicodeDecodeError:
        what, got, must = "text", "not UTF-8", "must be UTF-8 text"
        step = "Save it again as UTF-8."
    except OSError as problem:
        got = problem.strerror or "unreadable"
    raise kind(refusal(str(path), what, got, must, step))


def from_toml(text: str, where: str = "TOML") -> Scenario:
    """Scenario from TOML text with a [scenario] table."""
    step = "Compare it with the example in `trustsim run --help`."
    data = _parsed(tomllib.loads, text, where, "TOML", step)
    try:
        return from_data(data, where)
    except (ScenarioError, ParameterError) as problem:
        raise _with_line(problem, text, where) from None


def from_json(text: str, where: str = "JSON") -> Scenario:
    """Scenario from JSON text with a "scenario" object."""
    return from_data(
        _parsed(json.loads, text, where, "JSON", "Check it with a JSON reader."), where
    )


def _parsed(read: Callable[[str], Any], text: str, where: str, what: str, step: str) -> Any:
    try:
        return read(text)
    except (ValueError, RecursionError) as problem:
        refuse(where, what, str(problem), f"must be valid {what}", step)


def _with_line(problem: Exception, text: str, where: str) -> Exception:
    """The same error with the number of a line, if the key that it names is on one line only."""
    found = re.match(rf"{re.escape(where)}, \[scenario\], (\w+) = ", str(problem))
    key = re.compile(rf"\s*{found[1]}\s*=") if found else None
    lines = [n for n, line in enumerate(text.split("\n"), 1) if key and key.match(line)]
    if len(lines) != 1:
        return problem
    return type(problem)(str(problem).replace(where, f"{where}, line {lines[0]}", 1))


def from_data(data: Any, where: str) -> Scenario:
    """Scenario from plain data: {"scenario": {...}}."""
    one_table = "a scenario file has one table called [scenario]"
    table = data.get("scenario") if isinstance(data, dict) else None
    if not isinstance(table, dict):
        step = "Add the line [scenario] above the parameters."
        refuse(where, "[scenario]", "missing", one_table, step)
    if set(data) != {"scenario"}:
        other = sorted(str(key) for key in data if key != "scenario")[0]
        step = "Remove it, or move its lines into [scenario]."
        refuse(where, f"[{other}]", "unknown", one_table, step)
    if "fork" in table:
        return _old_fork(table, where)
    table = dict(table)
    place = f"{where}, [scenario]"
    base_name = _text(table.pop("based_on", "voluntary"), place, "based_on")
    if base_name not in SETTINGS:
        step = f"Run `trustsim settings`.{nearest(base_name, SETTINGS)}"
        refuse(place, "based_on", base_name, f"must be one of {', '.join(SETTINGS)}", step)
    base = scenario(base_name)
    name = _text(table.pop("name", base_name), place, "name")
    done = _interventions(table.pop("interventions", []), place, "interventions")
    menu = _interventions(table.pop("menu", []), place, "menu")
    months = table.pop("menu_months", base.menu_months)
    return Scenario(
        name,
        {**base.overrides, **table},
        (*base.interventions, *done),
        (*base.menu, *menu),
        months,
        place,
    )


def _old_fork(table: dict[str, Any], where: str) -> Scenario:
    """The fork in a table with `before`, `month` and `after`, as older versions wrote it."""
    parts = table["fork"]
    known = isinstance(parts, dict) and set(parts) == {"before", "month", "after"}
    if not known or not set(table) <= {"name", "fork"}:
        allowed = "must be a table with before, month and after, and may have a name"
        step = "What happens at a date is also an intervention with a start."
        refuse(where, "fork", list(table), allowed, step)
    before, after = (
        from_data({"scenario": parts[key]}, f"{where}, {key}") for key in ("before", "after")
    )
    made = forked(before, parts["month"], after)
    return replace(made, name=str(table.get("name", made.name)))


def _text(value: Any, where: str, what: str) -> str:
    if not isinstance(value, str):
        refuse(where, what, value, "must be text in quotes", "Put quotes around it.")
    return value


def _interventions(value: Any, where: str, what: str) -> tuple[Intervention, ...]:
    if not isinstance(value, list):
        step = f'Write {what} = ["coordinator(start=6)"].'
        refuse(where, what, value, "must be a list of texts", step)
    return tuple(intervention(_text(item, where, what)) for item in value)


def intervention(text: str) -> Intervention:
    """Intervention from its text: `coordinator(start=6)` or `+coordinator:start=6,dose=0.5`.

    Raises
    ------
    ScenarioError

    Examples
    --------
    >>> intervention("+coordinator:start=6")
    coordinator(start=6)
    """
    plain = text.strip().removeprefix("+").strip()
    named = re.match(r"[A-Za-z][\w -]*", plain)
    if named and named[0].strip() not in CATALOG:
        _refuse_unknown(named[0].strip())
    if ":" in plain and "(" not in plain:
        name, _, inside = plain.partition(":")
        plain = f"{name}({_quoted(inside)})"
    elif "(" not in plain:
        plain = f"{plain}()"
    try:
        call = ast.parse(plain, mode="eval").body
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)) or call.args:
            raise ValueError
        name = call.func.id
        arguments = {
            str(part.arg): ast.literal_eval(part.value) for part in call.keywords if part.arg
        }
        if len(arguments) != len(call.keywords):
            raise ValueError
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        allowed = "must look like coordinator(start=6) or +coordinator:start=6"
        step = "Run `trustsim settings --interventions` for the list."
        refuse("interventions", "text", text, allowed, step)
    if name not in CATALOG:
        _refuse_unknown(name)
    return CATALOG[name](**arguments)


def _refuse_unknown(name: str) -> NoReturn:
    step = f"Run `trustsim settings --interventions`.{nearest(name, CATALOG)} "
    step += "One of your own must be registered first (docs/extending.md)."
    refuse("interventions", "name", name, f"must be one of {', '.join(CATALOG)}", step)


def _quoted(inside: str) -> str:
    """start=12,kind=integrity with the words quoted, as Python would write them."""
    parts = []
    for part in filter(None, (piece.strip() for piece in inside.split(","))):
        key, sign, value = part.partition("=")
        bare = value.strip().isidentifier() and value.strip() not in ("None", "True", "False")
        parts.append(f"{key}{sign}{value.strip()!r}" if bare else part)
    return ", ".join(parts)
