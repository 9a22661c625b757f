"""What is spent on a partnership: the stated person-months of everything done to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trustsim.scenarios.scenario import Scenario


def person_months(
    scenario: Scenario, months_lived: ArrayLike, bullets_reached_for: ArrayLike = 0
) -> NDArray[np.float64]:
    """Person-months spent on interventions in partnerships that lived so long.

    A stated cost, not a market price: what the catalogue says a month in force takes (`trustsim
    explain NAME`), times the dose. Nothing is spent once a partnership has dissolved.

    Parameters
    ----------
    scenario : Scenario
        What was done, by date or reached for.
    months_lived : array_like
        Months that each partnership lived, or was watched for.
    bullets_reached_for : array_like, optional
        How often each reached for a silver bullet of its menu. Each on it is as likely, so the
        mean cost is counted: an upper bound, as if each ran its full time, or all months lived.

    Examples
    --------
    >>> from trustsim.scenarios.interventions import coordinator
    >>> person_months(Scenario() + coordinator(start=6, dose=0.5), [3, 18]).tolist()
    [0.0, 3.0]
    """
    lived = np.asarray(months_lived, dtype=np.float64)
    spent = np.zeros_like(lived)
    for item in scenario.interventions:
        end = lived if item.months is None else np.minimum(lived, item.start + item.months)
        spent += item.person_months * np.maximum(end - item.start, 0.0)
    for item in scenario.menu:
        share = np.asarray(bullets_reached_for, dtype=np.float64) / len(scenario.menu)
        lasting = lived if item.months is None else item.months
        spent += share * item.person_months * lasting
    return spent
