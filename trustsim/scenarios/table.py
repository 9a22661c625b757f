"""The named settings as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.settings import SETTINGS

if TYPE_CHECKING:
    import pandas as pd


def scenarios() -> pd.DataFrame:
    """Every named setting: what it is, how large, and what is done in it.

    >>> scenarios()["name"].tolist()
    ['voluntary', 'stp', 'coalition', 'dyad', 'hierarchy']
    """
    import pandas as pd

    rows = []
    for setting in SETTINGS.values():
        chosen = {choice.parameter: choice.value for choice in setting.choices}
        rows.append(
            {
                "name": setting.name,
                "title": setting.title,
                "meaning": setting.meaning,
                "members": int(chosen.get("organisations", BY_NAME["organisations"].default)),
                "people_a_member": int(chosen.get("people", BY_NAME["people"].default)),
                "may_exit": bool(chosen.get("may_exit", BY_NAME["may_exit"].default)),
                "choices": len(setting.choices),
                "interventions": ", ".join(setting.interventions),
            }
        )
    return pd.DataFrame(rows)
