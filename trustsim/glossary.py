"""What the words mean: one word for each idea, in the code, the pages and the figures alike.

`explain` looks here, and docs/glossary.md is generated from here. Words in *italics* have an entry,
names in `code` are columns or parameters.
"""

from __future__ import annotations

from trustsim.errors import plain_name

GLOSSARY: dict[str, dict[str, str]] = {
    "Who is there": {
        "partnership": "several organisations that need each other and have no authority over "
        "each other",
        "member": "an organisation while it sits at the table",
        "seat": "a place at the table, or of a person in an organisation; it stays when its "
        "holder leaves",
        "key individual": "a person who carries the relationships of a *member*; person for short",
        "leader": "the key individual in the first seat of an organisation",
        "tier": "the level of a seat in its organisation, 0 at the top",
        "counterpart": "a key individual of another *member*",
        "coordinator": "an independent person who attends to troubled *pairs* and commands nobody",
        "allegiance": "how far a *coordinator* serves one *member*; a lead organisation is a "
        "coordinator with allegiance",
        "legitimacy": "what a *coordinator's* word is worth to the parties: skill times "
        "inclusiveness times independence",
        "capacity": "how many *pairs* of members a *coordinator* attends to in a month",
        "sponsor": "an outsider who expects results, sees only *show*, and may stop the "
        "partnership",
        "pair": "two *members*",
        "tie": "one person's relationship with one *counterpart*; it has a direction",
    },
    "Trust": {
        "trust": "what the *evidence* and the *prior* of a *tie* amount to, a share in [0, 1]",
        "rule of trust": "how acts become trust (`trust_rule`): the model's rule, or a peer's",
        "evidence": "counts of good and bad acts remembered, in units of one kept promise",
        "failure": "bad *evidence* of competence, such as a promise that was not delivered",
        "violation": "bad *evidence* of integrity, after a *breach*",
        "prior": "what is believed of somebody before there is evidence",
        "disposition": "a person's trait: how far they trust strangers",
        "history": "what two organisations bring from earlier work: initial evidence and initial "
        "*institutional trust*",
        "institutional trust": "trust of one organisation in another; it follows that of its "
        "people, and shapes their *priors*",
        "mutual trust": "the lower of the two directions",
        "breadth": "the share of *pairs* of members whose *mutual trust* passes a threshold",
        "depth": "how much a *tie* has lived through, good or bad",
        "negativity": "the weight of bad news relative to good",
        "misreading": "reading a good act as self-serving",
        "hearsay": "the part of an experience that colleagues adopt",
        "handover": "how far a successor is trusted like the organisation, rather than like a "
        "stranger",
    },
    "What people do": {
        "action": "a kind of act: cooperate, challenge, comply, withdraw, control, undercut, "
        "breach, or fail to deliver",
        "command": "how far a superior's word binds at home",
        "charter": "rules of the game that the parties write themselves; not called control",
        "monitoring": "a tight contract imposed from suspicion; not called a charter",
    },
    "What becomes of it": {
        "status": "where a partnership stands in a month: *dissolved*, *mature*, *tokenistic* or "
        "*forming*, the first of these that is true",
        "routines": "the stock of joint working habits",
        "institutionalised": "the part of *routines* that neither people nor trust carry",
        "value": "cooperation delivered between people who trust each other",
        "smoke": "effort that delivers nothing",
        "show": "what looks like progress: acts done, compliance, announcements",
        "maturity": "the geometric mean of *breadth* and *routines*, a share in [0, 1]",
        "mature": "a partnership whose *maturity* has been at or over `maturity_threshold` for "
        "`maturity_hold` months in a row; it stays mature until it has been under it for as "
        "long",
        "time-to-maturity": "the first month of the first such spell. A spell that the end of a "
        "run cuts short does not count: with the default hold of 6, simulate five months more "
        "than the date you ask about",
        "nominal maturity": "what a *sponsor* declares because *show* passes a bar",
        "relapse": "the loss of maturity",
        "tokenistic": "alive, meeting, and delivering next to nothing for a long time",
        "forming": "alive, neither mature nor tokenistic",
        "dissolved": "ended; the only *status* that is final",
        "cause": "why a *member* left or a partnership *dissolved*: frustration, a breach, the "
        "exit of a key person, an outside option, an outside event, a vote, or the *sponsor*",
        "expectation": "the progress that the *sponsor* expects now",
        "pressure": "how much progress the *sponsor* expects in the end; `pace` says how soon",
        "frustration": "how far what members see falls short of what is expected, smoothed",
        "goodwill": "a stock that *history* endows and disappointment spends; it shields from exit",
        "exit": "a *member* leaves",
        "turnover": "key individuals leave, and others succeed them",
        "outside option": "how attractive life outside is to an organisation",
        "quorum": "the share of members needed to go on, counted on recent exits",
        "attrition": "*exits* of members and the end of partnerships (*dissolved*): two levels, "
        "reported separately",
    },
    "What is done to it": {
        "setting": "a named baseline, with the reason for each choice: voluntary, stp, coalition, "
        "dyad, hierarchy",
        "scenario": "a setting, with your own values of parameters and *interventions* if you like",
        "intervention": "something done to a partnership from some month on: changes of "
        "parameters, with sources, a prediction and a cost",
        "silver bullet": "an intervention meant to bypass or speed up maturing, such as a mandate",
        "slow remedy": "an intervention that works through people's trust and habits",
        "event": "something that happens to a partnership: an incident, the end of funding",
        "mandate": "authority imposed from outside",
        "dose": "how much of an intervention there is, in [0, 1]: 0 is none, 1 (the default) the "
        "full measure; `+mandate:dose=0.5` is half a mandate",
        "start": "how many months pass before an intervention begins; start=0 is in force from "
        "month 1",
        "menu": "silver bullets that frustrated members may reach for by themselves",
        "reach for": "begin a *silver bullet* of the *menu* out of frustration",
        "backfire": "make an outcome worse than it would have been: the whole interval of the "
        "effect is on the bad side",
        "lifted": "taken away from the baseline, as a separate arm; said of an intervention",
    },
    "How it is studied": {
        "month": "one step of the model; months count from 1",
        "horizon": "the last month simulated, or looked at",
        "seed": "the number that fixes the luck. The same scenario, seed and replicate give the "
        "same numbers on every machine; another seed gives other partnerships",
        "replicate": "the number of one partnership; with the *seed* it fixes its luck",
        "run": "one replicate of one scenario, or of one *cell* of a *study*",
        "arm": "one scenario among several that are compared",
        "baseline": "the arm that the others are compared with",
        "twin": "the same replicate in another arm: the same people, the same luck",
        "paired": "of effects: differences between *twins*",
        "fork": "a scenario that changes into another one after some month, with the same luck",
        "helped": "did better than its *twin* (harmed: worse), partly by chance",
        "better before worse": "a mean that is surely above the *baseline's* first and surely "
        "below it later",
        "worst off": "the *member* that loses most by a change, chosen after the fact",
        "price": "person-months for one more partnership that matures (or does not dissolve)",
        "censored": "not seen to happen before the *horizon*",
        "interval": "bounds that hold the value of endless replicates in 95 of 100 seeds, unless "
        "another share is named. It is about luck only, not about the parameters",
        "cumulative incidence": "the share to whom something has happened by a month, with "
        "competing ends counted as such (Aalen-Johansen)",
        "hazard": "the chance that something happens this month to those to whom it has not yet; "
        "tables give it per partnership-year",
        "restricted mean": "the mean time up to a fixed *horizon*, over all runs",
        "months lost": "mean months of life, up to a *horizon*, that a cause of dissolution took",
        "median given that it happens": "the median of the *cumulative incidence*, rescaled to "
        "those to whom it happens by the horizon",
        "engine": "the code that simulates the months: one is compiled and fast (`ensemble`), the "
        "other has agents to read and change (`mesa`); the numbers are the same",
        "parity": "both engines give the same numbers, to the bit",
        "study": "what is swept: a scenario, *arms*, *factors* and a *design*, in one file",
        "factor": "a parameter, or an argument of an intervention, that a *study* varies",
        "point": "one set of values, one for each *factor*",
        "cell": "one *arm* at one *point*",
        "design": "which *points* a study tries: grid, lhs, sobol, morris, or your own as csv",
        "shard": "a share of the work of a *study*, for a separate job; merged afterwards",
        "noise": "what other luck would change, as opposed to what *factors* change",
        "posterior": "*points* that agree with the published facts, each as likely as any other",
        "draw": "one *point* of the *posterior*",
        "ensemble": "the *points* that meet the calibration targets twice",
        "grade": "how well a default is known, from verified to assumption",
    },
    "How it is taught": {
        "lesson": "one question on one screen, with a *bet*, two lives side by side, and *levers*",
        "bet": "what a reader expects, before the answer is shown",
        "lever": "what a reader of a *lesson* moves",
        "handout": "a *lesson* or a story as one file that needs no Python",
        "worksheet": "paper for a *lesson*, to fill in; the answers are in another file",
    },
}
"""Words by topic, each with its meaning."""

