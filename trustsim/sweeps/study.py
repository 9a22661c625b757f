"""A study: which scenario, arms and factors are swept, how often, and how it is designed."""

from __future__ import annotations

import hashlib
import json
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from trustsim import arguments, schema
from trustsim.analysis.outcomes import outcomes
from trustsim.errors import StudyError, TrustsimError, nearest, refusal
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.files import exists, intervention, text_of
from trustsim.scenarios.files import from_data as scenario_from_data
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.interventions.registry import written
from trustsim.scenarios.scenario import Scenario
from trustsim.sweeps.design import points_of
from trustsim.sweeps.points import read_points
from trustsim.sweeps.study_file import SAMPLED, StudyForm, checked_form

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    OwnOutcome = Callable[[pd.DataFrame], np.ndarray]

BASELINE = "baseline"
LONGEST_ARM = 240  # bytes: the longest name of a folder, less "arm=" and a margin
NO_ARM = "__HIVE_DEFAULT_PARTITION__"
COMMON = ("start", "months", "dose")
RESERVED = {
    *(f"{column.name}{suffix}" for column in schema.RUNS for suffix in ("", "_observed")),
    *("run_id", "cell", "arm", "number", "point", "problem", "scenario"),
    *("outcome", "month", "unit", "estimate", "low", "high", "n", "_number"),
}
"""Names that columns of results have already."""


