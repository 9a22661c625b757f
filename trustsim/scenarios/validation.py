"""Parameter values checked against the one table, with errors for people."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from trustsim.arguments import plain_whole
from trustsim.errors import ParameterError, nearest, refusal
from trustsim.model.parameters import BY_NAME, NAMES, PARAMETERS, Parameter


@functools.cache
def _model() -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for parameter in PARAMETERS:
        kind = int if parameter.whole else float
        limits = Field(
            ge=parameter.low,
            le=parameter.high,
            strict=True,
            allow_inf_nan=None if parameter.whole else False,
        )
        fields[parameter.name] = (Annotated[kind, limits], kind(parameter.default))
    return create_model("Values", __config__=ConfigDict(extra="forbid", frozen=True), **fields)


def allowed(parameter: Parameter) -> str:
    """What a parameter may be, in words.

    >>> allowed(BY_NAME["negativity"])
    'must be a number in [1, 10] (weight of bad news relative to good; factor)'
    """
    kind = "a whole number" if parameter.whole else "a number"
    return (
        f"must be {kind} in [{parameter.low:g}, {parameter.high:g}] "
        f"({parameter.meaning}; {parameter.unit})"
    )


def checked(overrides: Mapping[Any, Any], where: str) -> dict[str, float]:
    """The same values, all of them valid; whole numbers as int, the rest as float.

    Raises ParameterError for an unknown name, a wrong type or a value out of range.
    """
    for name, value in overrides.items():
        if name not in BY_NAME:
            raise ParameterError(
                refusal(
                    where,
                    str(name),
                    value,
                    "is no parameter of the model",
                    f"`trustsim explain` lists them.{nearest(str(name), NAMES)}",
                )
            )
    plain = {name: plain_whole(value) for name, value in overrides.items()}
    try:
        _model()(**plain)
    except ValidationError as found:
        name = str(found.errors()[0]["loc"][0])
        raise ParameterError(
            refusal(
                where,
                name,
                overrides[name],
                allowed(BY_NAME[name]),
                f"Run `trustsim explain {name}` for its source and default.",
            )
        ) from None
    return {
        name: int(value) if BY_NAME[name].whole else float(value) for name, value in plain.items()
    }
