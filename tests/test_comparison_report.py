"""The report of a comparison says what its tables say, in a browser and on a terminal."""

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import trustsim as ts
from trustsim.analysis.intervals import wilson
from trustsim.comparison import compare
from trustsim.output import manifest
from trustsim.report import comparison_words as said
from trustsim.report.comparison import comparison_page, notebook_view
from trustsim.report.comparison_exhibits import (
    comparison_figures,
    comparison_tables,
    targets_of,
    to_look_at,
)
from trustsim.report.pieces import MINUS, NO_BREAK
from trustsim.report.terminal import comparison_text

do = ts.interventions
SMALL = {"replicates": 50, "months": 60, "seed": 4}
NASTY = '<script>alert("1")</script> & co'


class Reader(HTMLParser):
    """What a browser would see: tags with their attributes, and text; tags must be balanced."""

    VOID = ("meta", "img", "br", "link", "hr", "wbr")

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


def plain(text):
    """Text as it was before it was made fit for a page."""
    return re.sub(r"\s+", " ", text.replace(NO_BREAK, " ").replace(MINUS, "-"))


def page_of(comparison, figures=None, **more):
    names = ("baseline", *comparison.names)
    arms = {name: {"files": f"{number}_arm"} for number, name in enumerate(names)}
    record = {**manifest(comparison.baseline, **more), "arms": arms}
    figures = comparison_figures(comparison) if figures is None else figures
    return comparison_page(comparison, comparison_tables(comparison), figures, record)


@pytest.fixture(scope="module")
def base():
    return ts.scenario("voluntary").with_(organisations=4, people=1, name=NASTY)


@pytest.fixture(scope="module")
def found(base):
    arms = {
        "coordinator": do.coordinator(),
        "one scandal": do.incident(target=2, start=6),
        NASTY: "+mandate:start=12,months=24",
        "nothing": do.mandate(dose=0),
    }
    return compare(base, arms, **SMALL)


@pytest.fixture(scope="module")
def figures(found):
    return comparison_figures(found)


@pytest.fixture(scope="module")
def page(found, figures):
    return page_of(found, figures, command="as typed")


@pytest.fixture(scope="module")
def read(page):
    return Reader(page)


def effect(found, arm, outcome, month=60):
    rows = found.effects
    chosen = (rows["arm"] == arm) & (rows["outcome"] == outcome) & (rows["month"] == month)
    return rows[chosen].iloc[0]


def facts(found, arm):
    return {fact.topic: fact.text for fact in said.arm_facts(found, arm)}


# The page.


def test_the_page_is_one_file_that_runs_nothing(page, read):
    assert page.startswith("<!doctype html>")
    assert read.open == []
    names = {name for name, _ in read.tags}
    assert not names & {"script", "link", "iframe", "object", "embed", "base", "form"}
    assert "<script" not in page
    assert not re.search(r"@import|url\(", page)
    assert all(image["src"].startswith("data:image/png;base64,") for image in read.named("img"))


def test_the_page_has_all_its_parts(read):
    titles = [found.get("id") for found in read.named("section")]
    assert titles == [
        "in-short", "what-was-compared", "what-was-simulated", "results",
        "with-doubt-about-the-parameters",
        "partnerships-to-look-at", "how-to-read-a-comparison", "what-this-can-and-can-t-tell",
        "how-to-get-the-same-numbers-again", "sources",
    ]  # fmt: skip


def test_every_mark_leads_to_one_source_and_every_source_is_marked(read):
    marks = {link["href"] for link in read.named("a") if link.get("class") == "source"}
    entries = [item["id"] for item in read.named("li") if "id" in item]
    assert len(entries) == len(set(entries)) > 3
    assert marks == {f"#{entry}" for entry in entries}


def test_every_figure_is_in_the_page_with_its_numbers_kept(figures, read):
    names = [one.name for one in figures]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in names), "fit for file names"
    assert all(len(one.data) > 0 for one in figures)
    images = read.named("img")
    assert len(images) == len(figures)
    assert all(len(image["alt"]) > 30 for image in images)


def test_the_page_and_the_terminal_say_the_same_sentences(found, read):
    shown, printed = plain(" ".join(read.text)), plain(comparison_text(found))
    for arm in found.names:
        for fact in said.arm_facts(found, arm):
            assert plain(fact.text) in shown
            assert plain(fact.text) in printed
            assert f"{fact.topic}:" in shown


def test_the_way_to_the_same_numbers_names_the_files_of_every_arm(found, read):
    shown = " ".join(read.text)
    assert "as typed" in shown
    for number in range(1 + len(found.names)):
        assert f"ts.scenario('{number}_arm.toml')" in shown
    assert "replicates=50, seed=4, months=60, lifted=False" in shown


def test_what_each_arm_does_is_said_with_its_cost(read):
    shown = plain(" ".join(read.text))
    assert "+coordinator()" in shown
    assert "+mandate(start=12, months=24)" in shown
    assert f"{do.coordinator.person_months:g} a month" in shown