class Study:
    """What is swept; made of a form that is validated, and written into every folder of results.

    Parameters
    ----------
    scenario : str or Scenario
        A setting's name, a file, or a scenario.
    replicates : int
        Partnerships a cell (an arm at a point of the design), numbered from 0; every cell meets
        the same luck.
    months, seed, record, engine
        As for `simulate`.
    arms : mapping, optional
        By name: interventions, as text ("coordinator(start=6)") or as made by
        `trustsim.interventions`. If left out there is one arm, "baseline": nothing is added.
    factors : mapping, optional
        By name of a parameter, or INTERVENTION.ARGUMENT (in arms that have it): levels for a
        grid, two numbers for the range of a sample; [] for the parameter's whole range.
    design : str
        "grid" (all combinations of levels), "factorial" (of both ends of each range), "lhs"
        (Latin hypercube), "sobol", "morris", "saltelli", or "csv" (points from a table).
    points : int, optional
        Size of a sample (lhs, sobol), trajectories (morris), base samples (saltelli).
    design_seed : int
        Of the sample; the partnerships' luck does not depend on it.
    table : DataFrame or path, optional
        Points of a "csv" design: one column a factor.
    precision : mapping, optional
        outcome, month, half_width, floor, ceiling: replicate each cell until its 95 % interval
        is that narrow.
    outcomes : mapping, optional
        Your own outcomes: by name, a function from a runs table to one number a row.

    Raises
    ------
    StudyError, ScenarioError, ParameterError
        With what makes no sense, and what would.

    Examples
    --------
    >>> study = Study(replicates=10, factors={"handover": [0.0, 0.8]})
    >>> [name for name in study.factors], study.scenario.name
    (['handover'], 'voluntary')
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "voluntary",
        *,
        replicates: int = 1000,
        months: int = 120,
        seed: int = 0,
        arms: Mapping[str, Sequence[str | Intervention] | Intervention] | None = None,
        factors: Mapping[str, Sequence[float]] | None = None,
        design: str = "grid",
        points: int | None = None,
        design_seed: int = 0,
        table: pd.DataFrame | str | Path | None = None,
        precision: Mapping[str, Any] | None = None,
        record: str = "runs",
        engine: str = "ensemble",
        outcomes: Mapping[str, OwnOutcome] | None = None,
    ) -> None:
        given: dict[str, Any] = {
            "study": {
                "replicates": replicates,
                "months": months,
                "seed": seed,
                "record": record,
                "engine": engine,
            },
            "scenario": scenario_of(scenario).to_dict(),
            "arms": _each(arms, _texts),
            "factors": _each(factors, _levels),
            "design": {"kind": design, "points": points, "seed": design_seed},
            "precision": precision,
        }
        self._settle(checked_form(given, "study"), "study", read_points(table), outcomes)

    @classmethod
    def read(
        cls,
        path: str | Path,
        *,
        outcomes: Mapping[str, OwnOutcome] | None = None,
        stored: bool = False,
    ) -> Study:
        """The study of a TOML or JSON file.

        Parameters
        ----------
        path : path
            The file; other files that it names lie next to it.
        outcomes : mapping, optional
            Your own outcomes, as for `Study`.
        stored : bool, optional
            It is in a folder of results: values that a new study may not have are let through.

        Raises
        ------
        StudyError, ScenarioError, ParameterError
            With what makes no sense, and what would.
        """
        meaning = "a study's TOML or JSON file, or a Study"
        path = arguments.path("study", "file", path, meaning, StudyError)
        data = _from_file(path)
        table = None
        form = checked_form(data, str(path))
        if form.design.file is not None:
            table = read_points(path.parent / arguments.expanded(form.design.file))
        if form.scenario is None:
            named = form.study.scenario
            beside = path.parent / named
            chosen = scenario_of(beside if exists(beside) else named)
            form = form.model_copy(update={"scenario": chosen.to_dict()})
        study = cls.__new__(cls)
        study._settle(form, str(path), table, outcomes, stored=stored)
        return study

    def _settle(
        self,
        form: StudyForm,
        where: str,
        table: pd.DataFrame | None,
        outcomes: Mapping[str, OwnOutcome] | None,
        *,
        stored: bool = False,
    ) -> None:
        self.where = where
        self.table = table
        example = '{"quick": quick}, with a function of the runs table'
        self.outcomes = arguments.mapping("study", "outcomes", outcomes, example, StudyError)
        self.scenario = scenario_from_data({"scenario": dict(form.scenario or {})}, where)
        arms = form.arms or {BASELINE: []}
        self.arms = {
            name: tuple(intervention(text) for text in texts) for name, texts in arms.items()
        }
        # Written in one way, so that two ways of typing the same study have one digest.
        written = {name: [str(item) for item in items] for name, items in self.arms.items()}
        self.form = form.model_copy(update={"arms": written})
        self.factors = {name: list(levels) for name, levels in form.factors.items()}
        if table is not None:
            self.factors = {str(name): [] for name in table.columns}
        self._check()
        if not stored:
            self._check_names_of_arms()
            self._check_values()

    def _check_names_of_arms(self) -> None:
        """Raises StudyError for names that some disks take for the same folder."""
        met: dict[str, str] = {}
        for arm in self.arms:
            other = met.setdefault(unicodedata.normalize("NFC", arm).casefold(), arm)
            if other != arm:
                allowed = (
                    f"differs from {other!r} only by case, and some disks can't tell them apart"
                )
                self._refuse("[arms]", "name", arm, allowed, "Give one of them another name.")

    def _check_values(self) -> None:
        """Raises StudyError for a value that no scenario can have, whatever the others are."""
        for name, levels in self.factors.items():
            values = levels if self.table is None else self.table[name].tolist()
            for place, value in enumerate(values, start=1):
                where = "[factors]" if self.table is None else f"row {place}"
                self._check_value(where, name, value)

    def _check_value(self, where: str, name: str, value: float) -> None:
        owner, _, argument = name.partition(".")
        if not argument:
            known = BY_NAME[name]
            whole = known.whole and value != int(value)
            if whole or not known.low <= value <= known.high:
                kind = "a whole number" if known.whole else "a number"
                allowed = f"must be {kind} in [{known.low:g}, {known.high:g}] ({known.meaning})"
                what = name if self.table is None else f"column {name}"
                self._refuse(where, what, value, allowed, "Write one in that range.")
            return
        for item in (one for items in self.arms.values() for one in items if one.name == owner):
            try:
                CATALOG[owner](**{**dict(item.arguments), argument: value})
            except TrustsimError as problem:
                allowed = f"is not a value of this argument ({problem})"
                self._refuse(where, name, value, allowed, "Write one in its range.")

    def _check(self) -> None:
        kind, points = self.form.design.kind, self.form.design.points
        if kind in SAMPLED and points is None:
            self._refuse("[design]", "points", "missing", f"is needed for {kind}", "Say how many.")
        if kind == "csv" and self.table is None:
            step = 'Write file = "points.csv", or pass table=.'
            self._refuse("[design]", "file", "missing", "a csv design needs its points", step)
        if kind != "csv" and self.table is not None:
            step = 'Write kind = "csv".'
            self._refuse("[design]", "kind", kind, "points are given in a table", step)
        for name, levels in self.factors.items():
            self._check_factor(name, levels)
        for arm in self.arms:
            # An arm is a folder of results; Hive keeps one name for what is missing.
            arguments.label(f"{self.where}, [arms]", "name", arm, "a folder's name", StudyError)
            if len(quote(arm)) > LONGEST_ARM or arm == NO_ARM:
                allowed = f"must be shorter than {LONGEST_ARM} bytes as a folder, and not {NO_ARM}"
                self._refuse("[arms]", "name", arm, allowed, "Give it another name.")
        wanted = self.form.precision
        if wanted is not None:
            if wanted.floor > wanted.ceiling:
                got = f"{wanted.floor} over a ceiling of {wanted.ceiling}"
                self._refuse("[precision]", "floor", got, "must not exceed it", "Lower it.")
            known = [*dict.fromkeys(one.name for one in outcomes([1], 1, 1)), *self.outcomes]
            if wanted.outcome not in known:
                step = f"Use one of {', '.join(known)}.{nearest(wanted.outcome, known)}"
                allowed = "is not the name of an outcome"
                self._refuse("[precision]", "outcome", wanted.outcome, allowed, step)
        taken = {*RESERVED, *self.factors}
        for outcome, function in self.outcomes.items():
            if type(outcome) is not str or outcome in taken or not callable(function):
                allowed = "must be a function under a name that no column has yet"
                self._refuse("outcomes", "name", outcome, allowed, "Give it another name.")
            arguments.label(f"{self.where}, outcomes", "name", outcome, "a column", StudyError)

    def _check_factor(self, name: str, levels: Sequence[float]) -> None:
        owner, _, argument = name.partition(".")
        if not argument and name not in BY_NAME:
            allowed = "must be a parameter, or INTERVENTION.ARGUMENT"
            step = f"`trustsim explain` lists parameters.{nearest(name, BY_NAME)}"
            self._refuse("[factors]", "name", name, allowed, step)
        if argument:
            if not any(item.name == owner for items in self.arms.values() for item in items):
                step = f"Put {owner} into an arm, or leave the factor out.{nearest(owner, CATALOG)}"
                self._refuse("[factors]", "name", name, "no arm has that intervention", step)
            known = [*COMMON, *CATALOG[owner].arguments]
            if argument not in known:
                step = f"Use one of {', '.join(known)}.{nearest(argument, known)}"
                self._refuse("[factors]", "name", name, f"{owner} has no such argument", step)
            if isinstance(CATALOG[owner].arguments.get(argument), str):
                step = "Make an arm of each of its words."
                self._refuse("[factors]", "name", name, "is a word, and levels are numbers", step)
        kind = self.form.design.kind
        if kind != "csv" and not levels and argument:
            step = "Give two numbers for a range, or several levels."
            self._refuse("[factors]", name, "[]", "an argument has no known range", step)
        ranged = kind in (*SAMPLED, "factorial")
        if ranged and levels and (len(levels) != 2 or not levels[0] < levels[1]):
            step = "Write it as [low, high]."
            self._refuse("[factors]", name, levels, f"{kind} needs a range, low then high", step)
        if kind == "grid" and not levels:
            self._refuse("[factors]", name, "[]", "a grid needs levels", "List them.")
        if len(set(levels)) < len(levels):
            self._refuse("[factors]", name, levels, "has a level twice", "Leave one out.")

    def _refuse(self, table: str, what: str, got: object, allowed: str, step: str) -> None:
        raise StudyError(refusal(f"{self.where}, {table}", what, got, allowed, step))

    @property
    def replicates(self) -> int:
        """Partnerships a cell (with a precision target: at the first look)."""
        wanted = self.form.precision
        return self.form.study.replicates if wanted is None else wanted.floor

    @property
    def most_replicates(self) -> int:
        """Partnerships that a cell may come to (with a precision target: where it stops anyway)."""
        wanted = self.form.precision
        return self.form.study.replicates if wanted is None else wanted.ceiling

    @property
    def months(self) -> int:
        """Horizon."""
        return self.form.study.months

    @property
    def seed(self) -> int:
        """The luck that every cell meets."""
        return self.form.study.seed

    def size(self) -> int:
        """Number of cells."""
        return len(self.arms) * len(points_of(self))

    def range_of(self, factor: str) -> tuple[float, float]:
        """Ends of a factor's range: as given, or as in the table of parameters."""
        levels = self.factors[arguments.one_of("study", "factor", factor, self.factors, StudyError)]
        if levels:
            return float(levels[0]), float(levels[-1])
        return float(BY_NAME[factor].low), float(BY_NAME[factor].high)

    def to_json(self) -> str:
        """The study as JSON, complete but for its table; `Study.read` takes it."""
        data = self.form.model_dump(exclude_none=True)
        data["study"].pop("scenario", None)
        data["design"].pop("file", None)
        if self.table is not None:
            data["design"]["file"] = "points.csv"
            data["factors"] = {}
        return json.dumps(data, indent=2)

    def digest(self) -> str:
        """Hash of everything in it that moves a result or adds one."""
        table = "" if self.table is None else self.table.to_csv(index=False)
        text = f"{self.to_json()}{table}{sorted(self.outcomes)}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def __repr__(self) -> str:
        return (
            f"<Study of {self.scenario.name!r}: {len(self.arms)} arms, "
            f"{len(self.factors)} factors, {self.form.design.kind}>"
        )


