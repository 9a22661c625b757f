"""One page links the reports that are there, with how their predictions fared; and `--all`."""

import harness
import index
import pandas as pd
import pytest
import run

from trustsim.errors import ParameterError


def report(out, number, verdicts):
    """A finished experiment, as far as the page of links looks at it."""
    tables = out / number / "tables"
    tables.mkdir(parents=True)
    (out / number / "report.html").write_text("done", encoding="utf-8")
    pd.DataFrame({"verdict": verdicts}).to_csv(tables / "predictions.csv", index=False)


def test_only_reports_that_are_there_are_linked_with_their_scores(tmp_path):
    report(tmp_path, "E03", ["holds", "holds", "fails"])
    page = index.write(tmp_path).read_text(encoding="utf-8")
    assert page.count("report.html") == 1
    assert 'href="E03/report.html"' in page
    one = harness.load(harness.find("E03"))
    row = index.scored(one, tmp_path)
    assert row[1:] == [one.question, 2, 1, 0, 0]


def test_all_goes_on_when_one_cannot_run(tmp_path, monkeypatch, capsys):
    """The others are run and linked; the code says that one is missing."""

    def lived(name, out, *, toy):
        assert toy
        if name == "E07":
            raise ParameterError("scikit-learn is not installed")
        report(out.parent, name, ["holds"])

    monkeypatch.setattr(run, "run", lived)
    assert run.main(["--all", "--toy", "--out", str(tmp_path / "new")]) == 2
    told = capsys.readouterr().err
    assert "scikit-learn" in told
    assert "not run: E07" in told
    page = (tmp_path / "new" / "index.html").read_text(encoding="utf-8")
    assert page.count("report.html") == len(harness.folders()) - 1


@pytest.mark.parametrize("typed", [["--all"], ["E03", "--all", "--out", "out"]])
def test_all_wants_a_folder_and_no_name(typed):
    with pytest.raises(SystemExit):
        run.main(typed)
