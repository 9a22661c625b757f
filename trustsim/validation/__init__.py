"""Published facts about partnerships, put to trustsim and to other models side by side.

`scorecard` measures; `facts.toml` holds what is measured and the bands, which were fixed before
anything was run. docs/validation.md tells how to read it and what was found.
"""

from trustsim.validation.facts import Fact, Facts, Measure, facts
from trustsim.validation.models import MODELS, Model
from trustsim.validation.refit import Refitted
from trustsim.validation.scorecard import Scorecard, scorecard, steps
from trustsim.validation.verdicts import VERDICTS, verdict

__all__ = [
    "MODELS",
    "VERDICTS",
    "Fact",
    "Facts",
    "Measure",
    "Model",
    "Refitted",
    "Scorecard",
    "facts",
    "scorecard",
    "steps",
    "verdict",
]
