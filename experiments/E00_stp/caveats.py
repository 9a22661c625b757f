"""What to keep in mind: before comparing with England, and before believing any of it.

One caution a paragraph; a source that it rests on stands at its end in square brackets.
"""

from __future__ import annotations

import re

from trustsim.report import Markup, Sources, joined

DESIGNATION = """
Designation is an act of policy, an administrative proxy for maturity: the official index runs
emerging, developing, maturing, thriving, and only "maturing" qualified. [hsj2019maturity]

The deadline of April 2021, set in January 2019, forced the end: 24 of 42 were designated in the
last four months. The last 13 are censored here; the eleven of December 2020 may have been hurried
as well. The simulation knows no deadline. [rollout2026]

Covid made organisations work together in 2020. The simulation knows no Covid.

Footprints changed: 44 became 42 by merger, and some of the first systems were parts of later
ones. [hsj2019units]

Two systems (Greater Manchester, Surrey Heartlands) came by devolution that had begun before: their
clock starts too late.

The clock starts in March 2016, when the footprints were named; December 2015 would be defensible
too.
"""

LIMITS = """
It can tell what follows from the stated assumptions, and compare arms that share them: comparisons
are worth more than levels.

It can't forecast a partnership that you know, nor prove that a mandate harmed or a coordinator
would have helped the real STPs. No STP was run twice.

The setting rests on assumptions: 12 organisations of two people for systems of 8 to 32
organisations, and sizes for history, pace and meetings that no source gives. The effects of a
mandate follow from four assumed dials.

All simulated STPs share one set of parameters and differ by people and luck alone. The real ones
differed in history, size and task, so real dates spread more widely than simulated ones can.

Published effects of coordinators are confounded by selection; and while this went on an
independent chair became policy in England, so the STPs as they were had something of a
coordinator. [hsj2019turnover]

Maturity and talking shops are defined by thresholds, and the model is calibrated on voluntary
partnerships of eight organisations, not on the STPs.

Ending is not always failure, and a long life is not always success.
"""


def listed(text: str, sources: Sources) -> list[Markup]:
    """The cautions of a text, each with links to its sources."""
    found = []
    for caution in text.strip().split("\n\n"):
        plain = re.sub(r"\s*\[(\w+)\]", "", caution)
        found.append(joined(plain, sources.mark(*re.findall(r"\[(\w+)\]", caution))))
    return found
