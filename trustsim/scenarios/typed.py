"""A scenario from what was typed on the command line: a name, parameters, interventions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trustsim.errors import ParameterError, refusal
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.change import refuse
from trustsim.scenarios.files import intervention, scenario
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.scenario import Scenario, allowed, checked
from trustsim.scenarios.settings import SETTINGS


def typed_scenario(words: Sequence[str], settings: Sequence[str] = ()) -> Scenario:
    """The scenario that was typed.

    Parameters
    ----------
    words : sequence of str
        The name of a setting or a path to a file ("voluntary" if left out), and interventions,
        each with a + before it; in any order.
    settings : sequence of str, optional
        Parameters as NAME=VALUE.

    Raises
    ------
    ScenarioError, ParameterError
        With the word that makes no sense.

    Examples
    --------
    >>> typed_scenario(["+mandate:start=12", "dyad"], ["negativity=2"]).interventions
    (mandate(start=12),)
    """
    plain = [word for word in words if not word.startswith("+")]
    if len(plain) > 1:
        step = "Give one, and put a + before each intervention (`trustsim run --help`)."
        got = " ".join(plain)
        refuse("command line", "scenarios", got, "must be one", step)
    named = plain[0].partition("(")[0].partition(":")[0] if plain else "voluntary"
    if named not in SETTINGS and named in CATALOG:
        step = f"Write +{plain[0]} to have it happen in a scenario."
        must = "is an intervention, where a setting or a file is wanted"
        refuse("command line", "scenario", plain[0], must, step)
    chosen = scenario(plain[0] if plain else "voluntary")
    values = typed_values(settings)
    chosen = chosen.with_(**values) if values else chosen
    added = [intervention(word) for word in words if word.startswith("+")]
    return chosen + added if added else chosen


def typed_comparison(
    words: Sequence[str], settings: Sequence[str] = ()
) -> tuple[Scenario, dict[str, Scenario]]:
    """What is compared with what: the scenario that was typed, and each + as an arm by its words.

    Raises ScenarioError or ParameterError with the word that makes no sense.

    >>> base, arms = typed_comparison(["dyad", "+coordinator", "+mandate+coordinator:start=6"])
    >>> list(arms)
    ['coordinator', 'mandate+coordinator:start=6']
    """
    base = typed_scenario([word for word in words if not word.startswith("+")], settings)
    arms: dict[str, Scenario] = {}
    for word in words:
        if not word.startswith("+"):
            continue
        name = word.removeprefix("+").strip()
        if name in arms:
            step = "Leave one of the two out."
            refuse("command line", "arm", word, "is there twice", step)
        arms[name] = base + typed_arm(word)
    return base, arms


def typed_arm(text: str) -> tuple[Intervention, ...]:
    """The interventions of one arm, each with a + before it, written without spaces.

    Raises ScenarioError.

    >>> typed_arm("+coordinator:start=6+mandate(dose=0.5)")
    (coordinator(start=6), mandate(dose=0.5))
    """
    # The sign of an exponent (1e+2) is followed by a digit, an intervention by a letter.
    words = [word for word in re.split(r"\+(?=\s*[A-Za-z_])", text) if word.strip()]
    return tuple(intervention(word) for word in words)


def typed_values(settings: Sequence[str]) -> dict[str, float]:
    """Parameters typed as NAME=VALUE, each checked against its range.

    >>> typed_values(["negativity=2.5"])
    {'negativity': 2.5}
    """
    found: dict[str, float] = {}
    for text in settings:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not sign or not name:
            step = "For example --set negativity=2.5; `trustsim explain` lists the names."
            raise ParameterError(refusal("--set", "text", text, "must be NAME=VALUE", step))
        number = checked({name: _number(name, value)}, "--set")[name]
        if found.setdefault(name, number) != number:
            got = f"{found[name]:g} and {number:g}"
            step = "Keep one of the two."
            raise ParameterError(refusal("--set", name, got, "must have one value", step))
    return found


def _number(name: str, value: str) -> float | str:
    """The number that a text stands for; the text itself under a name that is not known."""
    if name not in BY_NAME:
        return value
    try:
        return int(value) if value.lstrip("+-").isdigit() else float(value)
    except ValueError:
        step = f"Run `trustsim explain {name}` for its source and default."
        raise ParameterError(refusal("--set", name, value, allowed(BY_NAME[name]), step)) from None
