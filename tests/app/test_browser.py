"""In a real browser: every lesson opens, every lever moves the picture, numbers are right.

Skipped, with the reason, where the extra `app`, playwright or a Chromium is missing. With
TRUSTSIM_SCREENSHOTS=FOLDER the pictures of docs/app.md are taken.
"""

import io
import os
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from PIL import Image

import trustsim as ts
from trustsim.app.cases import case_of
from trustsim.app.lessons import BY_KEY, LESSONS
from trustsim.app.levers import NOTHING, Choice
from trustsim.app.state import HORIZON, opening, read_query
from trustsim.schema import STATUSES

MONTH = 60
SHOTS = os.environ.get("TRUSTSIM_SCREENSHOTS", "")
KEYS = [lesson.key for lesson in LESSONS]
QUICK = ("leaving",)
EACH = [pytest.param(key, marks=[] if key in QUICK else [pytest.mark.slow]) for key in KEYS]
"""Lessons that are looked at from every side each time; the others by `make test-slow`.

Each time each of them is opened, and without a browser test_page.py moves all their levers.
"""
SETTLED = """() => new Promise(settled => {
    let last = '', quiet = 0
    const look = () => {
        const now = document.querySelector('main').innerHTML
        quiet = now === last ? quiet + 1 : 0
        last = now
        quiet > 3 ? settled(true) : setTimeout(look, 80)
    }
    look()
})"""
"""Whether a page has stopped to change for a third of a second."""


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


def picture(page):
    """Everything drawn of the two fates and the hundred."""
    drawn = page.locator("svg.network, svg.timeline, svg.hundred")
    return drawn.evaluate_all("all => all.map(one => one.outerHTML).join()")


@pytest.mark.parametrize("key", KEYS)
def test_every_lesson_opens_and_keeps_its_answer_until_the_bet(watched, key):
    lesson = BY_KEY[key]
    with watched(f"lesson={key}") as one:
        page = one.page
        assert page.locator("h1").inner_text() == lesson.question
        assert page.title().startswith(lesson.title)
        assert page.locator("svg.network").count() == 2
        assert page.locator("svg.hundred").count() == 0
        assert page.locator(".answer").count() == 0
        option, label = lesson.bet.options[0]
        page.get_by_role("button", name=label, exact=True).click()
        page.wait_for_selector("svg.hundred")
        assert f"bet={option}" in page.url
        assert label in page.locator(".answer").inner_text()
        assert shown_counts(page) == simulated_counts(page.url)


def move(page, lever):
    """Move a lever as a hand or a key would; where it stands afterwards."""
    if isinstance(lever, Choice):
        options = [pair for pair in lever.options if pair[0] not in (lever.start, NOTHING)]
        page.locator(f".lever-{lever.key} .v-select__slot").click()
        page.get_by_role("option", name=options[0][1], exact=True).click()
        return options[0][0]
    upwards = lever.start < lever.high
    slider = page.locator(f".lever-{lever.key} [role=slider]")
    slider.press("End" if upwards else "Home")
    return lever.high if upwards else lever.low


def wait_for_another(page, before, url):
    """Wait until the address and the picture are others."""
    page.wait_for_url(lambda now: now != url)
    wait_for_picture(page, before, same=False, there="svg.hundred")


def wait_for_picture(page, was, *, same, there="svg.network"):
    """Wait until everything drawn is as it was, or another."""
    page.wait_for_function(
        "([was, same, there]) => document.querySelectorAll(there).length && "
        "([...document.querySelectorAll('svg.network, svg.timeline, svg.hundred')]"
        ".map(one => one.outerHTML).join() == was) == same",
        arg=[was, same, there],
    )


@pytest.mark.parametrize("key", EACH)
def test_each_lever_changes_the_picture_to_what_simulate_says(watched, key):
    start = opening(BY_KEY[key])._replace(month=MONTH, bet="skip")
    with watched(start.query()) as one:
        page = one.page
        page.wait_for_selector("svg.hundred")
        home = page.url
        for lever in start.lesson.levers:
            state = start
            if key == "build" and lever.key in ("dose", "start"):
                bullet = next(one for one in start.lesson.levers if one.key == "bullet")
                state = start.move("bullet", move(page, bullet))
                page.wait_for_selector(f".lever-{lever.key}")
            page.wait_for_function(SETTLED, arg=1)
            before, url = picture(page), page.url
            state = state.move(lever.key, move(page, lever))
            wait_for_another(page, before, url)
            page.wait_for_function(SETTLED, arg=1)
            assert read_query(page.url.partition("?")[2]) == (state, [])
            assert shown_counts(page) == simulated_counts(page.url)
            page.get_by_role("button", name="All levers back", exact=True).click()
            page.wait_for_url(home)
            page.wait_for_selector(".levers button", state="detached")


def test_the_living_picture_shows_the_trust_that_simulate_computes(watched):
    query = f"lesson=bullets&month={MONTH}&luck=2&which=5"
    case = case_of(read_query(query)[0])
    with watched(query) as one:
        shown = [float(text) for text in one.page.locator(".trust").all_inner_texts()]
    for number, scenario in enumerate((case.first, case.second)):
        runs = ts.simulate(scenario, seed=2, first=5, replicates=1, record="months")
        lived = runs.months[runs.months["month"] <= MONTH]
        assert shown[number] == pytest.approx(lived["mean_trust"].iloc[-1], abs=0.0005)