ALSO = {
    "bullet": "silver bullet",
    "talking shop": "tokenistic",
    "dissolution": "dissolved",
    "dissolve": "dissolved",
    "maturing": "mature",
    "matured": "mature",
    "organisation": "member",
    "person": "key individual",
    "key people": "key individual",
    "remedy": "slow remedy",
    "departure": "turnover",
    "months": "month",
    "replicates": "replicate",
    "runs": "run",
    "arms": "arm",
    "pace": "pressure",
    "harmed": "helped",
    "confidence interval": "interval",
    "sweep": "study",
}
"""Other words for the same, and short forms."""

_BY_NAME = {plain_name(word): word for words in GLOSSARY.values() for word in words}
_BY_NAME |= {plain_name(other): word for other, word in ALSO.items()}


def word_for(name: str) -> str | None:
    """The entry for a word, however it is written; None if there is none.

    >>> word_for("Silver_Bullet"), word_for("bullet"), word_for("time to maturity")
    ('silver bullet', 'silver bullet', 'time-to-maturity')
    """
    return _BY_NAME.get(plain_name(name))


def meaning(word: str) -> str:
    """What a word of the glossary means, with its marks for *italics* and `code`."""
    return next(words[word] for words in GLOSSARY.values() if word in words)


def words() -> list[str]:
    """Every word that is explained, other words for the same included."""
    return [word for group in GLOSSARY.values() for word in group] + list(ALSO)
