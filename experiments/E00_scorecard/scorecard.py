"""`scorecard`: the stylised facts put to trustsim and to other models, side by side."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from E00_scorecard.bench import Bench
from E00_scorecard.facts import Fact, Facts, Refit, checked_names
from E00_scorecard.facts import facts as shipped_facts
from E00_scorecard.measuring import rows_of
from E00_scorecard.models import MODELS, Model, refitted, refitted_name
from E00_scorecard.refit import Refitted, refitted_value
from E00_scorecard.verdicts import PASSES, SILENT, VERDICTS, verdict_of_all

from trustsim import arguments, data
from trustsim.errors import ParameterError, refusal
from trustsim.scenarios.settings import SETTINGS

COUNTED = "test"
MOST = 1_000_000


def scorecard(
    *,
    replicates: int | None = None,
    seed: int | None = None,
    models: Sequence[str] | None = None,
    facts: Sequence[str] | None = None,
    settings: Sequence[str] | None = None,
    refit: bool = True,
    progress: Callable[[int], object] | None = None,
) -> Scorecard:
    """Hold trustsim, peers' rules of trust, parts left out and null models to published facts.

    The bands were fixed before anything was run (`facts.toml`). The same luck in every arm of
    every model.

    Parameters
    ----------
    replicates, seed : int, optional
        Partnerships of each arm, and their luck; as the file of facts has them if left out.
    models, facts, settings : sequence of str, optional
        Only these, by name ("trustsim", "SF01", "voluntary"); all if left out.
    refit : bool, optional
        Whether each peer is also tried with one level set anew by the calibration targets. Where
        no other level is nearer to them, `Scorecard.refits` says so, and nothing is measured twice.
    progress : callable, optional
        Called with 1 after each of `steps`.

    Raises
    ------
    ParameterError
        A name is unknown, or a number out of range.

    Examples
    --------
    >>> card = scorecard(replicates=50, models=["constant_hazard"], facts=["SF03"])
    >>> card.verdicts[["fact", "model", "role"]].values.tolist()
    [['SF03', 'constant_hazard', 'calibration']]
    """
    known = shipped_facts()
    arguments.check_crew("validate", None, progress)
    count = known.replicates if replicates is None else replicates
    luck = known.seed if seed is None else seed
    count = arguments.whole("validate", "replicates", count, 2, MOST, "partnerships of each arm")
    luck = arguments.whole("validate", "seed", luck, 0, 2**64 - 1, "the luck of all")
    places = checked_names("setting", settings, list(SETTINGS))
    asked = known.chosen(facts)
    if not any(set(places) & set(measure.settings) for one in asked for measure in one.measures):
        allowed = "none of the facts asked for is about them"
        step = "Name other settings."
        raise ParameterError(refusal("validate", "setting", ", ".join(places), allowed, step))
    tell = progress or (lambda steps: None)
    tables, shown, fits = [], [], []
    for model, anew in chosen_models(models, refit=refit):
        if anew:
            fits.append(fit := refitted_value(model, anew))
            if not fit.nearer:
                tell(len(asked))
                continue
            model = refitted(model, anew, fit.value)
        shown.append(model)
        bench = Bench(count, luck, parameters=dict(model.parameters), maker=model.maker)
        for fact in asked:
            tables += list(rows_of(model, bench, fact, places))
            tell(1)
    if not shown:
        got = ", ".join(dict.fromkeys(fit.model for fit in fits))
        allowed = "no other level is nearer to the calibration targets"
        raise ParameterError(refusal("validate", "model", got, allowed, "Name the model itself."))
    return Scorecard(pd.DataFrame(tables), tuple(shown), asked, count, luck, tuple(fits), known)


def chosen_models(
    names: Sequence[str] | None, *, refit: bool = True
) -> tuple[tuple[Model, Refit | None], ...]:
    """The models of these names, and which level of theirs is to be set anew, if one is.

    Without names all, the refitted peers among them or not.

    Raises ParameterError.
    """
    known: dict[str, tuple[Model, Refit | None]] = {}
    for model in MODELS:
        known[model.name] = (model, None)
        for anew in shipped_facts().refits if model.is_peer else ():
            known[refitted_name(model, anew)] = (model, anew)
    if names:
        chosen = checked_names("model", names, list(known))
    else:
        chosen = tuple(name for name, (_, anew) in known.items() if refit or anew is None)
    return tuple(known[name] for name in dict.fromkeys(chosen))


def steps(
    names: Sequence[str] | None = None, facts: Sequence[str] | None = None, *, refit: bool = True
) -> int:
    """How often `scorecard` will tell its progress: once a model and fact."""
    return len(chosen_models(names, refit=refit)) * len(shipped_facts().chosen(facts))


class Scorecard:
    """What was found: `measures`, `verdicts` on the facts, `counts`; made by `scorecard`.

    measures: one row a fact, measure, model and setting: claim, unit, estimate, its 95 % interval,
    the band, verdict, role, n (partnerships of each arm); models, facts: as asked; replicates,
    seed: as used; refits: levels set anew, also where no other was nearer.
    """

    def __init__(
        self,
        measures: pd.DataFrame,
        models: tuple[Model, ...],
        facts: tuple[Fact, ...],
        replicates: int,
        seed: int,
        refits: tuple[Refitted, ...],
        source: Facts,
    ) -> None:
        self.measures = measures
        self.models = models
        self.facts = facts
        self.replicates = replicates
        self.seed = seed
        self.refits = refits
        self.changed = source.changed

    @functools.cached_property
    def verdicts(self) -> pd.DataFrame:
        """One row a fact, role and model: as bad as the worst of its measures and settings.

        fact, title, role, model, kind, verdict, n. A fact with measures of two roles has two rows;
        that of the role which is not its own is titled with the measures.
        """
        titles = data.read("stylised_facts").set_index("id")["title"].to_dict()
        kinds = {one.name: one.kind for one in self.models}
        roles = {one.identifier: one.role for one in self.facts}
        rows = [
            {
                "fact": fact,
                "title": titles[fact] if role == roles[fact] else _in_part(titles[fact], part),
                "role": role,
                "model": model,
                "kind": kinds[model],
                "verdict": verdict_of_all(list(part["verdict"])),
                "n": int(part["n"].min()),
            }
            for (fact, role, model), part in _parts(self.measures, "fact", "role", "model")
        ]
        return pd.DataFrame(rows)

    @functools.cached_property
    def counts(self) -> pd.DataFrame:
        """How many facts each model passes, fails, can't be told, or does not speak to, by role.

        model, title, kind, role, facts, a column a verdict, measures (that the model speaks to,
        in all settings) and measures passed. Only the role "test" counts.
        """
        titles = {one.name: one.title for one in self.models}
        rows = []
        for (role, model), part in _parts(self.verdicts, "role", "model"):
            found = part["verdict"].value_counts()
            rows.append(
                {
                    "model": model,
                    "title": titles[model],
                    "kind": part["kind"].iloc[0],
                    "role": role,
                    "facts": len(part),
                    **{one: int(found.get(one, 0)) for one in VERDICTS},
                    "measures": len(asked := self._measures(role, model)),
                    "measures passed": int((asked["verdict"] == PASSES).sum()),
                }
            )
        return pd.DataFrame(rows)

    def _measures(self, role: str, model: str) -> pd.DataFrame:
        rows = self.measures
        spoken = rows["verdict"] != SILENT
        return rows[(rows["role"] == role) & (rows["model"] == model) & spoken]

    @property
    def tested(self) -> pd.DataFrame:
        """The counts of the facts that are tests."""
        return self.counts[self.counts["role"] == COUNTED].drop(columns="role")

    def plot(self, ax: Any = None) -> Any:
        """Every fact and model, a mark a verdict; matplotlib Axes."""
        from E00_scorecard.picture import plot_scorecard

        return plot_scorecard(self.verdicts, ax)

    def write(self, folder: str | Path, *, command: str = "") -> Path:
        """Tables, figure, record and page in a new folder; the path of the page.

        Raises OutputError.
        """
        from E00_scorecard.writing import write_scorecard

        return write_scorecard(self, folder, command=command)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data; what is not known or has no end is left out or written."""
        return {
            "replicates": self.replicates,
            "seed": self.seed,
            "changed": list(self.changed),
            "models": [
                {
                    "name": one.name,
                    "kind": one.kind,
                    "meaning": one.meaning,
                    "parameters": dict(one.parameters),
                }
                for one in self.models
            ],
            "refits": [_plain(one._asdict()) for one in self.refits],
            "counts": [_plain(row) for row in self.counts.to_dict("records")],
            "verdicts": [_plain(row) for row in self.verdicts.to_dict("records")],
            "measures": [_plain(row) for row in self.measures.to_dict("records")],
        }

    def _repr_html_(self) -> str:
        table = self.tested if len(self.tested) else self.counts
        shown = table.drop(columns="model").to_html(index=False)
        return f"<p><b>{repr(self).strip('<>')}</b></p>{shown}"

    def __repr__(self) -> str:
        facts, found = len(self.facts), len(self.models)
        return (
            f"<Scorecard: {facts} facts, {found} models, {self.replicates} partnerships an arm, "
            f"seed {self.seed}>"
        )


def _parts(table: pd.DataFrame, *columns: str) -> list[tuple[tuple[str, ...], pd.DataFrame]]:
    """Rows with the same texts in these columns, in the order in which they first come."""
    parts = table.groupby(list(columns), sort=False)
    return [(tuple(map(str, names)), part) for names, part in parts]


def _in_part(title: str, part: pd.DataFrame) -> str:
    """A title with the measures it is about."""
    return f"{title}: {', '.join(dict.fromkeys(part['measure'].astype(str)))}"


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row for JSON, which knows neither infinity nor a missing number."""
    return {str(key): _plain_value(value) for key, value in row.items()}


def _plain_value(value: Any) -> Any:
    value = arguments.plain(value)
    if isinstance(value, float):
        if value != value:
            return None
        if value in (float("inf"), float("-inf")):
            return "inf" if value > 0 else "-inf"
    return value
