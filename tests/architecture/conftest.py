"""The package's source, parsed once for all the tests that read it."""

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "trustsim"


@dataclass(frozen=True)
class Module:
    """A source file: where it is, what it is called, what it says."""

    path: Path
    name: str
    tree: ast.Module
    lines: int

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    def inside(self, *names: str) -> bool:
        return any(self.name == name or self.name.startswith(name + ".") for name in names)


def read_module(path: Path, root: Path) -> Module:
    parts = path.relative_to(root.parent).with_suffix("").parts
    name = ".".join(part for part in parts if part != "__init__")
    text = path.read_text(encoding="utf-8")
    return Module(path, name, ast.parse(text, str(path)), text.count("\n"))


@pytest.fixture(scope="session")
def modules() -> list[Module]:
    found = [read_module(path, PACKAGE) for path in sorted(PACKAGE.rglob("*.py"))]
    assert found, "no source found: the tests would pass without having looked"
    return found


@pytest.fixture(scope="session")
def modules_in(modules):
    """Modules under the given names, at least one."""

    def pick(*names: str) -> list[Module]:
        found = [module for module in modules if module.inside(*names)]
        assert found, f"nothing found in {', '.join(names)}: the test would be vacuous"
        return found

    return pick
