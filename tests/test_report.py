"""The report is one file that needs no other, says what the tables say, and runs nothing."""

import base64
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from trustsim import report
from trustsim.citations import references
from trustsim.output import manifest
from trustsim.report import words
from trustsim.report.pieces import Markup, plain_number
from trustsim.scenarios.files import scenario
from trustsim.scenarios.fork import fork
from trustsim.scenarios.interventions import coordinator, incident
from trustsim.simulation import simulate

NASTY = '<script>alert("1")</script> & {{body}} \\1'


class Reader(HTMLParser):
    """What a browser would see: every tag with its attributes, and whether they are balanced."""

    VOID = ("meta", "img", "br", "link", "hr")

    def __init__(self, page):
        super().__init__()
        self.tags, self.open, self.text = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def named(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(runs):
    return report.run_page(runs, report.tables_of(runs), report.figures_of(runs), manifest(runs))


@pytest.fixture(scope="module")
def runs():
    chosen = scenario("voluntary").with_(negativity=2.5, name=NASTY)
    chosen = chosen + coordinator(start=6) + incident(target=1, start=24)
    return simulate(chosen, replicates=60, months=60, seed=5, record="months")


@pytest.fixture(scope="module")
def page(runs):
    return page_of(runs)


@pytest.fixture(scope="module")
def read(page):
    return Reader(page)


def test_the_page_is_well_formed(page, read):
    assert page.startswith("<!doctype html>")
    assert read.open == []


def test_the_page_asks_nobody_for_anything(page, read):
    names = {name for name, _ in read.tags}
    assert not names & {"script", "link", "iframe", "object", "embed", "base", "form", "video"}
    assert not re.search(r"@import|url\(", page)
    assert all(image["src"].startswith("data:image/png;base64,") for image in read.named("img"))
    handlers = [name for _, found in read.tags for name in found if name.startswith("on")]
    assert not handlers
    loaded = [(tag, name) for tag, found in read.tags for name in found if name in ("src", "data")]
    assert set(loaded) <= {("img", "src")}
    assert all(link["href"].startswith(("#", "https://")) for link in read.named("a"))


def test_what_a_user_has_typed_is_text(page, read):
    assert "<script" not in page
    assert f"Trust between partners: {NASTY}" in read.text


def test_every_figure_is_in_the_page_with_words_for_those_who_can_not_see(runs, read):
    images = read.named("img")
    assert len(images) == len(report.figures_of(runs))
    for image in images:
        assert base64.b64decode(image["src"].partition(",")[2]).startswith(b"\x89PNG")
        assert len(image["alt"]) > 30


def test_every_mark_leads_to_one_source_and_every_source_is_marked(read):
    marks = {link["href"] for link in read.named("a") if link.get("class") == "source"}
    entries = [item["id"] for item in read.named("li") if "id" in item]
    assert len(entries) == len(set(entries)) > 3
    assert marks == {f"#{entry}" for entry in entries}


def test_the_page_has_all_its_parts(read):
    titles = [found.get("id") for found in read.named("section")]
    assert titles == [
        "in-short", "what-was-simulated", "results",
        "with-doubt-about-the-parameters", "what-this-can-and-can-t-tell",
        "how-to-get-the-same-numbers-again", "sources",
    ]  # fmt: skip


def test_the_headlines_say_what_the_tables_say(runs):
    text = "\n".join(words.headlines(runs))
    attrition, maturity = runs.attrition([36, 60]), runs.time_to_maturity()
    for table, quantity in (
        (attrition, "dissolved"),
        (attrition, "mean members lost"),
        (maturity, "matured"),
        (runs.status_shares([36, 60]), "tokenistic among survivors"),
    ):
        for month, year in ((36, 3), (60, 5)):
            row = table[(table.quantity == quantity) & (table.month == month)].iloc[0]
            scale, form = (1, "{:.2f}") if row.unit == "members" else (100, "{:.1f}")
            number = form.format(scale * row.estimate)
            bounds = " to ".join(form.format(scale * row[name]) for name in ("low", "high"))
            sign = " %" if scale == 100 else ""
            assert f"by year {year}, {number}{sign} ({bounds})" in text
    assert words.headlines(runs)[0].startswith("Attrition: ")


def test_the_page_and_the_terminal_show_the_same_cells(runs, read):
    shown = " ".join(read.text).replace("\N{NO-BREAK SPACE}", " ")
    table = words.by_month(runs.attrition([36, 60]), ["dissolved", "mean members lost"])
    printed = report.summary_text(runs)
    for text in table.drop(columns="by").to_numpy().ravel():
        assert text in shown
        assert text in printed


def test_choices_of_a_setting_are_given_with_their_reasons():
    sources = report.Sources()
    text = report.scenario_section(scenario("stp"), sources)
    assert "44 footprints became 42 by merger" in text
    assert "STPs: extraordinary leadership" in sources.listed()
    other = scenario("stp").with_(name="mine", organisations=9)
    assert "chosen for this run" in report.scenario_section(other, report.Sources())


def test_where_nobody_may_leave_attrition_is_none_by_definition():
    runs = simulate("hierarchy", replicates=5, months=12, engine="mesa")
    assert words.headlines(runs)[0].startswith("Attrition: none, by definition")
    assert "none, by definition" in report.summary_text(runs)
    assert "0 by definition, not by luck" in page_of(runs)


@pytest.mark.parametrize(("replicates", "months"), [(1, 1), (1, 37), (2, 120)])
def test_the_smallest_runs_have_a_report_too(replicates, months):
    runs = simulate("dyad", replicates=replicates, months=months, engine="mesa")
    assert Reader(page_of(runs)).open == []
    assert "nan" not in report.summary_text(runs)


def test_a_partnership_too_large_to_be_told_has_no_story():
    chosen = scenario("dyad").with_(organisations=21)
    runs = simulate(chosen, replicates=2, months=3, engine="mesa")
    assert "story" not in {one.name for one in report.figures_of(runs)}


# The pieces.


def test_a_page_of_ones_own_can_be_composed():
    sources = report.Sources()
    table = report.table(pd.DataFrame({"a": [1, 2.5], "b": ["<x>", "y"]}), caption="A & B")
    answer = report.paragraph("Slow ", sources.mark("slovic1993"))
    page = report.page(
        "Mine",
        report.section("An answer", answer, table),
        report.sources_section(sources),
        footer="The end",
    )
    read = Reader(page)
    assert read.open == []
    assert "&lt;x&gt;" in page
    assert "A &amp; B" in page
    assert references()["slovic1993"].text in " ".join(read.text)


def test_only_markup_is_taken_as_it_is():
    assert report.joined("<b>", Markup("<i>")) == "&lt;b&gt;<i>"
    assert (
        report.element("p", "x", title='"><script>') == '<p title="&quot;&gt;&lt;script&gt;">x</p>'
    )
    assert report.escaped(Markup("<i>") + "<b>") == "&lt;i&gt;&lt;b&gt;", "a sum is plain again"


def test_the_template_is_filled_once():
    page = report.page("{{body}}", "{{lead}}", lead="{{footer}}", footer="{{title}}")
    assert page.count("{{body}}") == 2, "in the title and in the heading, as typed"
    assert page.count("{{lead}}") == page.count("{{footer}}") == page.count("{{title}}") == 1


def test_sources_are_numbered_as_they_are_first_mentioned():
    sources = report.Sources()
    assert sources.mark("slovic1993", "kim2004").count("[") == 2
    assert "[1]" in sources.mark("slovic1993")
    assert sources.listed().index("Slovic") < sources.listed().index("Kim")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-2, "\N{MINUS SIGN}2"), (1.5, "1.5"), (0.00012345, "0.000123"), (12345.6, "12,346"),
     (float("nan"), "\N{EN DASH}"), (pd.NA, "\N{EN DASH}"), (True, "True"), ("a", "a")],
)  # fmt: skip
def test_numbers_in_tables_are_short(value, text):
    assert plain_number(value) == text


def test_an_estimate_without_an_interval_stands_alone():
    nan = float("nan")
    assert words.cell(words.Estimate(1.5, nan, nan, "members", 1)) == "1.50"
    assert words.cell(words.Estimate(nan, nan, nan, "months", 0)) == "none"


def test_the_page_of_a_fork_tells_what_changes_and_when():
    base = scenario("dyad")
    forked = fork(base, 6, base.with_(negativity=3.0) + coordinator(start=6))
    text = str(report.scenario_section(forked, report.Sources()))
    assert "change(start=6, parameter=&#x27;negativity&#x27;, value=3.0)" in text
    assert "coordinator(start=6)" in text
