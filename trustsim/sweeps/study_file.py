"""The form of a study file: one place for validation, the JSON Schema and the help."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from trustsim.arguments import plain, plain_whole
from trustsim.errors import StudyError, nearest, refusal

KINDS = ("grid", "factorial", "lhs", "sobol", "morris", "saltelli", "csv")
SAMPLED = ("lhs", "sobol", "morris", "saltelli")
"""Designs that draw points within ranges."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Whole = Annotated[int, BeforeValidator(plain_whole), Field(strict=True)]
Number = Annotated[float, BeforeValidator(plain), Field(strict=True, allow_inf_nan=False)]


class StudyTable(_Table):
    """What is swept, how often, for how long."""

    scenario: str = Field(default="voluntary", description="a setting's name or a scenario file")
    replicates: Whole = Field(
        default=1000,
        ge=1,
        le=2**32,
        description="partnerships a cell (an arm at a point), from number 0",
    )
    months: Whole = Field(default=120, ge=1, le=12_000, description="horizon, in months")
    seed: Whole = Field(default=0, ge=0, lt=2**63, description="the luck that every cell meets")
    record: Literal["runs", "members", "months", "all"] = Field(
        default="runs", description="tables that are kept as well as the runs"
    )
    engine: Literal["ensemble", "mesa"] = Field(
        default="ensemble", description="compiled, or agents (slow): the same bits"
    )


class DesignTable(_Table):
    """How points are chosen from the factors."""

    kind: Literal["grid", "factorial", "lhs", "sobol", "morris", "saltelli", "csv"] = Field(
        default="grid",
        description="grid: all combinations of levels; factorial: of both ends of each range; lhs: "
        "Latin hypercube; sobol: scrambled Sobol points; morris, saltelli: for sensitivity; csv: "
        "points listed in a file",
    )
    points: Whole | None = Field(
        default=None,
        ge=1,
        le=10_000_000,
        description="size of a sample; trajectories (morris); base samples (saltelli)",
    )
    seed: Whole = Field(
        default=0, ge=0, lt=2**63, description="of the sample; not of the partnerships"
    )
    file: str | None = Field(default=None, description="CSV of points, one column a factor")


class PrecisionTable(_Table):
    """When a cell has been replicated enough."""

    outcome: str = Field(default="dissolved", description="outcome whose interval must be narrow")
    month: Whole | None = Field(
        default=None, ge=1, description="by that month (default: the horizon)"
    )
    half_width: Number = Field(description="half of its 95 % interval, in its own unit", gt=0)
    floor: Whole = Field(
        default=200, ge=2, le=2**32, description="replicates before the first look"
    )
    ceiling: Whole = Field(
        default=100_000, ge=2, le=2**32, description="replicates after which a cell stops anyway"
    )


TABLES: dict[str, type[BaseModel]] = {
    "study": StudyTable,
    "design": DesignTable,
    "precision": PrecisionTable,
}


class StudyForm(_Table):
    """A study file."""

    study: StudyTable = StudyTable()
    scenario: dict[str, Any] | None = Field(
        default=None, description="a scenario written here, in place of the one named in [study]"
    )
    arms: dict[str, list[str]] = Field(
        default={}, description='by name: interventions such as "coordinator(start=6)"'
    )
    factors: dict[str, list[Number]] = Field(
        default={},
        description="by parameter, or INTERVENTION.ARGUMENT: levels for a grid, two numbers for a "
        "range; [] for the whole range of the parameter",
    )
    design: DesignTable = DesignTable()
    precision: PrecisionTable | None = None


def checked_form(data: Any, where: str) -> StudyForm:
    """A study's data, if it has the form of a study.

    Raises StudyError with the first thing that has not.
    """
    try:
        return StudyForm.model_validate(data)
    except ValidationError as found:
        raise StudyError(_in_words(found.errors()[0], data, where)) from None


def json_schema() -> dict[str, Any]:
    """JSON Schema of a study file, for editors that check as you type."""
    schema = StudyForm.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "trustsim study",
    }


def _in_words(error: Any, data: Any, where: str) -> str:
    place = [str(part) for part in error["loc"]]
    table = f"{where}, [{place[0]}]" if len(place) > 1 else where
    what = ".".join(place[1:]) if len(place) > 1 else f"[{place[0]}]" if place else "text"
    step = "`trustsim schema` prints the form, `trustsim sweep --help` an example."
    if error["type"] == "extra_forbidden":
        known = _known(place[0]) if len(place) > 1 else list(StudyForm.model_fields)
        allowed = f"is not known here; known are {', '.join(known)}"
        return refusal(table, what, error["input"], allowed, step + nearest(place[-1], known))
    message = str(error["msg"])
    allowed = message[:1].lower() + message[1:].replace("Input should be", "must be")
    allowed = allowed.replace("input should be", "must be")
    described = _description(place)
    if described:
        allowed = f"{allowed} ({described})"
    got = error.get("input", data)
    return refusal(table, what, "missing" if error["type"] == "missing" else got, allowed, step)


def _known(table: str) -> list[str]:
    return list(TABLES[table].model_fields) if table in TABLES else []


def _description(place: list[str]) -> str:
    if len(place) > 1 and place[0] in TABLES and place[1] in TABLES[place[0]].model_fields:
        return TABLES[place[0]].model_fields[place[1]].description or ""
    if place and place[0] in StudyForm.model_fields:
        return StudyForm.model_fields[place[0]].description or ""
    return ""
