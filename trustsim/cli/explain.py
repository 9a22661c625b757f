"""The commands that look something up: `settings`, `explain`, `cite`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trustsim.arguments import expanded
from trustsim.cli.application import app
from trustsim.cli.arguments import WHO, names_of, scenario_from
from trustsim.cli.exit_codes import ends_well, tell

if TYPE_CHECKING:
    from trustsim.scenarios.scenario import Scenario

SETTING = Annotated[
    str | None,
    typer.Argument(
        help="One of them, or a scenario file.",
        autocompletion=names_of("settings"),
        show_default=False,
    ),
]
INTERVENTIONS = Annotated[
    bool, typer.Option("--interventions", help="List what can be done to a partnership.")
]


@app.command(
    epilog="""\b
Examples:
  trustsim settings
  trustsim settings stp
  trustsim settings --interventions"""
)
@ends_well
def settings(name: SETTING = None, interventions: INTERVENTIONS = False) -> None:
    """List the named settings. With a name: that one, and the source of each choice in it."""
    from trustsim import catalogue

    if name is not None:
        chosen = scenario_from([name])
        known = name in catalogue.names("settings")
        print(catalogue.explain(name) if known else chosen.to_toml())
    elif not interventions:
        print(catalogue.settings_in_words())
        tell("`trustsim settings NAME` gives the source of each choice in it")
    if interventions:
        print(catalogue.interventions_in_words())
        tell("`trustsim explain NAME` gives arguments, effects, cost and sources of each")


@app.command(hidden=True)
def scenarios(name: SETTING = None, interventions: INTERVENTIONS = False) -> None:
    """The old name of `trustsim settings`, which will be removed in the next release."""
    settings(name, interventions)
    tell("`trustsim scenarios` is now `trustsim settings`; the old name will be removed soon")


@app.command(
    epilog="""\b
Examples:
  trustsim explain                       all parameters
  trustsim explain negativity            a parameter: range, meaning, source
  trustsim explain mandate               an intervention: effects, prediction, cost
  trustsim explain tokenistic            a word
  trustsim explain month_matured         a column of a table"""
)
@ends_well
def explain(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A word, parameter, intervention, setting, action or column. If left out, all "
            "parameters are listed.",
            autocompletion=names_of("everything"),
            show_default=False,
        ),
    ] = None,
) -> None:
    """Explain a word or a name. What it means, its range and default, and where they come from."""
    from trustsim import catalogue

    print(catalogue.parameters_in_words() if name is None else catalogue.explain(name))


@app.command(
    epilog="""\b
Examples:
  trustsim cite
  trustsim cite stp +coordinator
  trustsim cite slovic1993
  trustsim cite study.toml --bibtex > study.bib"""
)
@ends_well
def cite(
    who: WHO = None,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="Print BibTeX entries.")] = False,
) -> None:
    """List the sources of the model or a scenario. Each comes with what it is cited for."""
    from trustsim import catalogue, citations

    if who and all(word in citations.references() for word in who):
        keys = who
    else:
        keys = [key for scenario in _cited(who) for key in catalogue.sources_of(scenario)]
    print(catalogue.bibliography(list(dict.fromkeys(keys)) if who else None, bibtex=bibtex))


def _cited(who: list[str] | None) -> list[Scenario]:
    """The scenarios that were named: one, or each arm of a study file."""
    if who and len(who) == 1 and _is_study(who[0]):
        from trustsim.sweeps import Study

        study = Study.read(who[0])
        return [study.scenario + items for items in study.arms.values()]
    return [scenario_from(who)] if who else []


def _is_study(word: str) -> bool:
    """Whether the word names a file with a table [study]."""
    path = expanded(word)
    if path.suffix != ".toml" or not path.is_file():
        return False
    text = path.read_text(encoding="utf-8", errors="replace")
    return any(line.strip() == "[study]" for line in text.splitlines())
