"""What is swept in a soak: small studies of many kinds, and the commands that each is made with."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """One command, repeated until it ends well; folder: where it writes."""

    words: tuple[str, ...]
    folder: str


class Plan(NamedTuple):
    """Studies by name of file, and what is done with them.

    cut: runs in a task, None for the cut of the real command, which is some seconds of work; own:
    with own outcomes, one of which fails for some runs; direct: the file of the study that the last
    folder must hold, as one sweep of it gives it; cold: nothing is compiled yet.
    """

    files: dict[str, str]
    steps: tuple[Step, ...]
    direct: str = ""
    cut: int | None = None
    own: bool = False
    cold: bool = False


def swept(file: str, folder: str, *options: str) -> Step:
    """A sweep; what is stored of it is gone on with."""
    again = () if "--extend" in options else ("--resume",)
    return Step(("sweep", file, "--out", folder, "--progress", "none", *again, *options), folder)


def merged(folder: str, *parts: str) -> Step:
    return Step(("merge", *parts, "--out", folder), folder)


def coordinators(count: int) -> str:
    """Arms, each of which is a part of its own at least."""
    return "\n".join(f'a{start} = ["coordinator(start={start})"]' for start in range(count))


def grid(replicates: int, arms: int, levels: str) -> str:
    return f"""
[study]
replicates = {replicates}
months = 60
seed = 11
[arms]
{coordinators(arms)}
[factors]
negativity = {levels}
"""


HYPERCUBE = """
[study]
replicates = 100
months = 36
record = "members"
seed = 4
[arms]
baseline = []
mandate = ["mandate(start=6)"]
[factors]
negativity = [1.2, 2.5]
handover = []
"mandate.dose" = [0.2, 1.0]
[design]
kind = "lhs"
points = 30
"""
BULLETS = """
[study]
scenario = "dyad"
replicates = 300
months = 48
record = "all"
seed = 2
[arms]
baseline = []
mandate = ["mandate(start=12)"]
"away day" = ["away_day(start=6)"]
both = ["mandate(start=12)", "coordinator(start=0)"]
[factors]
handover = [0.0, 0.4, 0.8]
"""
AGENTS = """
[study]
scenario = "dyad"
engine = "mesa"
replicates = 60
months = 24
seed = 3
[arms]
baseline = []
coordinator = ["coordinator(start=0)"]
[factors]
negativity = [1.2, 1.8, 2.5]
"""
FAILING = """
[study]
scenario = "dyad"
replicates = 200
months = 36
seed = 8
[arms]
baseline = []
coordinator = ["coordinator(start=0)"]
late = ["mandate(start=12)"]
[factors]
"mandate.dose" = [0.3, 0.6, 1.7]
"""
HEAVY = """
[study]
replicates = 15000
months = 84
seed = 1
"""


def precise(half_width: float) -> str:
    return f"""
[study]
months = 48
seed = 6
[arms]
{coordinators(4)}
[factors]
handover = [0.0, 0.8]
[precision]
outcome = "dissolved"
half_width = {half_width}
floor = 100
ceiling = 1200
"""


SMALL, GROWN = grid(300, 10, "[1.2, 2.5]"), grid(450, 12, "[1.2, 1.8, 2.5]")
SHARDS = tuple(f"part{n}" for n in (1, 2, 3))
EACH_SHARD = tuple(
    swept("study.toml", f"part{n}", "--shard", f"{n}/3", "--errors", "ignore") for n in (1, 2, 3)
)

PLANS = {
    "grid": Plan({"study.toml": SMALL}, (swept("study.toml", "whole"),)),
    "hypercube": Plan({"study.toml": HYPERCUBE}, (swept("study.toml", "whole"),), cut=100),
    "bullets": Plan({"study.toml": BULLETS}, (swept("study.toml", "whole"),), cut=60),
    "precision": Plan({"study.toml": precise(0.03)}, (swept("study.toml", "whole"),), cut=80),
    "agents": Plan({"study.toml": AGENTS}, (swept("study.toml", "whole"),), cut=15),
    "cold": Plan({"study.toml": SMALL}, (swept("study.toml", "whole"),), cold=True),
    "heavy": Plan({"study.toml": HEAVY}, (swept("study.toml", "whole"),)),
    "own outcomes": Plan(
        {"study.toml": FAILING},
        (swept("study.toml", "whole", "--errors", "ignore"),),
        cut=40,
        own=True,
    ),
    "grown": Plan(
        {"study.toml": SMALL, "grown.toml": GROWN},
        (swept("study.toml", "whole"), swept("grown.toml", "whole", "--extend")),
        direct="grown.toml",
    ),
    "more precise": Plan(
        {"study.toml": precise(0.06), "grown.toml": precise(0.035)},
        (swept("study.toml", "whole"), swept("grown.toml", "whole", "--extend")),
        direct="grown.toml",
        cut=80,
    ),
    "shards": Plan(
        {"study.toml": SMALL},
        (*EACH_SHARD, merged("whole", *SHARDS), swept("study.toml", "whole")),
        direct="study.toml",
    ),
    "shards of precision": Plan(
        {"study.toml": precise(0.05)},
        (*EACH_SHARD, merged("whole", *SHARDS), swept("study.toml", "whole")),
        direct="study.toml",
        cut=80,
    ),
    "a shard is missing": Plan(
        {"study.toml": FAILING},
        (
            *EACH_SHARD[::2],
            merged("whole", *SHARDS[::2]),
            swept("study.toml", "whole", "--errors", "ignore"),
        ),
        direct="study.toml",
        cut=40,
        own=True,
    ),
    "grown and merged": Plan(
        {"study.toml": HYPERCUBE, "grown.toml": HYPERCUBE.replace("= 100", "= 150")},
        (
            swept("study.toml", "part1", "--shard", "1/2"),
            swept("study.toml", "part2", "--shard", "2/2"),
            merged("whole", "part1", "part2"),
            swept("grown.toml", "whole", "--extend"),
        ),
        direct="grown.toml",
        cut=100,
    ),
}
