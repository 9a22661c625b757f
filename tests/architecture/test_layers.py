"""A module imports only lower layers, so the science can be read without the machinery."""

import ast

import pytest

# Folder or file -> (layer, group). Modules of one group may import one another; otherwise an
# import goes strictly downwards. A new folder needs a row here: choose its layer on purpose.
LAYERS = {
    "errors": (0, "errors"),
    "arguments": (0, "errors"),
    "rng": (0, "rng"),
    "processes": (0, "processes"),
    "citations": (0, "citations"),
    "schema": (0, "schema"),
    "data": (0, "data"),
    "theory": (0, "theory"),
    "model": (1, "model"),
    "analysis": (1, "analysis"),
    "scenarios": (2, "scenarios"),
    "figures": (2, "figures"),  # of tables, whoever made them
    "engines": (3, "engines"),
    "catalogue": (4, "catalogue"),
    "simulation": (6, "simulation"),
    "comparison": (7, "report"),
    "output": (7, "report"),
    "report": (7, "report"),
    "verification": (7, "verification"),
    "calibration": (8, "calibration"),
    "discovery": (8, "discovery"),
    "sweeps": (8, "sweeps"),
    "app": (9, "app"),
    "cli": (10, "cli"),
    "": (11, "trustsim"),
    "__main__": (12, "__main__"),
}

FREE_FOR_ALL = "errors"  # every border refuses in the same words
HERMIT = "theory"  # closed forms that share a line with the model could share its mistake


def part_of(name: str) -> str:
    """First name below trustsim, '' for trustsim itself."""
    return name.removeprefix("trustsim").lstrip(".").partition(".")[0]


def imported_names(tree: ast.AST, name: str, is_package: bool, known: set[str]) -> set[str]:
    """Modules of trustsim that a module imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = name.split(".")
                parents = parents[: len(parents) - node.level + is_package]
                base = ".".join([*parents, base] if base else parents)
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                found.add(whole if whole in known else base)
    return {found_name for found_name in found if found_name.partition(".")[0] == "trustsim"}


def wrong_imports(name: str, imports: set[str]) -> list[str]:
    """Those imports of a module that its layer forbids."""
    wrong = []
    layer, group = LAYERS[part_of(name)]
    for other in sorted(imports):
        other_layer, other_group = LAYERS[part_of(other)]
        allowed = other_layer < layer or other_group in (group, FREE_FOR_ALL)
        if part_of(name) == HERMIT:
            allowed = part_of(other) == HERMIT
        if not allowed:
            wrong.append(f"{name} (layer {layer}) imports {other} (layer {other_layer})")
    return wrong


def test_every_module_has_a_layer(modules):
    homeless = {module.name for module in modules if part_of(module.name) not in LAYERS}
    assert not homeless, "give them a row in LAYERS"


def test_a_module_imports_only_lower_layers(modules):
    known = {module.name for module in modules}
    wrong = []
    for module in modules:
        imports = imported_names(module.tree, module.name, module.is_package, known)
        wrong += wrong_imports(module.name, imports)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("name", "source", "offends"),
    [
        ("trustsim.model.rules.trust", "import trustsim.engines.agents", True),
        ("trustsim.model.rules.trust", "def f():\n    from trustsim import engines", True),
        ("trustsim.model.rules.trust", "from ...engines import agents", True),
        ("trustsim.model.rules.trust", "from trustsim import simulate", True),
        ("trustsim.model.rules.trust", "from trustsim.model import actions", False),
        ("trustsim.analysis.survival", "from trustsim.model import actions", True),
        ("trustsim.engines.agents", "from trustsim.model.rules import trust", False),
        ("trustsim.citations", "from trustsim.errors import TrustsimError", False),
        ("trustsim.citations", "from trustsim import rng", True),
        ("trustsim.theory", "from trustsim.errors import TrustsimError", True),
        ("trustsim.discovery", "from trustsim.calibration import draws", True),
        ("trustsim.model.state", "import numpy", False),
    ],
)
def test_the_check_sees_a_planted_import(name, source, offends):
    known = {"trustsim.engines", "trustsim.engines.agents", "trustsim.model.rules.trust"}
    known |= {"trustsim.model.actions", "trustsim.rng", "trustsim.calibration.draws"}
    imports = imported_names(ast.parse(source), name, False, known)
    assert bool(wrong_imports(name, imports)) is offends
