"""What docs/calibration.md says, the code gives."""

import importlib.util
import re
import textwrap
from pathlib import Path

import pytest

from trustsim.calibration import posterior

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def calibrated():
    spec = importlib.util.spec_from_file_location("docs_calibrated", DOCS / "calibrated.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.nightly
def test_the_example_gives_the_table_on_the_page(calibrated):
    text = (DOCS / "calibration.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- example: doubt -->\n```python\n(.*?)```", text, re.DOTALL)[1]
    names = {}
    exec(textwrap.dedent(block), names)  # noqa: S102
    assert calibrated.doubt(names["table"]) in text


@pytest.mark.nightly
def test_fresh_luck_gives_the_share_on_the_page(calibrated):
    text = (DOCS / "calibration.md").read_text(encoding="utf-8")
    found = calibrated.fresh_luck(posterior())
    assert f"{calibrated.agreement(found)} draws lie within all six bands" in text
    assert [f"{share:.1f}" for share in calibrated.outside(found).values()] == [
        "5.0", "4.5", "6.5", "9.0", "0.0", "3.0"
    ]  # fmt: skip
