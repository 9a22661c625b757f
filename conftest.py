"""Which tests `make test`, `make check` and `make nightly` run, and fixtures for all of them.

A test belongs to one tier. It is in the quick one, `make test`, unless a marker on it
(`pytest.mark.check`, `pytest.mark.nightly`) or its place in `TIERS` says otherwise.
"""

import base64
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
TIERS = {
    "experiments": "check",
    "tests/analysis/test_estimators_page.py": "check",
    "tests/app/test_handouts.py": "check",
    "tests/app/test_handouts_browser.py": "check",
    "tests/benchmarks": "nightly",
    "tests/calibration/test_command.py": "check",
    "tests/calibration/test_page.py": "check",
    "tests/figures/test_every_figure.py": "check",
    "tests/fuzz": "nightly",
    "tests/interoperability": "check",
    "tests/sweeps/test_executors.py": "check",
    "tests/test_comparing.py": "check",
    "tests/test_containment.py": "check",
    "tests/test_docs.py": "check",
    "tests/test_examples.py": "check",
    "tests/test_help_examples.py": "check",
    "tests/test_notebooks.py": "check",
    "tests/test_site.py": "check",
    "tests/test_sweeping_page.py": "check",
}
"""The tier of each file or folder whose tests are not in the quick one."""

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
"""A picture of one pixel, as PNG."""


def tier_of(path):
    """The tier of a file's tests, by its place: that of the innermost folder in the table."""
    places = [path, *path.parents]
    return next((TIERS[one.as_posix()] for one in places if one.as_posix() in TIERS), None)


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what `-m` does not ask for
def pytest_collection_modifyitems(items):
    """Mark each test that has no tier of its own with that of its place."""
    for item in items:
        if item.get_closest_marker("slow"):  # the word until now
            item.add_marker("nightly")
        elif not (item.get_closest_marker("check") or item.get_closest_marker("nightly")):
            tier = tier_of(item.path.relative_to(ROOT))
            if tier:
                item.add_marker(tier)


@pytest.fixture
def undrawn(monkeypatch):
    """Save a dot in place of each picture: for tests of reports that look at something else.

    Figures are made, with all that is on them, but drawing those of a report takes seconds.
    """
    from matplotlib.figure import Figure

    savefig = Figure.savefig

    def dotted(figure, where, **how):
        if how.get("format") == "rgba":  # a frame of an animation
            return savefig(figure, where, **how)
        return where.write(DOT) if hasattr(where, "write") else Path(where).write_bytes(DOT)

    monkeypatch.setattr(Figure, "savefig", dotted)


@pytest.fixture
def trustsim(monkeypatch, capsys, tmp_path):
    """A command in an empty folder: its code, what it printed, what it told."""
    from trustsim import cli

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRUSTSIM_DEBUG", raising=False)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["trustsim", *words])
        with pytest.raises(SystemExit) as ended:
            cli.app(prog_name="trustsim")
        told = capsys.readouterr()
        return ended.value.code or 0, told.out, told.err

    return call
