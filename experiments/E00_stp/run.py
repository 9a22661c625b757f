"""E00: six lives of the same English partnerships. This is what `make demo` runs."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic

# Some builds of llvmlite put another exp into compiled code: the bits must not depend on that.
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

import calibrated
import page
import pandas as pd
import pictures
import predictions
import sentences as say
import story
import tables
from arms import ARMS, SCENARIO, STP, VOLUNTARY
from tqdm import tqdm

import trustsim as ts
from trustsim import output, schema
from trustsim.arguments import expanded
from trustsim.errors import refusal
from trustsim.report import Figure, Table

DIGITS = 12
YEAR_FIVE = 60  # months
TITLES = {
    "attrition": "Partnerships dissolved and members lost",
    "causes": "Why partnerships ended",
    "status": "Where they stand at the end of every year",
    "maturity": "Time-to-maturity",
    "contrasts": "Paired differences between arms",
    "nominal": "Mature by show and in fact",
    "turnover": "Changes of leader, simulated and counted",
    "designation": "Simulated maturity beside designation",
    "assumptions": "The choices that make the setting",
    "predictions": "Predictions and verdicts",
    "ranges": "Headline numbers over the calibrated points",
    "points": "Headline numbers at every calibrated point",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the experiment; 0 if the report was written."""
    options = parsed(arguments)
    began = monotonic()
    try:
        check_months(options.months)
        output.check_destination(options.out)
        scenario = ts.scenario(options.scenario)
        with output.whole_folder(options.out) as draft:
            write(draft, scenario, options)
    except ts.TrustsimError as problem:
        print(problem, file=sys.stderr)
        return 2
    print(f"{options.out}/report.html, after {monotonic() - began:.0f} seconds")
    return 0


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=expanded, required=True, help="a folder that does not exist yet"
    )
    parser.add_argument("--scenario", default=str(SCENARIO), help="another STP, as a TOML file")
    parser.add_argument("--replicates", type=int, default=10_000, help="partnerships an arm")
    parser.add_argument("--seed", type=int, default=0, help="which world of luck")
    parser.add_argument("--months", type=int, default=120, help="horizon")
    parser.add_argument("--points", type=int, default=24, help="calibrated points; 0: none")
    parser.add_argument("--at-each", type=int, default=200, help="partnerships a point and arm")
    return parser.parse_args(arguments)


def check_months(months: int) -> None:
    """Nothing, if the horizon reaches the year that the predictions speak of."""
    if months < YEAR_FIVE:
        allowed = f"must be at least {YEAR_FIVE}: the predictions speak of year five"
        raise ts.ParameterError(refusal("E00", "--months", months, allowed, "Give more months."))


def write(folder: Path, scenario: ts.Scenario, options: argparse.Namespace) -> None:
    """Simulate, and write everything into a folder."""
    places = calibrated.chosen(scenario, options.points) if options.points else []
    at_each = min(options.at_each, options.replicates)
    total = len(ARMS) * (options.replicates + len(places) * at_each)
    # On a terminal only: a log file has no use for a moving bar.
    with tqdm(total=total, unit=" partnerships", disable=None) as bar:
        runs = simulated(scenario, options, bar.update)
        found = tabled(runs)
        if places:
            how = {"replicates": at_each, "seed": options.seed, "months": options.months}
            found["points"] = calibrated.at_points(places, progress=bar.update, **how)
            found["ranges"] = calibrated.ranges(runs, found["points"])
    told = story.tell(runs)
    record = output.manifest(runs[STP.key], command=typed(options))
    record["arms"] = {key: one.scenario.to_dict() for key, one in runs.items()}
    figures = drawn(runs, found, told)
    output.write_exhibits(
        folder, [Table(name, TITLES[name], "", table) for name, table in found.items()], figures
    )
    for key, one in runs.items():
        output.write_table(folder / f"runs_{key}.parquet", one.runs, schema.RUNS)
    text = page.whole(scenario, found, figures, told, record)
    (folder / output.REPORT).write_text(text, encoding="utf-8")
    verdicts = say.verdicts_in_markdown(found["predictions"])
    (folder / "verdicts.md").write_text(verdicts, encoding="utf-8")
    (folder / "stp.toml").write_text(scenario.to_toml(), encoding="utf-8")
    (folder / "fingerprint.json").write_text(fingerprint(runs), encoding="utf-8")
    output.write_manifest(folder, record)