def test_step_play_rewind_and_luck(watched):
    with watched("lesson=bullets&month=10") as one:
        page = one.page

        def press(name):
            page.get_by_role("button", name=name, exact=True).click()

        def month(number):
            page.wait_for_function(
                "number => document.querySelector('.month .value').innerText == number",
                arg=str(number),
            )
            page.wait_for_function(SETTLED, arg=1)

        page.wait_for_function(SETTLED, arg=1)
        before = picture(page)
        press("Next")
        month(11)
        page.wait_for_url("**month=11**")
        wait_for_picture(page, before, same=False)
        press("Back")
        month(10)
        wait_for_picture(page, before, same=True)
        press("Play")
        page.wait_for_function("() => document.querySelector('.month .value').innerText > 12")
        press("Pause")
        page.wait_for_url(lambda url: int(re.search(r"month=(\d+)", url)[1]) > 12)
        press("Start")
        month(0)
        press("End")
        month(HORIZON)
        page.go_back()
        month(0)


def test_the_same_luck_and_other_luck(watched):
    with watched("lesson=bullets&month=10") as one:
        page = one.page
        page.wait_for_function(SETTLED, arg=1)
        before = picture(page)
        for press, there in (("New luck", True), ("First luck again", False)):
            page.get_by_role("button", name=press, exact=True).click()
            page.wait_for_url(lambda url, there=there: ("luck=1" in url) is there)
            wait_for_picture(page, before, same=not there)
        page.get_by_role("button", name="Another partnership", exact=True).click()
        page.wait_for_url("**which=1**")
        wait_for_picture(page, before, same=False)


def test_it_can_be_used_with_the_keyboard_alone(watched):
    """From the top by Tab: to a lesson, to the bet, to a slider."""
    with watched("lesson=bullets") as one:
        page = one.page
        reached, outlined = [], []
        for _ in range(40):
            page.keyboard.press("Tab")
            here = page.evaluate(
                "() => { const it = document.activeElement; return [it.innerText.trim() || "
                "it.getAttribute('aria-label') || '', getComputedStyle(it).outlineStyle] }"
            )
            reached.append(here[0])
            outlined.append(here[1])
        for wanted in ("1 Why it takes time", "It makes no difference", "Play", "New luck"):
            assert wanted in reached
            assert outlined[reached.index(wanted)] == "solid"
        assert "How hard you pull" in reached
        page.get_by_role("button", name="It makes no difference", exact=True).focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("svg.hundred")


def test_a_junk_address_gives_a_page_with_a_note(watched):
    with watched("lesson=bullets&dose=%3Cimg%20src=x%3E&x=1&month=-3") as one:
        one.page.wait_for_selector("main .note >> nth=1")
        said = " ".join(one.page.locator("main .note").all_inner_texts())
        assert "dose can't be <img src=x>: it stays at 1." in said
        assert "no lever x" in said
        assert one.page.locator("main img").count() == 0
        assert one.page.locator("svg.network").count() == 2


def test_a_part_that_fails_says_so_in_a_sentence(chromium, broken):
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{broken}?lesson=bullets&month=29&bet=skip")
    page.wait_for_selector("svg.hundred")
    assert page.locator("svg.network").count() == 2
    page.get_by_role("button", name="Next", exact=True).click()
    page.wait_for_selector("[role=alert]")
    said = page.locator("body").inner_text()
    assert "That is our mistake, not yours." in said
    assert "Traceback" not in said
    assert page.locator("svg.hundred").count() == 1
    page.get_by_role("button", name="Back", exact=True).click()
    page.wait_for_selector("[role=alert]", state="detached")
    context.close()


def test_a_name_of_another_site_that_leads_here_is_turned_away(address):
    stranger = urllib.request.Request(address, headers={"Host": "stranger.example"})
    with pytest.raises(urllib.error.HTTPError, match="400") as refused:
        urllib.request.urlopen(stranger, timeout=30)
    refused.value.close()


def test_pressed_and_current_are_said_to_those_who_listen(watched):
    with watched("lesson=bullets&bet=same") as one:
        one.page.wait_for_selector(".options button[aria-pressed=true]")
        pressed = one.page.locator(".options button[aria-pressed=true]").all_inner_texts()
        assert pressed == ["It makes no difference"]
        here = one.page.locator("nav button[aria-current=page]").all_inner_texts()
        assert here == ["5 Silver bullets"]


@pytest.mark.parametrize("key", EACH)
def test_on_a_phone_nothing_sticks_out(watched, key):
    with watched(f"lesson={key}&bet=skip", width=390, height=844) as one:
        one.page.wait_for_selector("svg.hundred")
        assert one.page.evaluate("document.documentElement.scrollWidth") <= 390
        sizes = one.page.locator("main button").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert min(sizes) >= 40  # a finger


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
