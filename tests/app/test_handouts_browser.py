"""Handouts in a real browser, opened as files: they work, ask no other machine, and print.

Skipped, with the reason, where playwright or Chromium is missing.
"""

import re
from contextlib import contextmanager

import pytest

import trustsim as ts
from trustsim.app.cases import case_of
from trustsim.app.handouts.tries import moves_of
from trustsim.app.lessons import BY_KEY
from trustsim.app.state import read_query
from trustsim.schema import STATUSES

A4 = r"/MediaBox \[0 0 59[45]\.\d+ 84[12]\.\d+\]"


@pytest.fixture
def opened(chromium):
    """Opens a file in the browser; at the end nothing was wrong and nothing else was fetched."""

    @contextmanager
    def at(path, **options):
        context = chromium.new_context(reduced_motion="reduce", **options)
        page = context.new_page()
        wrong, asked = [], []
        page.on("console", lambda one: wrong.append(one.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda one: wrong.append(one.message) or one.dismiss())
        page.on("request", lambda one: asked.append(one.url))
        page.goto(path.as_uri())
        yield page
        context.close()
        assert not wrong
        assert asked == [path.as_uri()]

    return at


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def counted(state):
    """Counts of each status in both fates, from `simulate`."""
    case = case_of(state)
    both = []
    for scenario, seed in ((case.first, case.luck), (case.second, case.other_luck)):
        runs = ts.simulate(scenario, replicates=case.pairs, seed=seed).runs
        both.append([int((runs["status"] == status).sum()) for status in STATUSES])
    return [list(one) for one in zip(*both, strict=True)]


def test_the_answer_is_hidden_until_the_bet(opened, handed_out):
    with opened(handed_out / "leaving.html") as page:
        assert page.locator("h1").inner_text() == BY_KEY["leaving"].question
        assert page.locator(".player svg.network").count() == 2
        page.locator(".levers [data-case='1']").click()
        assert not page.locator(".fates").is_visible()
        press(page, "It makes no difference")
        assert page.locator(".fates svg.hundred .fate").count() == 200
        assert "You bet: It makes no difference" in page.locator(".answer").inner_text()


@pytest.mark.parametrize("key", ["leaving", "luck"])
def test_each_lever_button_shows_what_simulate_computes(opened, handed_out, key):
    with opened(handed_out / f"{key}.html") as page:
        press(page, "Just show me")
        for number in range(len(moves_of(BY_KEY[key]))):
            page.locator(f".levers [data-case='{number}']").last.click()
            state, notes = read_query(page.locator(".address").inner_text().partition("?")[2])
            assert not notes
            shown = page.locator(".fates .results tbody tr").all_inner_texts()
            counts = [[int(one) for one in re.findall(r"\d+", row)] for row in shown]
            assert counts == counted(state)


def test_without_scripts_there_are_pictures_and_the_answer_is_folded(opened, handed_out):
    with opened(handed_out / "leaving.html", java_script_enabled=False) as page:
        assert page.locator(".stills svg.network").first.is_visible()
        assert not page.locator("svg.hundred").is_visible()
        page.locator(".scriptless summary").click()
        assert page.locator("svg.hundred").is_visible()


@pytest.mark.parametrize("end", ["", "-worksheet", "-answers"])
def test_paper_is_a4_and_a_lesson_prints_no_answer(opened, handed_out, end):
    with opened(handed_out / f"leaving{end}.html") as page:
        paper = page.pdf(prefer_css_page_size=True).decode("latin-1")
        assert re.search(A4, paper)
        page.emulate_media(media="print")
        assert ("in a hundred" in page.locator("body").inner_text()) is (end == "-answers")
