"""For tests anywhere."""

import base64
from pathlib import Path

import pytest

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
"""A picture of one pixel, as PNG."""


@pytest.fixture
def undrawn(monkeypatch):
    """A dot in the place of each picture: for tests of reports that ask for something else.

    Figures are made, with all that is on them, but drawing a report takes seconds.
    """
    from matplotlib.figure import Figure

    savefig = Figure.savefig

    def dotted(figure, where, **how):
        if how.get("format") == "rgba":  # one of an animation
            return savefig(figure, where, **how)
        return where.write(DOT) if hasattr(where, "write") else Path(where).write_bytes(DOT)

    monkeypatch.setattr(Figure, "savefig", dotted)