def simulated(
    scenario: ts.Scenario, options: argparse.Namespace, progress: Callable[[int], object]
) -> dict[str, ts.Runs]:
    """Every arm with the same luck."""
    return {
        arm.key: ts.simulate(
            arm.of(scenario),
            replicates=options.replicates,
            seed=options.seed,
            months=options.months,
            progress=progress,
        )
        for arm in ARMS
    }


def tabled(runs: Mapping[str, ts.Runs]) -> dict[str, pd.DataFrame]:
    """Every table of the report, by name."""
    found = {
        "attrition": tables.attrition(runs),
        "causes": tables.causes(runs),
        "status": tables.status(runs),
        "maturity": tables.maturity(runs),
        "contrasts": tables.contrasts(runs),
        "nominal": tables.nominal(runs),
        "turnover": tables.turnover(runs),
        "designation": tables.beside_designation(runs[STP.key]),
        "assumptions": tables.assumptions(),
    }
    # A share computed in two ways must not be printed as 78.3 % here and 78.4 % there.
    found = {name: table.round(DIGITS) for name, table in found.items()}
    found["predictions"] = predictions.verdicts(found, YEAR_FIVE)
    return found


def drawn(
    runs: Mapping[str, ts.Runs], found: Mapping[str, pd.DataFrame], told: story.Story
) -> list[Figure]:
    """Every figure of the report."""
    contrasts, last = found["contrasts"], int(found["contrasts"]["month"].max())
    shops = "The mandate, the ban on leaving, and months spent as a talking shop"
    figures = [
        pictures.status(runs, STP),
        pictures.status(runs, VOLUNTARY),
        pictures.dissolved(runs),
        pictures.matured(runs),
        pictures.coordinator(contrasts, STP),
        pictures.coordinator(contrasts, VOLUNTARY),
        pictures.mandate(
            contrasts,
            "matured",
            last,
            "The mandate, the ban on leaving, and maturity",
            "mandate_matured",
        ),
        pictures.mandate(contrasts, "tokenistic months", last, shops, "mandate_tokenistic"),
        pictures.nominal(runs),
        pictures.designation(runs),
        pictures.story(told, coordinated=False),
        pictures.story(told, coordinated=True),
    ]
    return [*figures, pictures.calibrated(found["ranges"])] if "ranges" in found else figures


def typed(options: argparse.Namespace) -> str:
    """The command that gives the same numbers."""
    named = f"--scenario {options.scenario} " if options.scenario != str(SCENARIO) else ""
    return (
        f"python experiments/E00_stp/run.py --out {options.out} {named}"
        f"--replicates {options.replicates} --seed {options.seed} --months {options.months} "
        f"--points {options.points} --at-each {options.at_each}"
    )


def fingerprint(runs: Mapping[str, ts.Runs]) -> str:
    """Whole numbers and digests that the same rules give again to the bit, as JSON."""
    arms = {}
    for key, one in runs.items():
        table = one.runs
        text = table.to_csv(index=False, lineterminator="\n")
        counts = ("matured", "dissolved", "members_lost", "departures", "tokenistic_months")
        arms[key] = {
            **{name: int(table[name].sum()) for name in counts},
            "months_until_maturity": int(table["month_matured"].sum()),
            "runs_sha256": hashlib.sha256(text.encode()).hexdigest(),
        }
    any_one = runs[STP.key]
    size = {"replicates": len(any_one), "seed": any_one.seed, "months": any_one.horizon}
    return json.dumps({**size, "arms": arms}, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main())
