"""In a real browser: every lesson opens, its levers move the picture, and its numbers are right.

Skipped, with the reason, where the extra `app`, playwright or Chromium is missing. With
TRUSTSIM_SCREENSHOTS=FOLDER the pictures of docs/app.md are taken.
"""

import io
import os
import re
from pathlib import Path

import pytest
from PIL import Image

import trustsim as ts
from trustsim.app.cases import case_of
from trustsim.app.lessons import BY_KEY, LESSONS
from trustsim.app.levers import Choice
from trustsim.app.state import HORIZON, opening, read_query
from trustsim.schema import STATUSES

SHOTS = os.environ.get("TRUSTSIM_SCREENSHOTS", "")
KEYS = [lesson.key for lesson in LESSONS]
FIRST = "bullets"  # the page that people see first: looked at by `make test`, the others by check
DRAWN = (
    "[...document.querySelectorAll('svg.network, svg.timeline, svg.hundred')]"
    ".map(one => one.outerHTML).join()"
)


def shown_counts(page):
    """The table of a page: for each status, how many in the first and in the second fate."""
    page.wait_for_selector(".results tbody tr")  # parts of a page come one after another
    rows = page.locator(".results tbody tr").all_inner_texts()
    return [tuple(map(int, re.findall(r"\d+", row))) for row in rows]


def simulated_counts(url):
    """The same, from `simulate`, for the page at this address."""
    state, notes = read_query(url.partition("?")[2])
    assert not notes
    case = case_of(state)
    both = []
    for scenario, seed in ((case.first, case.luck), (case.second, case.other_luck)):
        runs = ts.simulate(scenario, replicates=case.pairs, seed=seed, months=HORIZON).runs
        both.append([int((runs["status"] == status).sum()) for status in STATUSES])
    return list(zip(*both, strict=True))


@pytest.mark.parametrize(
    "key", [pytest.param(key, marks=[pytest.mark.check] * (key != FIRST)) for key in KEYS]
)
def test_every_lesson_opens_and_keeps_its_answer_until_the_bet(watched, key):
    lesson = BY_KEY[key]
    with watched(f"lesson={key}") as one:
        page = one.page
        assert page.locator("h1").inner_text() == lesson.question
        assert page.locator("svg.network").count() == 2
        assert page.locator("svg.hundred").count() == 0
        assert page.locator(".answer").count() == 0
        option, label = lesson.bet.options[0]
        page.get_by_role("button", name=label, exact=True).click()
        page.wait_for_selector("svg.hundred")
        assert f"bet={option}" in page.url
        assert label in page.locator(".answer").inner_text()
        assert shown_counts(page) == simulated_counts(page.url)


@pytest.mark.check
def test_each_lever_changes_the_picture_to_what_simulate_computes(watched):
    start = opening(BY_KEY["leaving"])._replace(month=60, bet="skip")
    with watched(start.query()) as one:
        page = one.page
        page.wait_for_selector("svg.hundred")
        home = page.url
        for lever in start.lesson.levers:
            assert not isinstance(lever, Choice)
            before = page.evaluate(DRAWN)
            slider = page.locator(f".lever-{lever.key} [role=slider]")
            slider.press("End" if lever.start < lever.high else "Home")
            end = lever.high if lever.start < lever.high else lever.low
            page.wait_for_url(f"**?{start.move(lever.key, end).query()}")
            page.wait_for_function(f"was => {DRAWN} != was", arg=before)
            page.wait_for_function(
                "all => document.querySelector('.results tbody') && [...document.querySelectorAll("
                "'.results tbody tr')].map(one => one.innerText.match(/\\d+/g).join()).join(' ')"
                " == all",
                arg=" ".join(",".join(map(str, row)) for row in simulated_counts(page.url)),
            )
            page.get_by_role("button", name="All levers back", exact=True).click()
            page.wait_for_url(home)
            page.wait_for_selector(".levers button", state="detached")


@pytest.mark.check
def test_on_a_phone_nothing_sticks_out(watched):
    with watched("lesson=leaving&bet=skip", width=390, height=844) as one:
        one.page.wait_for_selector("svg.hundred")
        assert one.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.check
@pytest.mark.skipif(not SHOTS, reason="set TRUSTSIM_SCREENSHOTS to a folder to take them")
@pytest.mark.parametrize("key", KEYS)
def test_screenshots(watched, key):
    folder = Path(SHOTS)
    folder.mkdir(parents=True, exist_ok=True)
    for name, width, height in (("desktop", 1280, 800), ("phone", 390, 844)):
        query = opening(BY_KEY[key])._replace(month=40, bet="skip").query()
        with watched(query, width=width, height=height) as one:
            one.page.wait_for_selector("svg.hundred")
            one.page.wait_for_timeout(500)
            taken = Image.open(io.BytesIO(one.page.screenshot(full_page=True)))
            # 256 colours keep every mark, and a file is a third as large.
            taken.convert("RGB").quantize(256, kmeans=2).save(
                folder / f"{key}-{name}.png", optimize=True
            )
