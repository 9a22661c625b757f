"""Which interventions there are: ours, those of installed packages, and registered ones.

An installed package adds its interventions by an entry point of the group
`trustsim.interventions`. Its code runs when a name is looked up that we do not have, or when all
names are listed; never by `import trustsim`.
"""

from __future__ import annotations

import keyword
import math
import re
import threading
from collections.abc import Iterable, Iterator, MutableMapping
from typing import TYPE_CHECKING, Any, NoReturn

from trustsim.citations import references
from trustsim.errors import ScenarioError, nearest, refusal
from trustsim.scenarios.change import refuse
from trustsim.scenarios.interventions.definition import (
    BULLET,
    EVENT,
    REMEDY,
    Definition,
    Intervention,
)
from trustsim.scenarios.settings import SETTINGS

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "trustsim.interventions"
"""Entry points by which an installed package adds interventions."""

KINDS = (BULLET, REMEDY, EVENT)
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class Catalog(MutableMapping[str, Definition]):
    """Interventions by name; installed packages are asked when a name is not ours.

    All of them can be looked up; those that are not `listed` are left out where it is gone through.
    """

    def __init__(self, own: Iterable[Definition]) -> None:
        self._known = {definition.name: definition for definition in own}
        self.own = frozenset(self._known)
        self._asked = False
        self._lock = threading.RLock()

    def __getitem__(self, name: str) -> Definition:
        if name not in self._known:
            self._ask()
        return self._known[name]

    def __setitem__(self, name: str, definition: Definition) -> None:
        self._known[name] = definition

    def __delitem__(self, name: str) -> None:
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        self._ask()
        return iter([name for name, known in tuple(self._known.items()) if known.listed])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def registered(self, name: str) -> Definition | None:
        """What has this name so far, without asking installed packages."""
        return self._known.get(name)

    def _ask(self) -> None:
        """Register what installed packages offer, once.

        Raises ScenarioError for a package whose offer can't be used; again each time.
        """
        with self._lock:  # a second thread waits until all of them are there
            if self._asked:
                return
            self._asked = True  # now, as what is loaded may look up names itself
            try:
                from importlib.metadata import entry_points

                for offer in sorted(entry_points(group=GROUP), key=lambda one: one.name):
                    self._take(offer)
            except BaseException:
                self._asked = False
                raise

    def _take(self, offer: EntryPoint) -> None:
        package = offer.dist.name if offer.dist else "unknown"
        where = f"entry point {offer.name} of the installed package {package}"
        step = f"Mend that package, or `pip uninstall {package}`."
        try:
            definition = offer.load()
        except Exception as problem:
            got = f"{type(problem).__name__}: {problem}"
            allowed = "must be something that can be imported"
            raise ScenarioError(refusal(where, offer.value, got, allowed, step)) from problem
        if not isinstance(definition, Definition) or definition.name != offer.name:
            allowed = "must be an intervention of that name, made by define"
            refuse(where, offer.value, definition, allowed, step)
        check(definition, where)
        if self._known.setdefault(offer.name, definition) is not definition:
            refuse(where, "name", offer.name, "is a name that another intervention has", step)


def check(definition: Any, where: str = "interventions.register") -> None:
    """Refuse what can't stand in the catalogue.

    Raises
    ------
    ScenarioError
    """

    def wrong(what: str, got: object, allowed: str, step: str) -> NoReturn:
        refuse(where, what, got, allowed, step)

    if not isinstance(definition, Definition):
        step = "Put @trustsim.interventions.define(...) above the function; don't call the result."
        wrong("definition", definition, "must be an intervention made by define", step)
    name: Any = definition.name  # whatever a user made it of
    if not isinstance(name, str) or not WORD.fullmatch(name) or keyword.iskeyword(name):
        allowed = "must be a word of plain letters, digits and _ that begins with a letter"
        wrong("name", name, allowed, "Give the function such a name.")
    if name in SETTINGS:
        wrong("name", name, "is the name of a setting", "Give the function another name.")
    if definition.kind not in KINDS:
        step = "Use BULLET, REMEDY or EVENT of trustsim.interventions."
        wrong("kind", definition.kind, f"must be one of {', '.join(KINDS)}", step)
    predicted: Any = definition.predicted
    if not isinstance(predicted, str):
        wrong("predicted", predicted, "must be text", 'Use "" for no prediction.')
    cost: Any = definition.person_months
    sound = isinstance(cost, int | float) and not isinstance(cost, bool) and math.isfinite(cost)
    if not sound or cost < 0:
        step = "Use 0 if it costs nothing."
        wrong("person_months", cost, "must be a number, at least 0: the cost at full dose", step)
    cites: Any = definition.cites
    if not isinstance(cites, tuple | list):
        step = "Use () for none; a single one is (key,)."
        wrong("cites", cites, "must be a tuple of keys", step)
    for key in cites:
        if key not in references():
            allowed = "must be a key of references.bib (`trustsim cite` lists them)"
            step = "Name any other source in the docstring, and leave it out of cites."
            wrong("cites", key, allowed, f"{step}{nearest(str(key), references())}")
    definition()  # its effects make sense at its defaults


def check_free(catalog: Catalog, taken: Iterable[str], name: str, replace: bool) -> None:
    """Refuse a name that may not be used for a new definition.

    Raises
    ------
    ScenarioError
    """
    ours = name in catalog.own or name in taken
    if ours or (catalog.registered(name) is not None and not replace):
        step = "Give the function another name"
        step += "." if ours else ", or say replace=True to put this one in its place."
        refuse("interventions.register", "name", name, "is a name that is taken", step)


def written(catalog: Catalog, item: Intervention) -> str:
    """The text of an intervention, which can be read back.

    Raises
    ------
    ScenarioError
        The catalogue has nothing of its name, or means something else by it.
    """
    text = str(item)
    if item.name not in catalog:
        allowed = "can't be written: it is not registered, so nobody could read it back"
        step = "Register it first: trustsim.interventions.register(definition)."
        refuse("intervention", "text", text, allowed, step)
    if catalog[item.name](**dict(item.arguments)) != item:
        allowed = "can't be written: the catalogue means something else by that name"
        step = "Make it again from what is registered, or give yours another name and register it."
        refuse("intervention", "text", text, allowed, step)
    return text
