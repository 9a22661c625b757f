"""Whom the facts are put to: trustsim, trustsim with a part replaced or off, and null models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from E00_scorecard.ablations import ABLATIONS
from E00_scorecard.facts import Refit
from E09_peers import nulls

from trustsim.model.trust_rules import EVIDENCE, TRUST_RULES

if TYPE_CHECKING:
    import pandas as pd

FATES, PARTNERS, PEOPLE, COORDINATOR, HIERARCHY = (
    "fates",
    "partners",
    "people",
    "coordinator",
    "hierarchy",
)
EVERYTHING = frozenset((FATES, PARTNERS, PEOPLE, COORDINATOR, HIERARCHY))
OURS, RULE, ABLATION, NULL = "this model", "trust rule", "part off", "null model"
REFITTED = "_refitted_"
TITLES = {"pant_yu": "Pant & Yu", "pant_yu_released": "Pant & Yu, code"}


@dataclass(frozen=True)
class Model:
    """One model: what it is called and is, what it has, and what makes it.

    has: what a fact may need of it; parameters: set in every scenario; maker: for a null model,
    what gives the table of its fates; source: key of a reference, if it is somebody's.
    """

    name: str
    title: str
    kind: str
    meaning: str
    has: frozenset[str] = EVERYTHING
    parameters: Mapping[str, float] = field(default_factory=dict)
    maker: Callable[..., pd.DataFrame] | None = None
    source: str = ""

    @property
    def knows_settings(self) -> bool:
        """Whether it lives differently in another setting; a null model has one table for all."""
        return self.maker is None

    @property
    def is_peer(self) -> bool:
        """Whether its level is tried anew as well: its trust or its people are not ours."""
        return self.kind in (RULE, ABLATION)


def _rules() -> tuple[Model, ...]:
    """Every rule of trust but the model's own."""
    found = []
    for code, rule in enumerate(TRUST_RULES):
        if code != EVIDENCE:
            title = TITLES.get(rule.name, rule.name.replace("_", " "))
            meaning = f"Trust by another rule: {rule.meaning}. All else as here."
            parameters = {"trust_rule": code}
            found.append(
                Model(rule.name, title, RULE, meaning, EVERYTHING, parameters, None, rule.source)
            )
    return tuple(found)


def _without(part: str, lacks: str) -> Model:
    taken = ABLATIONS[part]
    meaning = f"{taken.meaning[:1].upper()}{taken.meaning[1:]}. What stays: {taken.stays}."
    has = EVERYTHING - {lacks}
    return Model(f"{part}_off", f"{part} off", ABLATION, meaning, has, taken.parameters)


MODELS: tuple[Model, ...] = (
    Model("trustsim", "trustsim", OURS, "The model at its defaults, in each named setting."),
    *_rules(),
    _without("people", PEOPLE),
    _without("coordinator", COORDINATOR),
    _without("hierarchy", HIERARCHY),
    Model(
        "constant_hazard",
        "constant hazard",
        NULL,
        "Maturity and dissolution come by the same chance in every month.",
        has=frozenset((FATES,)),
        maker=nulls.constant_hazard,
    ),
    Model(
        "random_walk",
        "random walk",
        NULL,
        "Standing wanders without drift between a barrier of maturity and one of dissolution.",
        has=frozenset((FATES,)),
        maker=nulls.random_walk,
        source="levinthal1991",
    ),
    Model(
        "frailty",
        "heterogeneity",
        NULL,
        "Partnerships differ from the start, and in nothing else.",
        has=frozenset((FATES,)),
        maker=nulls.frailty,
        source="vaupel1979",
    ),
)
"""All models, in the order of tables."""


def refitted_name(model: Model, refit: Refit) -> str:
    """What a model with this level set anew is called in tables."""
    return f"{model.name}{REFITTED}{refit.parameter}"


def refitted(model: Model, refit: Refit, value: float) -> Model:
    """A model with its level set anew."""
    parameter = refit.parameter
    added = f" ({refit.note})" if refit.note else ""
    return Model(
        refitted_name(model, refit),
        f"{model.title}, {parameter} refitted",
        model.kind,
        f"{model.meaning} {parameter} = {value:g}, set by the calibration targets alone{added}.",
        model.has,
        {**model.parameters, parameter: value},
        model.maker,
        model.source,
    )
