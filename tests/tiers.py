"""Which tier the tests of a file or folder are in: one place, read by `conftest.py`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
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


def tier_of(path):
    """The tier of a file's tests, by its place: that of the innermost folder in the table."""
    places = [path, *path.parents]
    return next((TIERS[one.as_posix()] for one in places if one.as_posix() in TIERS), None)
