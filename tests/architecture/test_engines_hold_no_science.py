"""Engines decide who acts when; every number, curve and named act belongs to the model."""

import ast

import pytest

from trustsim.model import actions

CURVES = {
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "pow", "sqrt",
    "sin", "cos", "tanh", "sinh", "cosh", "arctan", "atan", "erf", "expit", "logistic",
}  # fmt: skip
NUMPY_CURVES = CURVES | {"power"}  # as a bare name, power is what an organisation has
PLAIN_FLOATS = {0.0, 1.0}


def action_names() -> set[str]:
    names = {action.name for action in actions.ACTIONS}
    assert len(names) > 1, "no names of actions to look for"
    return names


def curve_called(node: ast.Call) -> str:
    """Name of the curve that a call computes, or nothing."""
    match node.func:
        case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name) if name in NUMPY_CURVES:
            return name
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in CURVES:
            return name
    return ""


def science(tree: ast.AST, names: set[str]) -> list[str]:
    """What an engine should have asked the model for, as `line: what`."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=float() as value) if value not in PLAIN_FLOATS:
                what = f"the number {value}"
            case ast.Constant(value=str() as value) if value in names:
                what = f"the action {value!r} by name"
            case ast.BinOp(op=ast.Pow()) | ast.AugAssign(op=ast.Pow()):
                what = "a power"
            case ast.Call() if curve_called(node):
                what = f"a call of {curve_called(node)}"
            case _:
                continue
        found.append(f"{node.lineno}: {what}")
    return found


def test_engines_hold_no_science(modules_in):
    names = action_names()
    found = [
        f"{module.path.name}:{what}"
        for module in modules_in("trustsim.engines")
        for what in science(module.tree, names)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "x = -0.25",
        "x = exp(y)",
        "x = np.tanh(y)",
        "x = np.power(y, 3)",
        "x **= 2",
        "x = y if action == 'breach' else z",
    ],
)
def test_the_check_sees_planted_science(line):
    assert science(ast.parse(line), {"breach"})


@pytest.mark.parametrize(
    "line", ["x = 0.0", "x = 1.0 - y", "x = 2 * i", "x = 'meeting'", "x = power(y)"]
)
def test_the_check_lets_bookkeeping_pass(line):
    assert not science(ast.parse(line), {"breach"})