def test_the_stories_are_told_side_by_side_with_the_commands_for_them(found, read):
    shown = " ".join(read.text)
    for one in to_look_at(found, "coordinator"):
        end = f"--seed 4 --replicate {one.replicate} --months 60"
        assert f"trustsim story 0_arm.toml {end}\ntrustsim story 1_arm.toml {end}" in shown
    number = to_look_at(found, "coordinator")[0].replicate
    for name in ("baseline", "coordinator"):
        model = found.one(number, name)
        assert all(part in shown for part in model.story().split("\n\n"))
        model.release()


# The sentences.


def test_sentences_hold_the_numbers_of_the_tables(found):
    for arm in ("coordinator", NASTY):
        text = facts(found, arm)
        for topic, outcome in (("Matured", "matured"), ("Dissolved", "dissolved")):
            row = effect(found, arm, outcome)
            assert text[f"{topic} by year 5"] == (
                f"{100 * row.other:.1f} %, in the baseline {100 * row.baseline:.1f} %: "
                f"{100 * row.difference:+.1f} points "
                f"({100 * row.low:+.1f} to {100 * row.high:+.1f})."
            )
        row = effect(found, arm, "value")
        assert (
            f"{row.difference:+.3g} ({row.low:+.3g} to {row.high:+.3g})"
            in (text["Value over 5 years"])
        )


def test_helped_and_harmed_are_those_whose_value_rose_and_fell(found):
    for arm in found.names:
        value = found.individual(arm)["value"]
        more, less = int((value > 0).sum()), int((value < 0).sum())
        text = facts(found, arm)["Helped or harmed"]
        for count, words in ((more, "of the partnerships delivered more"), (less, "less")):
            low, high = wilson(count, len(value))
            interval = f"({100 * low:.1f} to {100 * high:.1f})"
            assert f"{100 * count / len(value):.1f} % {interval} {words}" in text


def test_the_worst_off_is_the_member_with_the_least_change(found):
    worst = said.worst_off(found, "one scandal").set_index("replicate")
    before, after = (
        found.runs(name).members.pivot_table(
            index="replicate", columns="organisation", values="value_received"
        )
        for name in ("baseline", "one scandal")
    )
    change = after - before
    np.testing.assert_allclose(worst["difference"], change.min(axis=1))
    for number, row in worst.iterrows():
        assert change.loc[number, row["member"]] == row["difference"]
    payers = found.who_pays("one scandal")
    mean = payers[(payers["quantity"] == "value_received") & (payers["member"] == "worst off")]
    assert worst["difference"].mean() == pytest.approx(mean["difference"].iloc[0])


def test_an_arm_that_changes_nothing_is_said_to_change_nothing(found):
    text = facts(found, "nothing")
    assert "+0.0 points" in text["Matured by year 5"]
    assert text["Better before worse"] == "mean value never differed certainly."
    assert text["Cost"] == "no stated cost beyond the baseline's."
    assert text["Helped or harmed"].startswith("0.0 %")
    assert "100.0 % as much" in text["Helped or harmed"]
    assert [one.role for one in to_look_at(found, "nothing")] == ["typical"]


class Stub:
    """Just enough of a comparison to give words to one table of crossings or costs."""

    def __init__(self, **tables):
        self.__dict__.update(tables)


def crossings(**value):
    none = {"pattern": "no certain change", "first": pd.NA, "then": pd.NA, "crosses": pd.NA}
    rows = [{"arm": "it", "quantity": name, **none} for name in ("maturity", "mature", "alive")]
    return pd.DataFrame([{"arm": "it", "quantity": "value", **none, **value}, *rows])


def curve(difference):
    middle = np.asarray(difference, dtype=float)
    table = pd.DataFrame({"month": np.arange(1, len(middle) + 1), "difference": middle})
    table = table.assign(low=table.difference - 0.5, high=table.difference + 0.5)
    return table.assign(arm="it", quantity="value")


@pytest.mark.parametrize(
    ("differences", "wanted"),
    [
        ([2] * 5 + [-2] * 5, "worse from month 6 (better before worse; turns in month 6)"),
        ([2] * 5 + [-2] * 5 + [2] * 5, "turns in month 6; better again at the end)"),
        ([-2] * 10, "was worse from month 1, and never certainly better"),
        ([0.1] * 10, "never differed certainly"),
    ],
)  # fmt: skip
def test_the_course_of_a_curve_in_words(differences, wanted):
    from trustsim.analysis.curves import crossing

    curves = curve(differences)
    stub = Stub(crossings=crossings(**crossing(curves)._asdict()), curves=curves)
    assert wanted in said.better_before_worse(stub, "it")