def _each(given: Any, made: Callable[[Any], Any]) -> Any:
    """Every value of a mapping made plain; anything else goes to the form, which refuses it."""
    if given is None:
        return {}
    return {k: made(v) for k, v in given.items()} if isinstance(given, Mapping) else given


def _texts(items: Any) -> list[str]:
    found = arguments.listed(items)
    if items is None or not all(isinstance(one, str | Intervention) for one in found):
        step = "For example [trustsim.interventions.coordinator(start=6)], or its text."
        allowed = "must be interventions"
        raise StudyError(refusal("study, [arms]", "arm", items, allowed, step))
    return [one if isinstance(one, str) else written(CATALOG, one) for one in found]


def _levels(levels: Any) -> Any:
    """Levels as a list; anything else goes to the form, which refuses it."""
    if isinstance(levels, str | bytes | Mapping) or not isinstance(levels, Iterable):
        return levels
    return arguments.listed(levels)


def _from_file(path: Path) -> Any:
    step = "Name a TOML or JSON file; `trustsim sweep --help` has an example."
    text = text_of(path, StudyError, step)
    try:
        return json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        kind = "JSON" if path.suffix == ".json" else "TOML"
        raise StudyError(
            refusal(str(path), kind, str(problem), f"must be valid {kind}", step)
        ) from None
