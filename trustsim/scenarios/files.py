"""Scenarios and interventions from names, text and files. Nothing that is read is executed."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path
from typing import Any

from trustsim import arguments
from trustsim.errors import ScenarioError, nearest, refusal
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.scenario import Scenario
from trustsim.scenarios.settings import SETTINGS

LARGEST_FILE = 1_000_000  # bytes; a scenario is a page of text


def scenario(name: str | Path | Scenario = "voluntary") -> Scenario:
    """A named setting, or a scenario read from a TOML or JSON file.

    Raises ScenarioError or ParameterError with where and why.
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
    if path.suffix in (".toml", ".json") or exists(path):
        text = text_of(path, ScenarioError, "Check the path, or name a setting.")
        return from_json(text, str(path)) if path.suffix == ".json" else from_toml(text, str(path))
    raise ScenarioError(
        refusal(
            "scenario",
            "name",
            str(path),
            f"is no named setting ({', '.join(SETTINGS)}) and no file",
            f"Run `trustsim settings`.{nearest(str(path), SETTINGS)}",
        )
    )


def exists(path: Path) -> bool:
    """Whether something is there; no name is too long to ask."""
    try:
        return path.exists()
    except OSError:  # a name that is too long for any file
        return False


def text_of(path: Path, kind: arguments.Kind, step: str) -> str:
    """The text of a small UTF-8 file, without the mark that some editors begin it with.

    Raises an error of that kind.
    """
    try:
        with path.open("rb") as file:
            # No more, whatever its size is said to be: a device never ends.
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            allowed = f"must be at most {LARGEST_FILE} bytes"
            raise kind(refusal(str(path), "size", f"over {LARGEST_FILE} bytes", allowed, step))
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        again = "Save it again as UTF-8."
        raise kind(refusal(str(path), "text", "not UTF-8", "must be UTF-8 text", again)) from None
    except OSError as problem:
        got = problem.strerror or "unreadable"
        raise kind(refusal(str(path), "file", got, "must be a readable file", step)) from None


def from_toml(text: str, where: str = "TOML") -> Scenario:
    """Scenario from TOML text with a [scenario] table."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        raise ScenarioError(
            refusal(
                where,
                "TOML",
                str(problem),
                "must be valid TOML",
                "Compare it with the example in `trustsim run --help`.",
            )
        ) from None
    return from_data(data, where)


def from_json(text: str, where: str = "JSON") -> Scenario:
    """Scenario from JSON text with a "scenario" object."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise ScenarioError(
            refusal(
                where, "JSON", str(problem), "must be valid JSON", "Check it with a JSON reader."
            )
        ) from None
    return from_data(data, where)


def from_data(data: Any, where: str) -> Scenario:
    """Scenario from plain data: {"scenario": {...}}."""
    table = data.get("scenario") if isinstance(data, dict) else None
    if not isinstance(table, dict):
        raise ScenarioError(
            refusal(
                where,
                "[scenario]",
                "missing",
                "a scenario file has one table called [scenario]",
                "Add the line [scenario] above the parameters.",
            )
        )
    if set(data) != {"scenario"}:
        other = sorted(str(key) for key in data if key != "scenario")[0]
        raise ScenarioError(
            refusal(
                where,
                f"[{other}]",
                "unknown",
                "a scenario file has one table called [scenario]",
                "Remove it, or move its lines into [scenario].",
            )
        )
    if "fork" in table:
        from trustsim.scenarios.fork import from_table

        return from_table(table, where)
    table = dict(table)
    place = f"{where}, [scenario]"
    base_name = _text(table.pop("based_on", "voluntary"), place, "based_on")
    if base_name not in SETTINGS:
        raise ScenarioError(
            refusal(
                place,
                "based_on",
                base_name,
                f"must be one of {', '.join(SETTINGS)}",
                f"Run `trustsim settings`.{nearest(base_name, SETTINGS)}",
            )
        )
    base = scenario(base_name)
    name = _text(table.pop("name", base_name), place, "name")
    done = _interventions(table.pop("interventions", []), place, "interventions")
    menu = _interventions(table.pop("menu", []), place, "menu")
    return Scenario(
        name, {**base.overrides, **table}, (*base.interventions, *done), (*base.menu, *menu), place
    )


def _text(value: Any, where: str, what: str) -> str:
    if not isinstance(value, str):
        raise ScenarioError(
            refusal(where, what, value, "must be text in quotes", "Put quotes around it.")
        )
    return value


def _interventions(value: Any, where: str, what: str) -> tuple[Intervention, ...]:
    if not isinstance(value, list):
        raise ScenarioError(
            refusal(
                where,
                what,
                value,
                "must be a list of texts",
                f'Write {what} = ["coordinator(start=6)"].',
            )
        )
    return tuple(intervention(_text(item, where, what)) for item in value)


def intervention(text: str) -> Intervention:
    """Intervention from its text: `coordinator(start=6)` or `+coordinator:start=6,dose=0.5`.

    Raises ScenarioError.
    """
    plain = text.strip().removeprefix("+").strip()
    named = re.match(r"[A-Za-z][\w -]*", plain)
    if named and named[0].strip() not in CATALOG:
        raise _unknown(named[0].strip())
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
        raise ScenarioError(
            refusal(
                "interventions",
                "text",
                text,
                "must look like coordinator(start=6) or +coordinator:start=6",
                "Run `trustsim settings --interventions` for the list.",
            )
        ) from None
    if name not in CATALOG:
        raise _unknown(name)
    return CATALOG[name](**arguments)


def _unknown(name: str) -> ScenarioError:
    return ScenarioError(
        refusal(
            "interventions",
            "name",
            name,
            f"is none of {', '.join(CATALOG)}",
            f"Run `trustsim settings --interventions`.{nearest(name, CATALOG)} "
            "One of your own must be registered first (docs/extending.md).",
        )
    )


def _quoted(inside: str) -> str:
    """start=12,kind=integrity with the words quoted, as Python would write them."""
    parts = []
    for part in filter(None, (piece.strip() for piece in inside.split(","))):
        key, sign, value = part.partition("=")
        bare = value.strip().isidentifier() and value.strip() not in ("None", "True", "False")
        parts.append(f"{key}{sign}{value.strip()!r}" if bare else part)
    return ", ".join(parts)
