"""Generated parts of the reference: what is public, and every command, printed from the code."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Iterable
from typing import Any

import typer.main

import trustsim
from trustsim import analysis, calibration, cli, figures, studies, validation
from trustsim.scenarios.interventions.catalog import CATALOG

APART = "\b\n"
"""What keeps the lines of a command's help apart; it is not printed."""


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Markdown table of texts."""
    lines = [head, tuple("---" for _ in head), *rows]
    cells = ([one.replace("|", "\\|").replace("\n", " ") for one in line] for line in lines)
    return "\n".join("| " + " | ".join(line) + " |" for line in cells)


def sentence(item: object) -> str:
    """First line of a docstring, as Markdown."""
    return (inspect.getdoc(item) or "").partition("\n")[0].replace("``", "`")


def names_of(module: Any) -> str:
    """The functions and classes a package offers, in its own order, a sentence each."""
    offered = [(name, getattr(module, name)) for name in module.__all__]
    return table(
        ("name", "in one sentence"),
        [
            (f"`{name}`", sentence(item))
            for name, item in offered
            if callable(item) or inspect.ismodule(item)
        ],
    )


def studies_of(package: Any) -> str:
    """The modules of a package and the functions of each, a sentence each."""
    rows = []
    for found in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{found.name}")
        for name, item in vars(module).items():
            own = getattr(item, "__module__", None) == module.__name__
            if own and inspect.isfunction(item) and not name.startswith("_"):
                rows.append((f"`{found.name}.{name}`", sentence(item)))
    return table(("name", "in one sentence"), rows)


def commands() -> str:
    """Every command: what it does, what it takes, examples."""
    group: Any = typer.main.get_command(cli.app)
    parts = [f"{group.help}\n\n{examples(group.epilog)}"]
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
    parts.append(examples(described.epilog))
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


def examples(text: str | None) -> str:
    """The examples that close a command's help: what is indented is typed, the rest is said."""
    plain = inspect.cleandoc((text or "").replace(APART, "\n"))
    parts = (part.strip("\n") for part in re.split(r"\n\s*\n", plain))
    return "\n\n".join(in_markdown(part) for part in parts if part)


def in_markdown(part: str) -> str:
    """A paragraph of help, with a fence round what is typed."""
    said, _, indented = part.partition("\n")
    if indented.startswith("  ") and not said.startswith(" "):
        return f"{said}\n\n```text\n{textwrap.dedent(indented)}\n```"
    return f"```text\n{part}\n```" if part.startswith("  ") else part


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
    "names-figures": lambda: names_of(figures),
    "names-analysis": lambda: names_of(analysis),
    "names-calibration": lambda: names_of(calibration),
    "names-validation": lambda: names_of(validation),
    "names-studies": lambda: studies_of(studies),
}
