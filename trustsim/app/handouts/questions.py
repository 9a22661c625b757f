"""Questions to talk about after a lesson, each with a hint for the teacher."""

from __future__ import annotations

from typing import NamedTuple


class Question(NamedTuple):
    """What is asked, and what a teacher may say to it."""

    asked: str
    hint: str


QUESTIONS: dict[str, tuple[Question, ...]] = {
    "time": (
        Question(
            "Which lever moved the wait most? Does that fit what you have seen at work?",
            "In this model the number of organisations matters more than anything else, and the "
            "model probably exaggerates that: a diary allows so many meetings and no more, and "
            "more partners have to share them.",
        ),
        Question(
            "The wait is told for those that become mature. Who is left out of that number?",
            "Those that dissolve, and those that are still forming or a talking shop after ten "
            "years. The answer says how many matured at all: read the two together.",
        ),
        Question(
            "Somebody says: after a year there must be results. What would you answer?",
            "Compare it with the month by which half of those that mature have done so, and with "
            "its interval. What a deadline does is the matter of the lesson on silver bullets.",
        ),
    ),
    "horseback": (
        Question(
            "What comes back after a breach, and what does not?",
            "Trust between those that stay comes back. The partnerships that the breach ended do "
            "not: compare the crosses of the two squares.",
        ),
        Question(
            "Trust is compared only where a pair is alive in both fates. Why, and what does that "
            "hide?",
            "A partnership that has ended has no trust to measure. Whoever looks only at the "
            "survivors does not see those that the breach ended, so the harm looks smaller.",
        ),
        Question(
            "Is a breach ten times as bad ten times as harmful? Compare 2 and 20.",
            "Read it off the table: the fall of trust, and how many dissolved. With a hundred "
            "pairs a small difference can't be told from none.",
        ),
    ),
    "leaving": (
        Question(
            "Somebody leaves. What does the partnership lose, and what does it keep?",
            "The ties of that person are lost: the successor is a stranger. What can stay is the "
            "good name of the organisation, as far as it is handed over, and joint habits.",
        ),
        Question(
            "People stay only 12 months. How far does a full handover make up for that?",
            "Compare the row with 12 months and the row with 12 months and a handover of 1. Note "
            "that the first fate keeps people for 30 months in both.",
        ),
        Question(
            "How could one find out how far a successor is really believed?",
            "No study we know has measured it; in this model it is a hypothesis. One could ask "
            "partners before and after a change, for instance, with and without a handover.",
        ),
    ),
    "coordinator": (
        Question(
            "Why could it help that a coordinator has no power over anybody?",
            "What somebody says who is owned by nobody is worth more to both sides. Compare the "
            "rows in which the coordinator serves member A.",
        ),
        Question(
            "Coming late, or leaving early: which costs more?",
            "A hundred pairs may not tell. Over 2,000 partnerships, of what a coordinator gains "
            "only about a fifth (95 % interval 0.14 to 0.26) is kept when the coordinator leaves "
            "after 12 months: experiments/E00_propositions, proposition 2.",
        ),
        Question(
            "What would make a coordinator a harm?",
            "Serving one side. Over 2,000 partnerships, with a coordinator with allegiance 6 in a "
            "hundred fewer (95 % interval 4 to 7) mature by year 5 than with none at all: "
            "experiments/E00_propositions, proposition 3.",
        ),
    ),
    "bullets": (
        Question(
            "Why may an order get people to act and still build no trust?",
            "An act that was ordered proves little about whoever does it. Promises to the outside "
            "and reports come with the order, and take meetings.",
        ),
        Question(
            "Which lever would your own organisation pull? What does its row say, and what does "
            "the interval say?",
            "Where the interval holds 0, a hundred pairs can't tell. Over thousands, an away-day "
            "and half a deadline help as they come, a full deadline backfires: docs/evidence.md.",
        ),
        Question(
            "Somebody pulled a lever and the partnership got better. Was it the lever?",
            "One can't know without its twin: many of those left alone got better too. The lesson "
            "on luck goes on from here.",
        ),
    ),
    "luck": (
        Question(
            "Two partnerships began alike and ended differently. Who earned the praise?",
            "Nobody: nothing was done to either of them. Only their luck differed.",
        ),
        Question(
            "Look at ten pairs only. What would you have concluded, and how surely?",
            "Compare the intervals of ten, thirty and a hundred pairs: the fewer, the wider.",
        ),
        Question(
            "In life nobody has a twin. What would you need to tell luck from skill?",
            "Many partnerships, a comparison that was fixed before (at best drawn by lot), and "
            "intervals.",
        ),
    ),
    "build": (
        Question(
            "Which part of your plan could you begin next month? Who would have to agree?",
            "There is no right answer. A lever in a model costs a click; the same one in life "
            "costs months of people's work.",
        ),
        Question(
            "Coaching is meant to help people, and yet it does not pay here. Why?",
            "It takes the time that meetings need. Compare coaching at full and at half dose; it "
            "has not paid at its usual dose in any run that was made.",
        ),
        Question(
            "What is left out of this model that matters to your partnership?",
            "People here have no biographies and no politics beyond influence and rivalry; they "
            "meet two by two. Most sizes are assumptions.",
        ),
    ),
}
