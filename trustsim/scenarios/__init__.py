"""What a partnership is and what is done to it, as data: settings, interventions, changes.

`ts.scenarios()`, the old name of `ts.settings()`, still works for this release: the package can be
called.
"""

from __future__ import annotations

import sys
import warnings
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class _Callable(ModuleType):
    """The package as a function: importing a part of it would hide a function of that name."""

    def __call__(self) -> pd.DataFrame:
        """The old name of `trustsim.settings`."""
        message = "ts.scenarios() is now ts.settings(); the old name will be removed soon"
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        table: pd.DataFrame = sys.modules["trustsim"].settings()
        return table


sys.modules[__name__].__class__ = _Callable
