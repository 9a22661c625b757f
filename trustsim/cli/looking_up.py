"""Commands that look something up or check: `scenarios`, `explain`, `verify`, `cite`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trustsim.cli.application import app
from trustsim.cli.arguments import (
    COMPILING,
    WHO,
    names_of,
    scenario_from,
)
from trustsim.cli.endings import FAILED, ends_well, tell

if TYPE_CHECKING:
    from trustsim.scenarios.scenario import Scenario


@app.command(epilog="Examples: trustsim scenarios; trustsim scenarios stp")
@ends_well
def scenarios(
    name: Annotated[
        str | None,
        typer.Argument(help="One of them, or a file.", autocompletion=names_of("settings")),
    ] = None,
    interventions: Annotated[
        bool, typer.Option("--interventions", help="What can be done to a partnership.")
    ] = False,
) -> None:
    """List the named settings. With a name: each choice in it and its source."""
    from trustsim import catalogue

    if name is not None:
        chosen = scenario_from([name])
        known = name in catalogue.names("settings")
        print(catalogue.explain(name) if known else chosen.to_toml())
    elif not interventions:
        print(catalogue.scenarios_in_words())
        tell("`trustsim scenarios NAME` gives the source of each choice in it")
    if interventions:
        print(catalogue.interventions_in_words())
        tell("`trustsim explain NAME` gives arguments, effects, cost and sources of each")


@app.command(epilog="Examples: trustsim explain; trustsim explain handover; trustsim explain cause")
@ends_well
def explain(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A parameter, intervention, setting, action or column; else all parameters.",
            autocompletion=names_of("everything"),
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what a name means. Its range and default, and where they come from."""
    from trustsim import catalogue

    print(catalogue.parameters_in_words() if name is None else catalogue.explain(name))


@app.command(epilog="Examples: trustsim verify; trustsim verify --full")
@ends_well
def verify(
    full: Annotated[
        bool, typer.Option("--full", help="Ten times as many partnerships: minutes.")
    ] = False,
) -> None:
    """Check this installation. Against closed forms, published numbers and the twin engine."""
    from trustsim.engines.compiling import compile_kernel
    from trustsim.report.terminal import columns_of
    from trustsim.verification import verify as verified

    compile_kernel(lambda: tell(COMPILING))
    found = verified(quick=not full)
    wrong = len(found) - int(found["passed"].sum())
    for number in ("expected", "got", "tolerance"):
        found[number] = [f"{value:.6g}" for value in found[number]]
    print(columns_of(found.assign(passed=found["passed"].map({True: "yes", False: "NO"}))))
    if wrong:
        tell(f"{wrong} of {len(found)} checks failed: do not rely on results of this installation")
        raise typer.Exit(FAILED)
    tell(f"all {len(found)} checks passed")


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
    bibtex: Annotated[bool, typer.Option("--bibtex", help="As BibTeX entries.")] = False,
) -> None:
    """List the sources, of all, a scenario, a study or by key. Each with what it is cited for."""
    from trustsim import catalogue, citations

    if who and all(word in citations.references() for word in who):
        keys = who
    else:
        keys = [key for scenario in _cited(who) for key in catalogue.sources_of(scenario)]
    print(catalogue.bibliography(list(dict.fromkeys(keys)) if who else None, bibtex=bibtex))


def _cited(who: list[str] | None) -> list[Scenario]:
    """What was named: a scenario, or each arm of a study file."""
    if who and len(who) == 1 and _is_study(who[0]):
        from trustsim.sweeps import Study

        study = Study.read(who[0])
        return [study.scenario + items for items in study.arms.values()]
    return [scenario_from(who)] if who else []


def _is_study(word: str) -> bool:
    """Whether a file of that name has a table [study]."""
    path = Path(word)
    if path.suffix != ".toml" or not path.is_file():
        return False
    text = path.read_text(encoding="utf-8", errors="replace")
    return any(line.strip() == "[study]" for line in text.splitlines())
