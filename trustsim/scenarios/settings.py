"""Named settings: which partnership, with the source or the assumption behind each choice."""

from __future__ import annotations

from typing import NamedTuple


class Chosen(NamedTuple):
    """One departure from the defaults, and why."""

    parameter: str
    value: float
    source: str  # key of a reference, or "assumption"
    why: str


class Setting(NamedTuple):
    """A named baseline."""

    name: str
    title: str
    meaning: str
    choices: tuple[Chosen, ...]
    interventions: tuple[str, ...] = ()


VOLUNTARY = Setting(
    "voluntary",
    "voluntary alliance",
    "Eight organisations that need each other and may leave: the defaults.",
    (),
)

STP = Setting(
    "stp",
    "English health and care system (STP, later ICS)",
    "Mandated from outside, can't be dissolved, on a tight timetable.",
    (
        Chosen("organisations", 12, "kingsfund2017", "reports name 8 to 32 organisations; 12 is our choice"),
        Chosen("people", 2, "assumption", "an executive lead and a deputy of each organisation"),
        Chosen("tenure", 33.3, "hsj2019turnover", "0.36 changes of lead a year: 29 of 42 had two or more in 3.25 years"),
        Chosen("turnover_frustration", 0.5, "hsj2017", "turnover is highest where things go worst; the size is an assumption"),
        Chosen("history", 0.45, "commons2018", "the bodies often had no history of working together; the size is an assumption"),
        Chosen("pace", 12, "commons2018", "the timeline was very tight; the number of months is an assumption"),
        Chosen("meetings", 6, "hsj2019london", "chairs gave 2 to 3 days a week; fortnightly boards and bilateral work are our reading"),
        Chosen("may_exit", 0, "hsj2019units", "44 footprints became 42 by merger: formal dissolution was near 0"),
    ),
    ("mandate()",),
)

COALITION = Setting(
    "coalition",
    "community coalition with funding that ends",
    "Many small members on a three-year grant, with technical assistance while it lasts.",
    (
        Chosen("organisations", 10, "assumption", "members of a community board"),
        Chosen("people", 1, "assumption", "one representative of each"),
        Chosen("command", 0.3, "assumption", "small organisations with little hierarchy"),
        Chosen("tenure", 48, "assumption", "volunteers and officers stay a little longer"),
        Chosen("meetings", 4, "assumption", "a monthly board and some bilateral work"),
        Chosen("pressure", 0.5, "feinberg2008", "a grant asks for a plan and yearly reports; the size is an assumption"),
        Chosen("pace", 24, "assumption", "health outcomes are expected only after years"),
        Chosen("coordinator_capacity", 1.0, "feinberg2008", "technical assistance while funded; the size is an assumption"),
    ),
    ("funding_end(start=36)",),
)

DYAD = Setting(
    "dyad",
    "two organisations",
    "The smallest partnership: a joint venture or a client and its agency.",
    (
        Chosen("organisations", 2, "broschak2014", "a tie between two organisations"),
        Chosen("refill", 0, "assumption", "nobody takes the place of the only partner"),
    ),
)

HIERARCHY = Setting(
    "hierarchy",
    "units under one command",
    "The same people as units of one organisation: the control case.",
    (
        Chosen("command_across", 0.8, "seed2018", "one superior's word binds across units; the size is an assumption"),
        Chosen("may_exit", 0, "seed2018", "a unit can't leave its organisation"),
    ),
)

SETTINGS: dict[str, Setting] = {
    setting.name: setting for setting in (VOLUNTARY, STP, COALITION, DYAD, HIERARCHY)
}
