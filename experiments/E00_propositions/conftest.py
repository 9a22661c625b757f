"""Hand-made and drawn runs tables."""

from tests.analysis.conftest import drawn_runs, runs_of

__all__ = ["drawn_runs", "runs_of"]
