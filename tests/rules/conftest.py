"""Properties are tried on the same examples every time."""

import os

from hypothesis import Phase, settings

settings.register_profile("rules", derandomize=True, deadline=None, max_examples=200)
# A mutant is told by any example that fails; nobody reads the smallest one.
settings.register_profile(
    "mutants", settings.get_profile("rules"), phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("mutants" if "MUTANT_UNDER_TEST" in os.environ else "rules")