@pytest.mark.parametrize(
    ("extra", "price", "wanted"),
    [
        (
            20.0,
            150.0,
            "150 (100 to 300) person-months, spent by year 5, for each partnership more",
        ),
        (20.0, float("nan"), "no price of maturity, as no gain in it by year 5 is certain"),
        (0.0, float("nan"), "no stated cost beyond the baseline's"),
    ],
)
def test_a_price_is_named_only_where_there_is_a_gain(extra, price, wanted):
    row = {"arm": "it", "extra": extra, "extra_low": extra - 1, "extra_high": extra + 1,
           "month": 60, "per_matured": price, "per_low": 100.0, "per_high": 300.0}  # fmt: skip
    assert wanted in said.cost_in_words(Stub(costs=pd.DataFrame([row])), "it")


def test_an_arm_that_saves_has_no_price():
    row = {"arm": "it", "extra": -20.0, "extra_low": -21.0, "extra_high": -19.0, "month": 60,
           "per_matured": -150.0, "per_low": -300.0, "per_high": -100.0}  # fmt: skip
    text = said.cost_in_words(Stub(costs=pd.DataFrame([row])), "it")
    assert "-20.0 (-21.0 to -19.0) person-months" in text
    assert "more partnerships matured, and less was spent" in text
    assert "-150" not in text


# What is picked.


def test_the_partnerships_to_look_at_are_the_extremes_and_the_median(found):
    roles = set()
    for arm in found.names:
        value = found.individual(arm).set_index("replicate")["value"]
        chosen = {one.role: one for one in to_look_at(found, arm)}
        roles |= set(chosen)
        assert ("most helped" in chosen) == (value.max() > 0)
        assert ("most harmed" in chosen) == (value.min() < 0)
        for role, extreme in (("most helped", value.max()), ("most harmed", value.min())):
            if role in chosen:
                assert chosen[role].difference == value[chosen[role].replicate] == extreme
        distance = (value - value.median()).abs()
        assert distance[chosen["typical"].replicate] == distance.min()
    assert len(roles) == 3


def test_targets_are_those_that_the_arm_adds(base, found):
    assert targets_of(found, "one scandal") == [2]
    assert targets_of(found, "coordinator") == []
    hit = base + do.incident(target=1, start=3)
    both = compare(hit, {"second": do.incident(target=3, start=9)}, replicates=3, months=12)
    assert targets_of(both, "second") == [3]


# The terminal, the notebook, the edges.


def test_the_terminal_text_fits_and_has_a_block_for_each_arm(found):
    text = comparison_text(found)
    assert max(map(len, text.splitlines())) <= 79
    assert text.isascii(), "any terminal can show it"
    for arm in found.names:
        assert f"\n\n{arm}\n  Matured by year 5  " in text


def test_the_notebook_view_is_a_table_and_a_picture(found):
    view = notebook_view(found)
    read = Reader(view)
    assert read.open == []
    assert len(read.named("img")) == 1
    assert len(read.named("tr")) == 1 + len(found.names)
    assert "<script" not in view
    for arm in found.names:
        assert arm in read.text


def test_many_arms_are_drawn_in_groups(base, monkeypatch, undrawn):
    monkeypatch.setattr("trustsim.report.comparison_exhibits.MOST_LINES", 2)
    arms = {f"dose {dose:.2f}": do.coordinator(dose=dose) for dose in (0.1, 0.5, 0.9)}
    found = compare(base, arms, replicates=3, months=6)
    figures = {one.name: one for one in comparison_figures(found)}
    assert set(figures["curves_value"].data["arm"]) == set(found.names[:-1])
    assert set(figures["curves_value_part_2"].data["arm"]) == {found.names[-1]}


def test_an_arm_with_another_number_of_members_has_no_payers(base):
    found = compare(base, {"larger": base.with_(organisations=5)}, replicates=4, months=12)
    assert "not compared" in facts(found, "larger")["Who pays"]
    figures = comparison_figures(found)
    assert Reader(page_of(found, figures)).open == []
    assert "payers_1" not in {one.name for one in figures}


def test_where_nobody_may_leave_dissolution_is_none_by_definition():
    found = compare("hierarchy", {"coached": do.coaching()}, replicates=4, months=12)
    assert facts(found, "coached")["Dissolved by year 1"].startswith("none, by definition")
    assert said.overview(found)["dissolved by year 1, points"][0] == "none, by definition"


def test_a_long_name_may_be_broken_but_is_kept(base):
    name = "mandate:start=12,months=24"
    found = compare(base, {name: "+mandate:start=12,months=24"}, replicates=3, months=6)
    read = Reader(notebook_view(found))
    assert read.open == []
    assert read.named("wbr")
    assert name in "".join(read.text)


@pytest.mark.parametrize(
    ("replicates", "months"),
    [(1, 1), *(pytest.param(*one, marks=pytest.mark.slow) for one in ((1, 37), (2, 24)))],
)
def test_the_smallest_comparisons_have_a_report_too(replicates, months):
    found = compare("dyad", {"with": do.coordinator()}, replicates=replicates, months=months)
    assert Reader(page_of(found)).open == []
    assert "nan" not in comparison_text(found)
    assert ">nan" not in notebook_view(found)
