"""Reports: one file that asks nobody for anything, and says what the tables say."""

import base64
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import trustsim as ts
from trustsim import report
from trustsim.analysis.curves import crossing
from trustsim.analysis.intervals import wilson
from trustsim.analysis.outcomes import MONTHLY
from trustsim.citations import references
from trustsim.comparison.arms import targets
from trustsim.output import manifest
from trustsim.report import comparison_words as said
from trustsim.report import words
from trustsim.report.comparison_exhibits import to_look_at

do = ts.interventions
NASTY = '<script>alert("1")</script> & {{body}} \\1'
NAN = float("nan")


class Reader(HTMLParser):
    """What a browser would see: tags, whether they are balanced, text, and tables by caption."""

    VOID = ("meta", "img", "br", "link", "hr", "wbr")

    def __init__(self, page):
        super().__init__()
        self.tags, self.open, self.parts, self.tables = [], [], [], []
        self.feed(page)
        self.close()
        self.text = plain(" ".join(self.parts))

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("th", "td"):
            self.tables[-1][-1].append("")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.parts.append(data)
        if {"th", "td"} & set(self.open):
            self.tables[-1][-1][-1] += data

    def named(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    def table(self, *heads):
        """The one table whose columns begin so, as a frame of texts."""
        [found] = [one for one in self.tables if tuple(one[0][: len(heads)]) == heads]
        return pd.DataFrame([[plain(cell) for cell in row] for row in found[1:]], columns=found[0])


def plain(text):
    """Text as it was before it was made fit for a page."""
    text = text.replace(words.NO_BREAK, " ").replace(words.MINUS, "-")
    return re.sub(r"\s+", " ", text).strip()


def numbers(cell):
    """The numbers of a cell: an estimate, and its interval if there is one."""
    return [
        float(one.replace(",", "")) for one in re.findall(r"[-+]?\d[\d,]*\.?\d*(?:e-\d+)?", cell)
    ]


def run_page(runs):
    return report.run_page(runs, report.tables_of(runs), report.figures_of(runs), manifest(runs))


def comparison_page(found, figures):
    names = ("baseline", *found.names)
    arms = {name: {"files": f"{number}_arm"} for number, name in enumerate(names)}
    record = {**manifest(found.baseline, command="as typed"), "arms": arms}
    return report.comparison_page(found, report.comparison_tables(found), figures, record)


@pytest.fixture(scope="module")
def undrawn_module():
    """Pictures of no content: drawing the figures of a comparison takes many seconds."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("exhibits", "comparison_exhibits"):
            patch.setattr(f"trustsim.report.{name}.picture", lambda ax: b"\x89PNG")
        yield


@pytest.fixture(scope="module")
def runs():
    chosen = ts.scenario("voluntary").with_(negativity=2.5, name=NASTY)
    chosen = chosen + do.coordinator(start=6) + do.incident(target=1, start=24)
    return ts.simulate(chosen, replicates=60, months=60, seed=5, record="months")


@pytest.fixture(scope="module")
def of_run(runs):
    return run_page(runs)


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
    return ts.compare(base, arms, replicates=50, months=60, seed=4)


@pytest.fixture(scope="module")
def figures(found, undrawn_module):
    return report.comparison_figures(found)


@pytest.fixture(scope="module")
def of_comparison(found, figures):
    return comparison_page(found, figures)


@pytest.fixture(scope="module", params=["of_run", "of_comparison"])
def page(request):
    return request.getfixturevalue(request.param)


# Both pages.


def test_a_page_is_one_file_that_runs_nothing_and_asks_for_nothing(page):
    read = Reader(page)
    assert page.startswith("<!doctype html>")
    assert read.open == []
    names = {name for name, _ in read.tags}
    assert not names & {"script", "link", "iframe", "object", "embed", "base", "form", "video"}
    assert not re.search(r"@import|url\(", page)
    loaded = {(tag, name) for tag, one in read.tags for name in one if name in ("src", "data")}
    assert loaded == {("img", "src")}
    assert all(image["src"].startswith("data:image/png;base64,") for image in read.named("img"))
    assert not [name for _, one in read.tags for name in one if name.startswith("on")]
    assert all(link["href"].startswith(("#", "https://")) for link in read.named("a"))
    assert any("width=device-width" in one.get("content", "") for one in read.named("meta"))


def test_what_a_user_has_typed_is_text(page):
    assert "<script" not in page
    assert "&amp;lt;" not in page, "nothing is escaped twice"
    assert f"between partners: {NASTY}" in Reader(page).text


def test_every_mark_leads_to_one_source_and_every_source_is_marked(page):
    read = Reader(page)
    marks = {link["href"] for link in read.named("a") if link.get("class") == "source"}
    entries = [item["id"] for item in read.named("li") if "id" in item]
    assert len(entries) == len(set(entries)) > 3
    assert marks == {f"#{entry}" for entry in entries}


def test_pages_have_all_their_parts(of_run, of_comparison):
    parts = [
        [one.get("id") for one in Reader(page).named("section")] for page in (of_run, of_comparison)
    ]
    both = ["what-this-can-and-can-t-tell", "how-to-get-the-same-numbers-again", "sources"]
    results = ["what-was-simulated", "results", "with-doubt-about-the-parameters"]
    assert parts[0] == ["in-short", *results, *both]
    more = ["partnerships-to-look-at", "how-to-read-a-comparison"]
    assert parts[1] == ["in-short", "what-was-compared", *results, *more, *both]


def test_every_figure_is_in_the_page_with_words_for_those_who_can_not_see(
    runs, of_run, figures, of_comparison
):
    drawn = report.figures_of(runs)
    for found, page in ((drawn, of_run), (figures, of_comparison)):
        images = Reader(page).named("img")
        assert len(images) == len(found) == len({one.name for one in found})
        assert all(len(image["alt"]) > 30 for image in images)
        assert all(len(one.data) > 0 for one in found)
        assert all(re.fullmatch(r"[a-z0-9_]+", one.name) for one in found), "fit for file names"
    for image in Reader(of_run).named("img"):
        assert base64.b64decode(image["src"].partition(",")[2]).startswith(b"\x89PNG")


# Numbers on the page of a run are those of its runs.


@pytest.mark.parametrize("month", [36, 60])
def test_what_came_first_adds_up_and_is_counted_from_the_runs(runs, of_run, month):
    matured, dissolved = (
        runs.runs[f"month_{event}"].astype("float").to_numpy() for event in ("matured", "dissolved")
    )
    counts = {
        "matured": (matured <= month).sum(),
        "dissolved before maturing": ((dissolved <= month) & np.isnan(matured)).sum(),
        "dissolved at all": (dissolved <= month).sum(),
    }
    counts["neither yet"] = 60 - counts["matured"] - counts["dissolved before maturing"]
    assert counts["dissolved at all"] > counts["dissolved before maturing"] or month == 36
    row = Reader(of_run).table("by", "matured", "dissolved before maturing").set_index("by")
    shown = row.loc[words.moment(month)]
    for name, count in counts.items():
        low, high = wilson(float(count), 60)
        assert numbers(shown[name]) == pytest.approx(
            [100 * count / 60, 100 * low, 100 * high], abs=0.051
        )
    assert sum(numbers(shown[name])[0] for name in words.FIRST_OF_TWO[:3]) == pytest.approx(
        100, abs=0.15
    )
    drawn = next(one for one in report.figures_of(runs) if one.name == "incidence").data
    at = drawn[drawn["month"] == month].set_index("event")["estimate"]
    assert at.to_dict() == pytest.approx({name: count / 60 for name, count in counts.items()})


def test_every_table_of_a_run_is_shown_with_its_numbers(runs, of_run):
    read = Reader(of_run)
    wide = {
        ("by", "dissolved", "lost a member", "mean members lost"): runs.attrition([36, 60]),
        ("by", "mature", "tokenistic"): runs.status_shares([36, 60]),
    }
    for heads, table in wide.items():
        shown = read.table(*heads)
        for row in shown.to_dict("records"):
            for name in shown.columns[1:]:
                at = table[
                    (table["quantity"] == name) & (table["month"] == 12 * int(row["by"][5:]))
                ]
                check(row[name], at.iloc[0])
    lines = [one for one in read.tables if one[0] == ["quantity", "by", "estimate", "unit"]]
    long = [
        one.data for one in report.tables_of(runs) if one.name in ("causes", "time_to_maturity")
    ]
    turnover = next(one.data for one in report.tables_of(runs) if one.name == "turnover")
    for shown, table in zip(lines, [*long, turnover], strict=True):
        assert len(shown) == 1 + len(table)
        for cells, row in zip(shown[1:], table.to_dict("records"), strict=True):
            assert plain(cells[0]) == row["quantity"]
            check(plain(cells[2]), row)


def check(cell, row):
    """A cell holds the numbers of a row of a summary table, as rounded as its unit is."""
    scale, digits = (100, 1) if row["unit"].startswith("share") else (1, 2)
    digits = 1 if row["unit"] == "months" else digits
    wanted = [scale * row[name] for name in ("estimate", "low", "high") if row[name] == row[name]]
    assert numbers(cell) == pytest.approx(wanted, abs=0.51 * 10**-digits) or (
        cell == "none" and not wanted
    )


def test_headlines_and_terminal_say_what_the_tables_say(runs):
    text, printed = "\n".join(report.headlines(runs)), report.summary_text(runs)
    attrition, maturity = runs.attrition([36, 60]), runs.time_to_maturity()
    for table, quantity in (
        (attrition, "dissolved"),
        (attrition, "mean members lost"),
        (maturity, "matured"),
        (runs.status_shares([36, 60]), "tokenistic among survivors"),
    ):
        for month in (36, 60):
            cell = words.cell(words.look_up(table, quantity, month))
            assert f"by year {month // 12}, {cell}" in text
            assert cell in printed
    first = words.cell(words.look_up(maturity, "matured", 60))
    assert f"Which came first: by year 5, {first} of the partnerships had matured" in text


def test_choices_of_a_setting_are_given_with_their_reasons():
    sources = report.Sources()
    text = report.scenario_section(ts.scenario("stp"), sources)
    assert "44 footprints became 42 by merger" in text
    assert "STPs: extraordinary leadership" in report.sources_section(sources)
    other = ts.scenario("stp").with_(name="mine", organisations=9)
    other += do.change(start=24, parameter="negativity", value=3.0)
    text = report.scenario_section(other, report.Sources())
    assert "chosen for this run" in text
    assert "change(start=24, parameter=&#39;negativity&#39;, value=3.0)" in text


def test_where_nobody_may_leave_dissolution_is_none_by_definition(undrawn):
    runs = ts.simulate("hierarchy", replicates=5, months=12, engine="mesa")
    assert report.headlines(runs)[0].startswith("Attrition: none, by definition")
    assert "none, by definition" in report.summary_text(runs)
    assert "0 by definition, not by luck" in run_page(runs)
    found = ts.compare("hierarchy", {"coached": do.coaching()}, replicates=4, months=12)
    assert facts(found, "coached")["Dissolved by year 1"].startswith("none, by definition")
    assert said.overview(found)[0]["dissolved by year 1, points"] == "none, by definition"


@pytest.mark.parametrize(("replicates", "months"), [(1, 1), (1, 37), (2, 24)])
def test_the_smallest_runs_and_comparisons_have_a_report_too(replicates, months, undrawn):
    runs = ts.simulate("dyad", replicates=replicates, months=months, engine="mesa")
    assert Reader(run_page(runs)).open == []
    assert "nan" not in report.summary_text(runs)
    found = ts.compare("dyad", {"with": do.coordinator()}, replicates=replicates, months=months)
    assert Reader(comparison_page(found, report.comparison_figures(found))).open == []
    assert "nan" not in report.comparison_text(found)


def test_a_partnership_too_large_to_be_told_has_no_story(undrawn):
    runs = ts.simulate(ts.scenario("dyad").with_(organisations=21), replicates=2, months=3)
    assert "story" not in {one.name for one in report.figures_of(runs)}


# Numbers on the page of a comparison are those of its tables.


def facts(found, arm):
    return {fact.topic: fact.text for fact in said.arm_facts(found, arm)}


def test_the_table_of_effects_is_shown_with_its_numbers(found, of_comparison):
    shown = Reader(of_comparison).table("arm", "outcome", "by", "unit")
    assert len(shown) == len(found.effects)
    for cells, row in zip(shown.to_dict("records"), found.effects.to_dict("records"), strict=True):
        assert [cells[name] for name in ("arm", "outcome", "unit")] == [
            plain(row[name]) for name in ("arm", "outcome", "unit")
        ]
        scale = 100 if row["unit"] == "share of partnerships" else 1
        for name, wanted in (
            ("baseline", [row["baseline"]]),
            ("in the arm", [row["other"]]),
            ("difference", [row["difference"], row["low"], row["high"]]),
        ):
            wanted = [scale * number for number in wanted]
            assert numbers(cells[name]) == pytest.approx(wanted, rel=0.006, abs=0.051), cells
        for side in ("better", "worse"):
            wanted = [100 * row[f"{side}{end}"] for end in ("", "_low", "_high")]
            assert numbers(cells[side]) == pytest.approx(wanted, abs=0.051)


def test_outcomes_that_grow_with_life_are_also_told_per_month_alive(found, of_comparison):
    outcomes = set(found.effects["outcome"])
    growing = [name for name in outcomes if f"{name} {MONTHLY}" in outcomes]
    assert {"value", "smoke", "departures"} <= set(growing)
    read = Reader(of_comparison)
    sentence = read.text[read.text.index("Sums over the whole life") :][:400]
    assert all(name in sentence for name in growing)
    rows = found.between("baseline", "coordinator", by=[60]).set_index("outcome")
    alone = facts(found, "coordinator")["Value over 5 years"].partition(MONTHLY.capitalize())[2]
    wanted = rows.loc[f"value {MONTHLY}", ["other", "baseline", "difference", "low", "high"]]
    assert numbers(alone) == pytest.approx(list(wanted), abs=0.0051)


def test_the_overview_and_the_other_tables_are_shown_with_their_numbers(found, of_comparison):
    read = Reader(of_comparison)
    overview = read.table("arm", "matured by year 5, points")
    effects = found.effects[found.effects["month"] == 60].set_index(["arm", "outcome"])
    for cells in overview.to_dict("records"):
        arm = next(name for name in found.names if plain(name) == cells["arm"])
        for head, outcome, scale in (
            ("matured by year 5, points", "matured", 100),
            ("dissolved by year 5, points", "dissolved", 100),
            ("value over 5 years", "value", 1),
        ):
            row = effects.loc[(arm, outcome)]
            wanted = [scale * row[name] for name in ("difference", "low", "high")]
            assert numbers(cells[head]) == pytest.approx(wanted, rel=0.006, abs=0.051)
    fates = pd.concat([found.fates(arm) for arm in found.names])
    fates = fates[fates["count"] > 0]
    shown = read.table("arm", "in the baseline", "in the arm", "partnerships")
    assert [int(count) for count in shown["partnerships"]] == list(fates["count"])
    shares = [numbers(cell)[0] for cell in shown["share of all"]]
    assert shares == pytest.approx(list(100 * fates["share"]), abs=0.051)
    costs = read.table("arm", "person-months", "beyond the baseline")
    assert [float(one) for one in costs["person-months"]] == pytest.approx(
        list(found.costs["person_months"]), abs=0.051
    )
    paid = pd.concat([found.who_pays(arm) for arm in found.names])
    shown = read.table("arm", "quantity", "unit", "member")
    middles = [numbers(cell)[0] for cell in shown["difference"]]
    assert middles == pytest.approx(list(paid["difference"]), rel=0.006)


def test_page_and_terminal_say_the_same_sentences_with_the_numbers_of_the_tables(
    found, of_comparison
):
    shown, printed = Reader(of_comparison).text, plain(report.comparison_text(found))
    for arm in found.names:
        text = facts(found, arm)
        for topic, sentence in text.items():
            assert plain(sentence) in shown
            assert plain(sentence) in printed
            assert f"{topic}:" in shown
        effects = found.effects[(found.effects["arm"] == arm) & (found.effects["month"] == 60)]
        for topic in ("matured", "dissolved"):
            row = effects.set_index("outcome").loc[topic]
            assert text[f"{topic.capitalize()} by year 5"] == (
                f"{100 * row.other:.1f} %, in the baseline {100 * row.baseline:.1f} %: "
                f"{100 * row.difference:+.1f} points "
                f"({100 * row.low:+.1f} to {100 * row.high:+.1f})."
            )
        value = found.individual(arm)["value"]
        for count, after in (((value > 0).sum(), "of the partner"), ((value < 0).sum(), "less")):
            low, high = wilson(float(count), len(value))
            part = f"{100 * count / len(value):.1f} % ({100 * low:.1f} to {100 * high:.1f}) {after}"
            assert part in text["Helped or harmed"]
    assert max(map(len, report.comparison_text(found).splitlines())) <= 79
    assert report.comparison_text(found).isascii(), "any terminal can show it"


def test_an_arm_that_changes_nothing_is_said_to_change_nothing(found):
    text = facts(found, "nothing")
    assert "+0.0 points" in text["Matured by year 5"]
    assert text["Better before worse"] == "mean value never differed certainly."
    assert text["Cost"] == "no stated cost beyond the baseline's."
    assert "100.0 % as much" in text["Helped or harmed"]
    assert [one.role for one in to_look_at(found, "nothing")] == ["typical"]


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


def test_the_partnerships_to_look_at_are_the_extremes_and_the_median_with_their_stories(
    found, of_comparison
):
    shown = Reader(of_comparison).text
    for arm in found.names:
        value = found.individual(arm).set_index("replicate")["value"]
        chosen = {one.role: one for one in to_look_at(found, arm)}
        for role, extreme, there in (
            ("most helped", value.max(), value.max() > 0),
            ("most harmed", value.min(), value.min() < 0),
        ):
            assert (role in chosen) == there
            if there:
                assert chosen[role].difference == value[chosen[role].replicate] == extreme
        distance = (value - value.median()).abs()
        assert distance[chosen["typical"].replicate] == distance.min()
    one = to_look_at(found, "coordinator")[0]
    end = f"--seed 4 --replicate {one.replicate} --months 60"
    assert f"trustsim story 0_arm.toml {end} trustsim story 1_arm.toml {end}" in shown
    assert plain(found.one(one.replicate, "coordinator").story()) in shown


def test_a_comparison_names_what_its_arms_do_and_the_files_to_do_it_again(found, of_comparison):
    shown = Reader(of_comparison).text
    assert "+coordinator()" in shown
    assert "+mandate(start=12, months=24)" in shown
    assert f"{do.coordinator.person_months:g} a month" in shown
    assert "as typed" in shown
    for number in range(1 + len(found.names)):
        assert f"ts.scenario('{number}_arm.toml')" in shown
    assert "replicates=50, seed=4, months=60, lifted=False" in shown


def test_targets_are_those_that_the_arm_adds(base):
    hit, second = base + do.incident(target=1, start=3), do.incident(target=3, start=9)
    assert targets(base, hit) == [1]
    assert targets(hit, hit + second) == [3]
    assert targets(base, base + do.coordinator()) == []


def test_many_arms_are_drawn_in_groups(base, monkeypatch, undrawn):
    monkeypatch.setattr("trustsim.report.comparison_exhibits.MOST_LINES", 2)
    arms = {f"dose {dose:.2f}": do.coordinator(dose=dose) for dose in (0.1, 0.5, 0.9)}
    found = ts.compare(base, arms, replicates=3, months=6)
    drawn = {one.name: one for one in report.comparison_figures(found)}
    assert set(drawn["curves_value"].data["arm"]) == set(found.names[:-1])
    assert set(drawn["curves_value_part_2"].data["arm"]) == {found.names[-1]}


def test_an_arm_with_another_number_of_members_has_no_payers(base, undrawn):
    found = ts.compare(base, {"larger": base.with_(organisations=5)}, replicates=4, months=12)
    assert "not compared" in facts(found, "larger")["Who pays"]
    drawn = report.comparison_figures(found)
    assert Reader(comparison_page(found, drawn)).open == []
    assert "payers_1" not in {one.name for one in drawn}


# Sentences about crossings and costs.


class Stub:
    """Just enough of a comparison to give words to one table."""

    def __init__(self, **tables):
        self.__dict__.update(tables)


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
    middle = np.asarray(differences, dtype=float)
    curve = pd.DataFrame({"month": np.arange(1, len(middle) + 1), "difference": middle})
    curve = curve.assign(low=middle - 0.5, high=middle + 0.5, arm="it", quantity="value")
    none = {"pattern": "no certain change", "first": pd.NA, "then": pd.NA, "crosses": pd.NA}
    rows = [{"arm": "it", "quantity": name, **none} for name in said.ALSO_FOLLOWED]
    rows.append({"arm": "it", "quantity": "value", **crossing(curve)._asdict()})
    stub = Stub(crossings=pd.DataFrame(rows), curves=curve)
    assert wanted in said.better_before_worse(stub, "it")


@pytest.mark.parametrize(
    ("extra", "price", "wanted"),
    [
        (20, 150, "150 (100 to 300) person-months, spent by year 5, for each partnership more"),
        (20, NAN, "no price of maturity, as no gain in it by year 5 is certain"),
        (0, NAN, "no stated cost beyond the baseline's"),
        (-20, -150, "-20.0 (-21.0 to -19.0) person-months a partnership beyond"),
        (-20, -150, "more partnerships matured, and less was spent"),
    ],
)
def test_a_price_is_named_only_where_a_gain_was_paid_for(extra, price, wanted):
    row = {"arm": "it", "extra": extra, "extra_low": extra - 1, "extra_high": extra + 1,
           "month": 60, "per_matured": price, "per_low": 100.0, "per_high": 300.0}  # fmt: skip
    text = said.cost_in_words(Stub(costs=pd.DataFrame([row])), "it")
    assert wanted in text
    assert "-150" not in text


# Pieces.


def test_a_page_of_ones_own_can_be_composed():
    sources = report.Sources()
    table = report.table(pd.DataFrame({"a": [1, 2.5], "b": ["<x>", "y"]}), caption="A & B")
    answer = report.paragraph("Slow ", sources.mark("slovic1993", "kim2004", "slovic1993"))
    parts = (report.section("An answer", answer, table), report.sources_section(sources))
    page = report.page("{{ title }}", *parts, lead="{{ lead }}", footer="The end")
    read = Reader(page)
    assert read.open == []
    assert "&lt;x&gt;" in page
    assert "A &amp; B" in page
    assert "{{ lead }}" in read.text, "what is filled in is never looked at again"
    assert references()["slovic1993"].text in read.text
    assert read.text.index("Slovic") < read.text.index("Kim"), "numbered as first mentioned"


def test_only_markup_is_taken_as_it_is():
    kept = report.Markup("<i>")
    assert report.joined("<b>", kept) == "&lt;b&gt;<i>"
    assert "<script>" not in report.element("p", "x", title='"><script>')
    cells = report.table([{"a": kept, "b": "<b>"}])
    assert "<i>" in cells
    assert "&lt;b&gt;" in cells


def test_an_estimate_without_an_interval_stands_alone():
    assert words.cell(words.Estimate(1.5, NAN, NAN, "members", 1)) == "1.50"
    assert words.cell(words.Estimate(NAN, NAN, NAN, "months", 0)) == "none"
