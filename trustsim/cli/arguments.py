"""Arguments that several commands share, with their tab completion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trustsim.arguments import expanded

if TYPE_CHECKING:
    from trustsim.scenarios.scenario import Scenario

COMPILING = "compiling the model, which takes about half a minute; later runs start at once"
NOTHING_WRITTEN = "nothing was written; add --out FOLDER to keep tables, figures and a report"


def names_of(kind: str, form: str = "{}") -> Callable[[str], list[str]]:
    """Tab completion with the names of a kind, each put into a form such as "+{}"."""

    def complete(incomplete: str) -> list[str]:
        from trustsim import catalogue

        known = (form.format(name) for name in catalogue.names(kind))
        return [word for word in known if word.startswith(incomplete)]

    return complete


def complete_words(incomplete: str) -> list[str]:
    """Settings, scenario files and interventions that begin like this."""
    import glob

    files = glob.glob(f"{glob.escape(incomplete)}*.toml")
    done = names_of("interventions", "+{}")(incomplete)
    return [*names_of("settings")(incomplete), *files, *done]


WHO = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SCENARIO|+INTERVENTION",
        help="A named setting or a TOML file (voluntary if you leave it out), and interventions.",
        autocompletion=complete_words,
        show_default=False,
    ),
]
SETS = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Another value for a parameter. Can be repeated.",
        autocompletion=names_of("parameters", "{}="),
        show_default=False,
    ),
]
SEED = Annotated[int, typer.Option(help="Fixes the luck: the same seed gives the same numbers.")]
MONTHS = Annotated[int, typer.Option(help="How many months to simulate.")]
THREADS = Annotated[
    int | None, typer.Option(help="How many threads; as many as there are cores if left out.")
]
QUIET = Annotated[bool, typer.Option("--quiet", "-q", help="Print no tables and no progress.")]


def folder_typed(text: str) -> Path:
    """The folder that was typed: not "", which an unset variable of the shell leaves."""
    return _path_typed(text, "a folder")


def file_typed(text: str) -> Path:
    """The file that was typed: not ""."""
    return _path_typed(text, "a file")


def _path_typed(text: str, what: str) -> Path:
    if not text.strip():
        raise typer.BadParameter(f"is empty; name {what}.")
    return expanded(text)


def new_folder(words: str) -> Any:
    """An option that names a folder to write; without it nothing is written."""
    return typer.Option(
        help=words, show_default="nothing is written", parser=folder_typed, metavar="PATH"
    )


def new_file(words: str, metavar: str) -> Any:
    """An option that names a file to write; without it nothing is written."""
    return typer.Option(
        help=words, show_default="nothing is written", parser=file_typed, metavar=metavar
    )


REPORT_OUT = Annotated[Path | None, new_folder("New folder for tables, figures and report.html.")]


def scenario_from(words: list[str] | None, settings: list[str] | None = None) -> Scenario:
    """The scenario that was typed."""
    from trustsim.scenarios.typed import typed_scenario

    return typed_scenario(words or (), settings or ())
