"""Generated parts of the reference: what is public, and every command, printed from the code."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable
from typing import Any

import typer.main

import trustsim
from trustsim import cli
from trustsim.scenarios.interventions.catalog import CATALOG


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Markdown table of texts."""
    lines = [head, tuple("---" for _ in head), *rows]
    cells = ([one.replace("|", "\\|").replace("\n", " ") for one in line] for line in lines)
    return "\n".join("| " + " | ".join(line) + " |" for line in cells)


def sentence(item: object) -> str:
    """First line of a docstring, as Markdown."""
    return (inspect.getdoc(item) or "").partition("\n")[0].replace("``", "`")


def commands() -> str:
    """Every command: what it does and what it takes. Examples are left to `--help`."""
    group: Any = typer.main.get_command(cli.app)
    parts = [group.help]
    parts += [
        f"## trustsim {name}\n\n{command(name, one)}"
        for name, one in group.commands.items()
        if not one.hidden
    ]
    return "\n\n".join(parts)


def command(name: str, described: Any) -> str:
    """One command, as its `--help` tells it."""
    asked = [one for one in described.params if one.name != "help"]
    typed = " ".join(in_usage(one) for one in asked if one.param_type_name == "argument")
    parts = [described.help or "", f"`trustsim {name} {typed} [OPTIONS]`".replace("  ", " ")]
    if asked:
        head = ("argument or option", "if left out", "meaning")
        parts.append(table(head, [(spelt(one), default(one), one.help or "") for one in asked]))
    return "\n\n".join(part.strip() for part in parts if part)


def in_usage(one: Any) -> str:
    """An argument where it stands in the line that is typed."""
    name = one.metavar or one.name.upper()
    many = "..." if one.nargs != 1 and not name.endswith("...") else ""
    return f"{name}{many}" if one.required else f"[{name}]{many}"


def spelt(one: Any) -> str:
    """How an argument or an option is written."""
    if one.param_type_name == "argument":
        return f"`{one.metavar or one.name.upper()}`"
    names = ", ".join(f"`{name}`" for name in (*one.opts, *one.secondary_opts))
    flag = getattr(one, "is_flag", False)
    return names if flag or not one.metavar else f"{names} `{one.metavar}`"


def default(one: Any) -> str:
    """What holds if it is not typed."""
    if isinstance(one.show_default, str):
        return one.show_default
    if one.required:
        return "must be given"
    if one.default is None or callable(one.default) or isinstance(one.default, bool):
        return ""
    return f"`{one.default}`"


def public() -> str:
    """The names of `import trustsim`, in the order in which a newcomer meets them."""
    order = [name for name in trustsim._HOME if name in trustsim.__all__]
    homes = [importlib.import_module(trustsim._HOME[name]) for name in order]
    items = [getattr(home, name, home) for home, name in zip(homes, order, strict=True)]
    return table(
        ("name", "in one sentence"),
        [(f"`{name}`", sentence(item)) for name, item in zip(order, items, strict=True)],
    )


def entries() -> str:
    """How each intervention is called, and what its arguments mean."""
    parts = []
    for one in CATALOG.values():
        own = ", ".join(f"{key}={value!r}" for key, value in one.arguments.items())
        told = inspect.getdoc(one).replace("``", "`")
        parts.append(f"### {one.name}\n\n`ts.interventions.{one.name}({own})`\n\n{told}")
    return "\n\n".join(parts)


PARTS = {
    "public": public,
    "intervention-arguments": entries,
    "command-line": commands,
}
