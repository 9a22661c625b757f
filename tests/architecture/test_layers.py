"""A module imports only lower layers, and files don't import one another in circles."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.architecture.conftest import Module

# Lowest first. A module may import from lower layers and from its own folder, wherever the import
# stands in it. A new folder or file at the top needs a place here: choose it on purpose.
LAYERS = (
    ("errors",),
    ("arguments", "data", "glossary", "processes", "rng", "schema", "theory"),
    ("analysis", "citations", "model"),
    ("figures", "scenarios"),
    ("catalogue", "engines"),
    ("simulation",),
    ("comparison",),
    ("report",),
    ("output",),
    ("calibration", "sweeps", "verification"),
    ("discovery",),
    ("app",),
    ("cli",),
    ("",),  # trustsim itself, which names the others
    ("__main__",),
)
LAYER = {part: layer for layer, parts in enumerate(LAYERS) for part in parts}

HERMIT = "theory"  # closed forms that share a line with the model could share its mistake


def part_of(name: str) -> str:
    """First name below trustsim, '' for trustsim itself."""
    return name.removeprefix("trustsim").lstrip(".").partition(".")[0]


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """Everything that can ever be executed: not what is there for type checkers only."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            chosen = child.orelse
        else:
            chosen = [child]
        for one in chosen:
            yield one
            yield from executed(one)


def imported_names(nodes: Iterable[ast.AST], module: Module, known: set[str]) -> set[str]:
    """Modules of trustsim that some nodes of a module import."""
    name, found = module.name, set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = name.split(".")
                parents = parents[: len(parents) - node.level + module.is_package]
                base = ".".join([*parents, base] if base else parents)
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                found.add(whole if whole in known else base)
    return {one for one in found if one.partition(".")[0] == "trustsim"} - {name}


def wrong_imports(name: str, imports: set[str]) -> list[str]:
    """Those imports of a module that its layer forbids."""
    here = part_of(name)
    return [
        f"{name} imports {other}"
        for other in sorted(imports)
        if part_of(other) != here and (here == HERMIT or LAYER[part_of(other)] >= LAYER[here])
    ]


def circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Files of which each needs, by whatever way, each other (strongly connected components)."""
    reached: dict[str, set[str]] = {}
    for start in graph:
        todo, seen = [start], set()
        while todo:
            new = graph.get(todo.pop(), set()) - seen
            seen |= new
            todo += new
        reached[start] = seen
    found = {
        frozenset(other for other in reached[one] if one in reached.get(other, ()))
        for one in graph
        if one in reached[one]
    }
    return [set(circle) for circle in found]


@pytest.fixture(scope="module")
def graph(modules):
    known = {module.name for module in modules}
    return {module.name: imported_names(executed(module.tree), module, known) for module in modules}


def test_every_module_has_a_layer(modules):
    homeless = {module.name for module in modules if part_of(module.name) not in LAYER}
    assert not homeless, "give them a place in LAYERS"


def test_a_module_imports_only_lower_layers(modules):
    """For type checkers as well: the science is read without the machinery."""
    known = {module.name for module in modules}
    wrong = [
        line
        for module in modules
        for line in wrong_imports(module.name, imported_names(ast.walk(module.tree), module, known))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_files_import_each_other(graph):
    assert not circles(graph)


def test_what_only_type_checkers_see_makes_no_circle():
    source = "if TYPE_CHECKING:\n    import trustsim.app\ndef f():\n    import trustsim.cli"
    module = Module(Path("one.py"), "trustsim.one", ast.parse(source), 1)
    assert imported_names(executed(module.tree), module, set()) == {"trustsim.cli"}


def test_the_check_sees_a_circle():
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": {"d"}, "f": {"a"}}
    assert sorted(map(sorted, circles(graph))) == [["a", "b", "c"], ["d", "e"]]


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
        ("trustsim.theory", "from trustsim.errors import TrustsimError", True),
        ("trustsim.model.state", "import numpy", False),
    ],
)
def test_the_check_sees_a_planted_import(name, source, offends):
    known = {"trustsim.engines", "trustsim.engines.agents", "trustsim.app"}
    known |= {"trustsim.model.rules.trust", "trustsim.model.actions"}
    module = Module(Path(f"{name}.py"), name, ast.parse(source), 1)
    imports = imported_names(ast.walk(module.tree), module, known)
    assert bool(wrong_imports(name, imports)) is offends
