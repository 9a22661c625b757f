"""The examples in the docstrings of what is mutated, one test a module (`make mutants`)."""

import doctest
import importlib
import pkgutil

import pytest

from trustsim import analysis
from trustsim.model import rules

MODULES = sorted(
    found.name
    for package in (rules, analysis)
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
