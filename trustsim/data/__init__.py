"""Published facts about partnerships, as small tables with their sources.

What the columns mean and what to be careful about: README.md in this folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trustsim.errors import TrustsimError, nearest

if TYPE_CHECKING:
    import pandas as pd

NAMES = (
    "ics_rollout",
    "ics_units",
    "maturity_targets",
    "peer_targets",
    "stylised_facts",
    "survival_targets",
    "turnover_rates",
)
"""The tables there are."""


def read(name: str) -> pd.DataFrame:
    """One table of published facts, as it is shipped; empty cells are missing values.

    Parameters
    ----------
    name : str
        One of `NAMES`.

    Raises
    ------
    TrustsimError
        There is no table of that name.

    Examples
    --------
    >>> read("ics_units").shape
    (42, 10)
    """
    if name not in NAMES:
        raise TrustsimError(
            f"no table is called `{name}`.{nearest(name, NAMES)} There are: {', '.join(NAMES)}."
        )
    from importlib.resources import files

    import pandas as pd

    with (files("trustsim.data") / f"{name}.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)
