"""What is done to a partnership, as data: settings, interventions, changes.

`trustsim.scenarios` is this package, and, called, the table of named settings.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class _Callable(ModuleType):
    """The package as a function: whoever imports a part of it would hide one of that name."""

    def __call__(self) -> pd.DataFrame:
        """Every named setting: what it is, how large, and what is done in it."""
        from trustsim.scenarios.table import scenarios

        return scenarios()


sys.modules[__name__].__class__ = _Callable
