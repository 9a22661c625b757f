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


FIELDS = {
    *("author", "title", "year", "seen", "note"),
    *("journal", "booktitle", "publisher", "howpublished", "volume", "pages", "doi", "url"),
}


def test_no_line_of_the_file_is_skipped():
    """Every line is a remark, a head, a known field or an end, and no key or field stands twice."""
    text = (PACKAGE / "references.bib").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("%")]
    assert sum(line.startswith("@") for line in lines) == len(references())
    assert lines == "\n".join(source.bibtex for source in references().values()).splitlines()
    for key, source in references().items():
        names = [
            re.fullmatch(r"  ([a-z]+) = \{.+\},", one)[1] for one in source.bibtex.split("\n")[1:-1]
        ]
        assert len(set(names)) == len(names), key
        assert {"author", "title", "year", "seen", "note"} <= set(names) <= FIELDS, key


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
