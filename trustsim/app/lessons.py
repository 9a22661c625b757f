"""The lessons: what is asked, what can be moved, what can be bet on. Words and numbers only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from trustsim.app.levers import NOTHING, Choice, Lever, Slider, parameter
from trustsim.scenarios import settings
from trustsim.scenarios.interventions import BULLET, CATALOG, REMEDY

MATURE_MORE = (
    ("more", "More of them become mature"),
    ("same", "It makes no difference"),
    ("fewer", "Fewer of them become mature"),
)
TWIN, OTHER = "same", "other"


class Bet(NamedTuple):
    """A question with its options; `measure` names what settles it in `fates.MEASURES`.

    of_start: it is about the levers as they stand at first, not wherever they stand.
    """

    question: str
    options: tuple[tuple[str, str], ...]
    measure: str
    of_start: bool = False


class Lesson(NamedTuple):
    """One question on one screen.

    words: paragraphs with an empty line between them; first, second: what the two fates are
    called; closing: what stands below the answer.
    """

    key: str
    title: str
    question: str
    words: str
    bet: Bet
    levers: tuple[Lever, ...]
    first: str
    second: str
    closing: str


def _argument(
    of: str, argument: str, label: str, low: float, high: float, step: float, start: float,
    unit: str, key: str = "",
) -> Slider:  # fmt: skip
    return Slider(key or argument, label, low, high, step, start, unit, of=of, argument=argument)


def _with_others(
    labelled: tuple[tuple[str, str], ...], names: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """These, then what else there is, under its own name."""
    others = (name for name in names if name not in dict(labelled))
    return (*labelled, *((name, name.replace("_", " ").capitalize()) for name in others))


def _of_kind(kind: str) -> list[str]:
    return [name for name in sorted(CATALOG.own) if CATALOG[name].kind == kind]


BULLETS: tuple[tuple[str, str], ...] = (
    ("mandate", "Mandate: order it"),
    ("deadline", "Deadline: results by a date"),
    ("replace_leaders", "Replace half the leaders"),
    ("away_day", "Away-day"),
    ("incentive", "Incentive: pay for it"),
    ("monitoring", "Monitoring: tight contract"),
    ("restructure", "Restructure"),
    ("consultants", "Consultants"),
)
BULLETS = _with_others(BULLETS, _of_kind(BULLET))
REMEDIES: tuple[tuple[str, str], ...] = (
    ("coordinator", "An independent coordinator"),
    ("coaching", "Coaching of key people"),
    ("handover", "Careful handovers"),
    ("realistic_expectations", "Realistic expectations"),
    ("selection", "Careful selection"),
    ("charter", "A charter of their own"),
)
REMEDIES = _with_others(REMEDIES, _of_kind(REMEDY))
SETTINGS: tuple[tuple[str, str], ...] = (
    ("voluntary", "Eight that may leave"),
    ("coalition", "A coalition on a grant"),
    ("dyad", "Two organisations"),
    ("stp", "Twelve under a mandate"),
    ("hierarchy", "Units under one command"),
)
SETTINGS = _with_others(SETTINGS, settings.SETTINGS)

TIME = Lesson(
    "time",
    "Why it takes time",
    "How long does trust need?",
    (
        "Eight organisations need each other, and nobody can give orders. All that moves them "
        "is trust between a few people, and trust is learned: one kept promise at a time, in "
        "the few meetings that a diary allows. Bad news counts about double.\n\n"
        "A partnership is called mature once enough pairs trust each other and joint habits "
        "have formed, and both have held for half a year."
    ),
    Bet(
        "A hundred of these partnerships set out. Of those that get there, half are mature after…",
        (("12", "1 year"), ("24", "2 years"), ("48", "4 years"), ("96", "8 years")),
        "wait",
        of_start=True,
    ),
    (
        parameter("meetings", "Meetings a month, for each person", 2, 12, 0.5),
        parameter("history", "Trust they bring from earlier work", 0.2, 0.8, 0.05),
        parameter("negativity", "How much bad news outweighs good", 1, 4, 0.1),
        parameter("organisations", "How many organisations", 3, 14, 1),
    ),
    "as they are",
    "with your levers",
    "Move one lever at a time. More time together and fewer partners shorten the wait; in this "
    "model size matters more than anything else, and it probably exaggerates that.",
)

HORSEBACK = Lesson(
    "horseback",
    "On foot, on horseback",
    "Trust arrives on foot and leaves on horseback. How far does it ride?",
    (
        "Organisation A breaks its word in public, once. Everything else stays as it was: the "
        "same people, the same luck. The fall takes one month.\n\n"
        "Bad news weighs more than good, a breach of honesty is remembered for years, and "
        "whoever has less trust makes fewer promises that could be kept."
    ),
    Bet(
        "Look at those still together. When is half of the lost trust back?",
        (("3", "After 3 months"), ("12", "After a year"), ("48", "After 4 years or later")),
        "regained",
    ),
    (
        _argument("incident", "size", "How bad the breach is", 1, 20, 1, 8, "kept promises"),
        _argument("incident", "start", "Months before it happens", 6, 90, 6, 36, "months"),
        parameter("negativity", "How much bad news outweighs good", 1, 4, 0.1, both=True),
        parameter(
            "integrity_kept", "A breach still held a month later", 0.9, 1.0, 0.005, both=True
        ),
    ),
    "A keeps its word",
    "A breaks its word once",
    "Trust between those that stay does come back. What does not come back are the partnerships "
    "that the breach ended: compare the black crosses.",
)

LEAVING = Lesson(
    "leaving",
    "Somebody leaves",
    "People move on. What happens to the trust they carried?",
    (
        "Trust is held by people, not by organisations. When somebody leaves, the successor is "
        "a stranger to everybody at the table, unless the organisation's good name is passed "
        "on.\n\n"
        "A good handover does that: the successor is believed as the organisation was."
    ),
    Bet(
        "Handovers as the lever says, against half-hearted ones. In ten years…",
        MATURE_MORE,
        "matured",
    ),
    (
        parameter("handover", "How much of the good name is handed over", 0, 1, 0.05, start=0.8),
        parameter("tenure", "How long people stay, on average", 6, 90, 3),
        parameter("command", "How much hangs on the boss", 0, 1, 0.1),
    ),
    "as it is: half-hearted handovers",
    "with your levers",
    "How far a successor is believed is a hypothesis of this model: no study we know has "
    "measured it. Try people who stay 12 months, then handovers of 1.",
)

COORDINATOR = Lesson(
    "coordinator",
    "The coordinator",
    "Can one person without any power help eight organisations?",
    (
        "An independent coordinator looks after the pair of organisations that gets on worst, "
        "month after month: turns attacks into open disagreement, clears up misreadings, mends.\n\n"
        "It works because nobody owns the coordinator. What if one member does?"
    ),
    Bet("A coordinator comes, as the levers say. In ten years…", MATURE_MORE, "matured"),
    (
        _argument("coordinator", "start", "Months before the coordinator comes", 0, 60, 6, 0,
                  "months"),
        _argument("coordinator", "months", "How long the coordinator stays", 6, 120, 6, 120,
                  "months"),
        _argument("coordinator", "capacity", "Pairs looked after each month", 0, 4, 0.5, 1,
                  "pairs a month"),
        _argument("coordinator", "allegiance", "How much the coordinator serves member A", 0, 1,
                  0.1, 0, "share"),
    ),
    "without",
    "with a coordinator",
    "Earlier is better, mostly because it is longer; and leaving again is not harmless. "
    "A coordinator who serves one side turns from a help into a harm.",
)  # fmt: skip

SILVER = Lesson(
    "bullets",
    "Silver bullets",
    "Progress is slow. Do you pull the lever?",
    (
        "Waiting for trust is hard, and there is always a quick way: order it, pay for it, set "
        "a date, change the leaders. Pick one and pull.\n\n"
        "You see the same partnership twice, with the same people and the same luck. Only the "
        "lever differs."
    ),
    Bet("You pull this lever on a hundred partnerships. In ten years…", MATURE_MORE, "matured"),
    (
        Choice("bullet", "The lever", BULLETS, "mandate"),
        _argument("bullet", "dose", "How hard you pull", 0, 1, 0.05, 1, "dose, 0 to 1"),
        _argument("bullet", "start", "Months before you pull", 0, 84, 6, 12, "months"),
        _argument("bullet", "months", "How long you hold it", 1, 120, 1, 60, "months"),
        parameter("history", "Trust they bring from earlier work", 0.2, 0.8, 0.05, both=True),
    ),
    "left alone",
    "lever pulled",
    "No lever is bad by definition: an away-day and half a deadline help as they come, others "
    "only under conditions that had to be looked for. It is mostly what comes with a lever that "
    "harms: promises, reports, and acts that prove nothing because they were ordered.",
)

LUCK = Lesson(
    "luck",
    "Is it luck?",
    "A partnership does better than another. Was it what they did?",
    (
        "Here are a hundred partnerships, each shown twice. Nothing is done to either of the "
        "two. Only their luck differs: who met whom, who left when, which promise went wrong.\n\n"
        "Then give both the same luck, and pull a lever on the second: now every difference is "
        "the lever's."
    ),
    Bet(
        "With other luck, and nothing done: how many of the hundred end differently?",
        (("10", "Fewer than 10"), ("25", "10 to 40"), ("60", "More than 40")),
        "different",
        of_start=True,
    ),
    (
        Choice(
            "twin",
            "Luck of the second",
            ((OTHER, "Other luck than the first"), (TWIN, "The same luck")),
            OTHER,
        ),
        _argument("mandate", "dose", "A mandate on the second", 0, 1, 0.05, 0, "dose, 0 to 1"),
        Slider("pairs", "How many you look at", 5, 100, 5, 100, "partnerships"),
    ),
    "first",
    "second",
    "With the same luck and no lever nothing differs, to the bit. With other luck a great deal "
    "does, though nothing was done. Look at only ten pairs and see what you would have concluded.",
)

BUILD = Lesson(
    "build",
    "Build your own",
    "Your partnership. What would you do?",
    (
        "Choose who sits at the table, then one lever and one slow remedy. The first fate is "
        "the same partnership with neither. A lever below left where it stands keeps what your "
        "table brings."
    ),
    Bet("Your plan, on a hundred of these partnerships. In ten years…", MATURE_MORE, "matured"),
    (
        Choice("setting", "Who sits at the table", SETTINGS, "voluntary", both=True),
        Choice("remedy", "A slow remedy", ((NOTHING, "None"), *REMEDIES), "coordinator"),
        _argument("remedy", "dose", "How much of the remedy", 0, 1, 0.05, 1, "dose, 0 to 1",
                  "remedy_dose"),
        Choice("bullet", "A silver bullet", ((NOTHING, "None"), *BULLETS), NOTHING),
        _argument("bullet", "dose", "How hard you pull it", 0, 1, 0.05, 1, "dose, 0 to 1"),
        _argument("bullet", "start", "Months before you pull it", 0, 84, 6, 12, "months"),
        parameter("history", "Trust they bring from earlier work", 0.2, 0.8, 0.05, both=True),
        parameter("tenure", "How long people stay, on average", 6, 90, 3, both=True),
        parameter("pressure", "Progress the sponsor expects", 0.3, 1, 0.05, both=True),
    ),
    "neither",
    "your plan",
    "Coaching takes the time that meetings need: at its usual dose it has not paid in any run we "
    "made. All of this is a model, not a forecast.",
)  # fmt: skip

LESSONS = (TIME, HORSEBACK, LEAVING, COORDINATOR, SILVER, LUCK, BUILD)
BY_KEY = {lesson.key: lesson for lesson in LESSONS}
