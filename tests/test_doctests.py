"""Every example in a docstring does what it shows."""

import doctest
import importlib
import pkgutil
from types import FunctionType

import pytest

import trustsim
from trustsim.model.rules import RULE_MODULES

MODULES = sorted(
    found.name
    for found in pkgutil.walk_packages(trustsim.__path__, "trustsim.")
    if not found.name.startswith("trustsim.app") and not found.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_docstrings_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_every_rule_shows_an_example():
    rules = [
        item
        for module in RULE_MODULES
        for item in vars(module).values()
        if isinstance(item, FunctionType) and item.__module__ == module.__name__
    ]
    bare = [rule.__name__ for rule in rules if ">>>" not in (rule.__doc__ or "")]
    assert len(rules) > 40
    assert not bare, "a rule needs an example that one can check by hand"
