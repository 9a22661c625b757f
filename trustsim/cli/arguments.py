"""Arguments that several commands share, their tab completion, and what they stand for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trustsim.scenarios.scenario import Scenario

COMPILING = "compiling the model once, about half a minute; later runs start at once"


def names_of(kind: str, form: str = "{}") -> Callable[[str], list[str]]:
    """Completion by the names of a kind, written in a form."""

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
        help="A named setting or a TOML file (voluntary if left out), and what is done to it.",
        autocompletion=complete_words,
        show_default=False,
    ),
]
SETS = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Another value for a parameter; may be repeated.",
        autocompletion=names_of("parameters", "{}="),
        show_default=False,
    ),
]
SEED = Annotated[int, typer.Option(help="Which world of luck; the same seed, the same numbers.")]
MONTHS = Annotated[int, typer.Option(help="How long to watch.")]


def folder_typed(text: str) -> Path:
    """The folder that was typed: not "", which an unset variable of the shell leaves."""
    if not text.strip():
        raise typer.BadParameter("is empty; name a folder.")
    return Path(text)


def file_typed(text: str) -> Path:
    """The file that was typed: not "", which an unset variable of the shell leaves."""
    if not text.strip():
        raise typer.BadParameter("is empty; name a file.")
    return Path(text)


def scenario_from(words: list[str] | None, settings: list[str] | None = None) -> Scenario:
    """The scenario that was typed."""
    from trustsim.scenarios.typed import typed_scenario

    return typed_scenario(words or (), settings or ())


@contextmanager
def progress_bar(total: int, *, quiet: bool) -> Iterator[Callable[[int], object]]:
    """Partnerships done so far, on standard error, if that is a terminal."""
    from tqdm import tqdm

    hidden = True if quiet else None  # None: tqdm itself looks whether that is a terminal
    # Delayed, so that the word about compiling is not written into the bar.
    with tqdm(total=total, unit=" partnerships", disable=hidden, leave=False, delay=0.001) as bar:
        yield bar.update
