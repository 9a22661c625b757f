"""Every source stands once, says what it is cited for, and how far that was checked."""

import re
from pathlib import Path

import pytest

from trustsim import citations
from trustsim.citations import SEEN, cite, parse, reference, references
from trustsim.errors import TrustsimError
from trustsim.model.parameters import PARAMETERS

PACKAGE = Path(citations.__file__).parent

ENTRY = """@article{slovic1993,
  author = {Slovic, P.},
  title = {Trust},
  year = {1993},
  seen = {recalled},
  note = {Bad news weighs more.},
}
"""


def test_keys_are_author_and_year():
    form = re.compile(r"[a-z]+(\d{4}|nd)[a-z]*|model")
    assert len(references()) > 100
    assert not [key for key in references() if not form.fullmatch(key)]


def test_a_reference_says_what_it_is_cited_for_and_how_that_was_seen():
    for key, source in references().items():
        assert source.key == key
        assert source.seen in SEEN, key
        assert len(source.note) >= 10, key
        assert source.note.endswith("."), key
        year = re.search(r"\d{4}", key)
        assert f"({year[0]})" in source.text if year else "(n.d.)" in source.text or key == "model"
        assert "{" not in source.text, key
        assert source.url == "" or re.fullmatch(r"https?://[^\s/]+/\S+", source.url), key


def test_every_parameter_has_a_known_source():
    unknown = {row.name: row.source for row in PARAMETERS if row.source not in references()}
    assert not unknown, "add them to references.bib"


def test_no_parameter_claims_more_than_its_source_was_seen():
    """A parameter graded verified rests on a verified statement."""
    for row in PARAMETERS:
        if row.evidence == "verified":
            assert reference(row.source).seen == "verified", row.name


def test_every_key_named_in_the_source_is_known():
    named = {
        key
        for path in PACKAGE.rglob("*.py")
        for key in re.findall(r"\b[a-z]+(?:19|20)\d\d[a-z]*\b", path.read_text(encoding="utf-8"))
    }
    assert "slovic1993" in named
    assert not named - set(references()), "add them to references.bib"


def test_an_unknown_key_is_refused_with_the_nearest_one():
    with pytest.raises(TrustsimError, match="Did you mean `slovic1993`"):
        reference("slovik1993")


def test_a_bibliography_names_each_source_once_in_order():
    text = cite(["slovic1993", "falk2006", "slovic1993"])
    assert text.count("Slovic, P.") == 1
    assert text.index("Falk") < text.index("Slovic")
    assert "[recalled]" in text
    assert cite([]) == ""


def test_a_well_formed_entry_is_read():
    source = parse("% a remark\n\n" + ENTRY)["slovic1993"]
    assert source.text == "Slovic, P. (1993). Trust."
    assert source.bibtex == ENTRY.rstrip("\n")


def test_authors_are_printed_as_people_write_them():
    def printed(authors: str) -> str:
        return parse(ENTRY.replace("Slovic, P.", authors))["slovic1993"].text.partition(" (")[0]

    assert printed("A, B. and C, D.") == "A, B. and C, D."
    assert printed("A, B. and C, D. and E, F.") == "A, B., C, D. and E, F."
    assert printed("A, B. and others") == "A, B. et al."
    assert printed("{The King's Fund}") == "The King's Fund"


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("  year = {1993},\n", "", "lacks year"),
        ("recalled", "rumoured", "must be seen as one of"),
        ("  note", "  notes", "not a field, unknown or twice"),
        ("  year = {1993},", "  year = 1993,", "line 4: not a field"),
        ("  year = {1993},", "  year = {1993},\n  year = {1993},", "line 5: not a field"),
        ("@article{slovic1993,", "slovic1993", "line 1: not the head"),
        ("\n}\n", "\n", "not closed"),
    ],
)
def test_a_slip_is_refused_with_its_place(before, after, complaint):
    assert before in ENTRY
    with pytest.raises(ValueError, match=complaint):
        parse(ENTRY.replace(before, after))


def test_a_key_may_not_stand_twice():
    with pytest.raises(ValueError, match="stands twice"):
        parse(ENTRY + ENTRY)
