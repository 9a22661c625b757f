"""Scenario and study files with damage: read well, or refused in one line; nothing else."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trustsim as ts
from trustsim.errors import TrustsimError
from trustsim.scenarios.files import from_toml
from trustsim.scenarios.settings import SETTINGS

ROOT = Path(__file__).parents[2]
STUDIES = (
    """[study]
scenario = "voluntary"
replicates = 100
months = 60
seed = 11

[arms]
baseline = []
coordinator = ["coordinator(start=0)", "mandate(start=3, months=24, dose=0.5)"]

[factors]
organisations = [4, 6]
"coordinator.dose" = [0.5, 1.0]

[design]
kind = "grid"
""",
    """[study]
scenario = "dyad"
engine = "mesa"
record = "members"

[factors]
negativity = []
tenure = [12, 60]

[design]
kind = "lhs"
points = 64
seed = 5

[precision]
outcome = "dissolved"
month = 60
half_width = 0.02
floor = 200
ceiling = 10000
""",
    """{"study": {"scenario": "stp", "replicates": 10},
 "design": {"kind": "csv", "file": "points.csv"}}
""",
)
VALUES = (
    "0", "-1", "1e400", "nan", "inf", "1e-320", "99999999999999999999", "0x10", "true", '""',
    '"coordinator(start=0)"', "[]", "{}", "[[]]", "{a = 1}", "1979-05-27", '"\\u0000"',
    '"\\ud800"', '"\u202e"', "null", '"../../etc/passwd"', '"__import__(\'os\')"',
    '"coordinator(start=9**9**9)"', '"grid"', '"' + "x" * 3000 + '"', "[" * 400, "1" * 5000,
    '"' + "(" * 3000 + '"', '"coordinator(start=' + "-" * 3000 + '1)"', "1000000000",
)  # fmt: skip
"""What may stand in the place of a value."""
VALUE = re.compile(r'"[^"\n]*"|(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])')
NAME = re.compile(r'(?m)^[ \t]*"?([A-Za-z_][\w.]*)"?[ \t]*[=:]')


def corpus():
    """Files without a mistake, of every kind: settings, the experiments' own, studies."""
    named = [ts.scenario(name) for name in SETTINGS]
    own = [path.read_text() for path in sorted(ROOT.glob("experiments/*/scenario.toml"))]
    return [*(one.to_toml() for one in named), *(one.to_json() for one in named), *own, *STUDIES]


@st.composite
def damaged(draw):
    """A file with one to four damages: to values, names, lines or characters."""
    text = draw(st.sampled_from(CORPUS))
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["value", "value", "name", "line", "character", "cut"]))
        lines = text.split("\n")
        at = draw(st.integers(0, max(len(text), 1)))
        if kind in ("value", "name"):
            found = list((VALUE if kind == "value" else NAME).finditer(text))
            if found:
                first, last = draw(st.sampled_from(found)).span(0 if kind == "value" else 1)
                others = VALUES if kind == "value" else ("name", "levels", "Name", "a.b.c", "")
                text = text[:first] + draw(st.sampled_from(others)) + text[last:]
        elif kind == "line":
            other = draw(st.sampled_from(CORPUS)).split("\n")
            lines.insert(at % len(lines), draw(st.sampled_from([*lines, *other])))
            text = "\n".join(lines)
        elif kind == "cut":
            text = text[:at]
        else:
            text = text[:at] + draw(st.characters()) + text[at:]
    return text


def ending(raw, folder, as_json):
    """How reading these bytes ends: "read" or "refused"; any other exception is a failure."""
    path = folder / ("given.json" if as_json else "given.toml")
    path.write_bytes(raw)
    try:
        if b"study" in raw:
            ts.Study.read(path).size()
        else:
            one = ts.scenario(path)
            assert from_toml(one.to_toml()).to_dict() == one.to_dict()
    except TrustsimError as problem:
        refusal = str(problem)
    else:
        return "read"
    assert refusal.isprintable()  # one line
    assert len(refusal) < 2000
    return "refused"


CORPUS = corpus()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the table of points that one of the studies names."""
    path = tmp_path_factory.mktemp("given")
    (path / "points.csv").write_text("negativity\n1.5\n2.5\n")
    return path


def test_files_without_a_mistake_are_read(folder):
    for text in CORPUS:
        assert ending(text.encode(), folder, text.lstrip()[0] == "{") == "read"


@given(text=damaged(), as_json=st.booleans())
@settings(max_examples=3000, deadline=None)
def test_damaged_files_are_read_or_refused_in_one_line(folder, text, as_json):
    as_json = as_json or text.lstrip()[:1] == "{"
    ending(text.encode("utf-8", "surrogatepass"), folder, as_json)


@given(raw=st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_bytes_that_are_no_file_of_ours_are_refused(folder, raw):
    ending(raw, folder, as_json=False)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside),
    max_leaves=12,
)


@given(
    tables=st.dictionaries(
        st.sampled_from(["scenario", "study", "factors", "arms", "design", "precision"]), PLAIN
    )
)
@settings(max_examples=500, deadline=None)
def test_json_of_any_shape_is_read_or_refused(folder, tables):
    ending(json.dumps(tables).encode(), folder, as_json=True)


@pytest.mark.parametrize("organisations", [10**9, 10**400])
def test_a_partnership_too_large_for_any_machine_is_refused(folder, organisations):
    text = f"[scenario]\norganisations = {organisations}\n"
    assert ending(text.encode(), folder, as_json=False) == "refused"
