"""What a reader can move: parameters, arguments of interventions, and choices between names."""

from __future__ import annotations

from typing import NamedTuple

from trustsim.catalogue import ASSUMED, GRADES, OURS
from trustsim.citations import reference
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.interventions.catalog import CATALOG

NOTHING = "nothing"
"""Name of the option with which a choice is left alone."""

ARGUMENTS = {
    "dose": "0 is nothing at all, 1 the full measure",
    "start": "months that pass before it begins",
    "months": "how long it lasts; 120 is to the end",
    "capacity": "pairs of organisations attended to each month",
    "allegiance": "how far it serves one member, from 0 (independent) to 1",
    "size": "how bad it is, in kept promises",
    "pairs": "The more pairs you look at, the narrower the interval.",
}
"""What an argument of an intervention, or a lever of the app itself, means in plain words."""


class Slider(NamedTuple):
    """One number: of a parameter, or of an intervention if `of` names one.

    key: its name in the address of the page; label: plain words; of: name of an intervention,
    or key of the choice that names it; both: True if it holds for both fates, False if only
    for the second.
    """

    key: str
    label: str
    low: float
    high: float
    step: float
    start: float
    unit: str
    of: str = ""
    both: bool = False
    argument: str = ""

    def read(self, text: str) -> float:
        """The number in this text, on the slider's steps.

        Raises ValueError if it is no number or not within its limits.
        """
        value = float(text)
        if not self.low <= value <= self.high:
            raise ValueError(text)
        steps = round((value - self.low) / self.step)
        return min(round(self.low + steps * self.step, 6), self.high)

    def write(self, value: float | str) -> str:
        """The number as it stands in an address."""
        return f"{float(value):g}"


class Choice(NamedTuple):
    """One of several names; the first is taken at the start if `start` is left out."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...]
    start: str
    both: bool = False

    def read(self, text: str) -> str:
        """The option of this name.

        Raises ValueError if there is none.
        """
        if text not in dict(self.options):
            raise ValueError(text)
        return text

    def write(self, value: float | str) -> str:
        """The option as it stands in an address."""
        return str(value)


Lever = Slider | Choice


def parameter(
    name: str,
    label: str,
    low: float,
    high: float,
    step: float,
    *,
    start: float | None = None,
    both: bool = False,
) -> Slider:
    """A slider for a parameter; it starts at the default and keeps within the model's range."""
    known = BY_NAME[name]
    return Slider(
        name,
        label,
        max(low, known.low),
        min(high, known.high),
        step,
        known.default if start is None else start,
        known.unit,
        both=both,
    )


def meaning(lever: Lever, chosen: str = "") -> str:
    """What a lever means, its unit, and where its numbers come from, for a tooltip.

    chosen: the intervention that it belongs to, where a choice names that.
    """
    if isinstance(lever, Choice):
        if chosen in CATALOG:
            return about_intervention(chosen)
        return "Choose one; the same partnership lives on without it beside."
    if lever.of:
        about = ARGUMENTS[lever.argument]
        words = f"{about[:1].upper()}{about[1:]} ({lever.unit})."
        name = chosen or lever.of
        return f"{words} {about_intervention(name)}" if name in CATALOG else words
    return about_parameter(lever.key) if lever.key in BY_NAME else ARGUMENTS[lever.key]


def about_parameter(name: str) -> str:
    """Meaning, unit, default, source and grade of evidence of a parameter, in a line."""
    known = BY_NAME[name]
    source = (
        "no source of its own"
        if known.source in (ASSUMED, OURS)
        else reference(known.source).text.partition(". ")[0]
    )
    return (
        f"{known.meaning[:1].upper()}{known.meaning[1:]} ({known.unit}). "
        f"Default {known.default:g}. Source: {source}. "
        f"Evidence: {known.evidence} ({GRADES[known.evidence]})."
    )


def about_intervention(name: str) -> str:
    """What an intervention is, what was predicted of it and what it rests on, in a line."""
    known = CATALOG[name]
    sources = "; ".join(reference(key).text.partition(". ")[0] for key in known.cites)
    what = " ".join(known.__doc__.partition("\n")[0].split())
    return f"{what} Predicted: {known.predicted}. Sources: {sources or 'none'}."
