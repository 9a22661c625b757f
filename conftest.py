"""Which tests `make test`, `make check` and `make nightly` run, and fixtures for all of them.

A test belongs to one tier. It is in the quick one, `make test`, unless a marker on it
(`pytest.mark.check`, `pytest.mark.nightly`) or its place in `TIERS` says otherwise.
"""

import base64
import sys
from pathlib import Path

import pytest

from tests.tiers import ROOT, tier_of

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
"""A picture of one pixel, as PNG."""


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what `-m` does not ask for
def pytest_collection_modifyitems(items):
    """Mark each test that has no tier of its own with that of its place."""
    for item in items:
        if not (item.get_closest_marker("check") or item.get_closest_marker("nightly")):
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
