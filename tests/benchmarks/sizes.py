"""What a partnership costs by its size: `python -m tests.benchmarks.sizes [--out docs/figures]`.

Writes cost_by_size.csv and cost_by_size.png. Two measures of the same times: nanoseconds an
ordered pair-month, and nanoseconds a meeting. A budget of meetings is a person's, so pairs grow
with the square of the people and meetings in proportion: whichever measure stays level is what
a month's work is made of. Processor time of one thread, least of several repeats.
"""

import argparse
import csv
import itertools
import time
from pathlib import Path

from tests.benchmarks.engines import MONTHS, of_size, pair_months
from trustsim import schema
from trustsim.engines.ensemble import run_chunk
from trustsim.engines.packing import setup

MEMBERS = (3, 5, 8, 12, 20, 42, 100)
PEOPLE = (1, 2, 5, 10)
WORK = 400_000  # pair-months a measurement, at least
REPEATS = 5
COLUMNS = (
    "organisations",
    "people",
    "pairs",
    "meetings_a_month",
    "microseconds_a_month",
    "ns_a_pair_month",
    "ns_a_meeting",
)


def cost_of(organisations: int, people: int) -> dict[str, float]:
    """One row of the table."""
    chosen = of_size(organisations, people)
    plan = setup(chosen.values(), chosen.change_rows())
    each = pair_months(organisations, people)
    count = max(1, WORK // each)
    met = schema.column_names(schema.RUNS).index("meetings")
    took, meetings = [], 0.0
    for _ in range(REPEATS):
        start = time.thread_time()
        raw = run_chunk(plan, 1, 0, count, MONTHS)
        took.append((time.thread_time() - start) / (count * MONTHS))
        meetings = float(raw.runs[:, met].mean()) / MONTHS
    pairs = each // MONTHS
    month = 1e9 * min(took)
    numbers = (organisations, people, pairs, meetings, month / 1e3, month / pairs, month / meetings)
    return dict(zip(COLUMNS, numbers, strict=True))


def plot_cost(rows: list[dict[str, float]], path: Path) -> None:
    """Cost of a pair-month and of a meeting against the people at the table."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    from trustsim.figures.style import LINES, SMALL

    figure, panels = pyplot.subplots(1, 2, figsize=(9.5, 4.2), layout="constrained")
    for axes, column, unit in (
        (panels[0], "ns_a_pair_month", "ns an ordered pair-month"),
        (panels[1], "ns_a_meeting", "ns a meeting"),
    ):
        for people, style in zip(PEOPLE, LINES, strict=False):
            line = [row for row in rows if row["people"] == people]
            across = [row["organisations"] * people for row in line]
            up = [row[column] for row in line]
            axes.plot(across, up, marker="o", color=style.colour, linestyle=style.dash)
            label = "1 person a member" if people == 1 else f"{people} people"
            axes.annotate(
                label, (across[-1], up[-1]), (5, -3), textcoords="offset points",
                color=style.colour, fontsize=SMALL,
            )  # fmt: skip
        axes.set(xscale="log", yscale="log", xlabel="people at the table", ylabel=unit)
        axes.set_xlim(right=9 * MEMBERS[-1] * PEOPLE[-1])
    panels[0].set_title("linear in pairs where this is level")
    panels[1].set_title("linear in meetings where this is level")
    note = f"one thread, {MONTHS} months, nobody leaves; least of {REPEATS} repeats"
    figure.supxlabel(note, fontsize=SMALL)
    figure.savefig(path, dpi=150)


def main() -> None:
    """Measure, write the table and the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/figures"))
    options = parser.parse_args()
    sizes = [(m, p) for p, m in itertools.product(PEOPLE, MEMBERS)]
    cost_of(2, 1)  # compile and load
    rows = [cost_of(*size) for size in sizes]
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "cost_by_size.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        for row in rows:
            table.writerow({name: f"{row[name]:.6g}" for name in COLUMNS})
    plot_cost(rows, options.out / "cost_by_size.png")


if __name__ == "__main__":
    main()
