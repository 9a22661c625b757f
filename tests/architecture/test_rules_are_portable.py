"""Rules give the same bits interpreted and compiled, on every machine."""

import ast

import pytest

# Each of these rounds, sums or orders differently in CPython, NumPy, numba or another libm.
UNEVEN_BUILTINS = {"round", "sum", "pow", "min", "max"}
EXACT_IN_MATH = {"sqrt"}
RULES = ("trustsim.model.rules", "trustsim.rng")

RUNS_TEXT = {"eval", "exec"}
RUNS_FILES = {"pickle", "cPickle", "cloudpickle", "dill", "marshal", "shelve"}


def unportable(tree: ast.AST) -> list[str]:
    """What a rule may not use, as `line: what`."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.BinOp(op=ast.Pow()) | ast.AugAssign(op=ast.Pow()):
                what = "a power"
            case ast.Call(func=ast.Name(id=name)) if name in UNEVEN_BUILTINS:
                what = f"the builtin {name}"
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if name not in EXACT_IN_MATH:
                what = f"math.{name}"
            case ast.ImportFrom(module="math", names=aliases) if any(
                alias.name not in EXACT_IN_MATH for alias in aliases
            ):
                what = "an import from math"
            case ast.Name(id="np" | "numpy"):
                what = "numpy"
            case ast.Import(names=aliases) if any(
                alias.name.partition(".")[0] in {"numpy", "scipy", "cmath"}
                or (alias.name == "math" and alias.asname)
                for alias in aliases
            ):
                what = "an import of numpy, scipy or cmath, or math under another name"
            case ast.ImportFrom(module=str() as module) if module.partition(".")[0] in {
                "numpy",
                "scipy",
                "cmath",
            }:
                what = f"an import from {module}"
            case _:
                continue
        found.append(f"{node.lineno}: {what}")
    return found


def reorders(tree: ast.AST) -> list[str]:
    """Places that would let a compiler reorder arithmetic."""
    return [
        f"{getattr(node, 'lineno', '?')}: fastmath"
        for node in ast.walk(tree)
        if (isinstance(node, ast.keyword) and node.arg == "fastmath")
        or (isinstance(node, ast.Constant) and node.value == "fastmath")
    ]


def runs_foreign_code(tree: ast.AST) -> list[str]:
    """Places that could run what someone else wrote into a file or a field."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in RUNS_TEXT:
                found.append(f"{node.lineno}: {name}")
            case ast.Import(names=aliases):
                names = {alias.name.partition(".")[0] for alias in aliases} & RUNS_FILES
                found += [f"{node.lineno}: {name}" for name in sorted(names)]
            case ast.ImportFrom(module=str() as module) if module.partition(".")[0] in RUNS_FILES:
                found.append(f"{node.lineno}: {module}")
            case ast.Attribute(attr="read_pickle" | "to_pickle" as name):
                found.append(f"{node.lineno}: {name}")
    return found


def complaints(modules, check) -> str:
    return "\n".join(f"{module.name}:{what}" for module in modules for what in check(module.tree))


def test_rules_use_only_exact_arithmetic(modules_in):
    for name in RULES:
        found = complaints(modules_in(name), unportable)
        assert not found, found


def test_nothing_lets_the_compiler_reorder(modules):
    found = complaints(modules, reorders)
    assert not found, found


def test_nothing_runs_foreign_code(modules):
    found = complaints(modules, runs_foreign_code)
    assert not found, found


@pytest.mark.parametrize(
    "line",
    [
        "x **= 2",
        "x = sum(y)",
        "x = math.exp(y)",
        "from math import exp",
        "import math as m",
        "import numpy as np",
        "x = np.sum(y)",
    ],
)
def test_the_check_sees_planted_arithmetic(line):
    assert unportable(ast.parse(line))


@pytest.mark.parametrize("line", ["import math", "x = math.sqrt(y)", "from math import sqrt"])
def test_the_check_lets_the_square_root_pass(line):
    assert not unportable(ast.parse(line))


def test_the_checks_see_planted_shortcuts():
    assert reorders(ast.parse("@njit(fastmath=True)\ndef f(x): return x"))
    assert reorders(ast.parse("OPTIONS = {'fastmath': True}"))
    assert runs_foreign_code(ast.parse("x = eval(text)"))
    assert runs_foreign_code(ast.parse("from pickle import load"))
    assert runs_foreign_code(ast.parse("import cloudpickle"))
    assert runs_foreign_code(ast.parse("pd.read_pickle(path)"))
