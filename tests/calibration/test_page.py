"""What docs/calibration.md says, the code gives."""

import importlib.util
import re
import textwrap
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def calibrated():
    spec = importlib.util.spec_from_file_location("docs_calibrated", DOCS / "calibrated.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_the_example_gives_the_table_on_the_page(calibrated):
    text = (DOCS / "calibration.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- example: doubt -->\n```python\n(.*?)```", text, re.DOTALL)[1]
    names = {}
    exec(textwrap.dedent(block), names)  # noqa: S102
    assert calibrated.doubt(names["table"]) in text
