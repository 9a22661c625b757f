"""Handouts in a real browser, opened as files: they work, ask nothing of anybody, and print.

Skipped, with the reason, where playwright or a Chromium is missing. With
TRUSTSIM_SCREENSHOTS=FOLDER the pictures of docs/app.md are taken.
"""

import io
import json
import os
import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

import trustsim as ts
from trustsim.app.handouts import story_page, write_lessons
from trustsim.app.handouts.tries import moves_of
from trustsim.app.lessons import BY_KEY, LESSONS
from trustsim.app.living import Life
from trustsim.app.picture import description
from trustsim.app.state import read_query
from trustsim.scenarios.files import from_toml

SHOTS = os.environ.get("TRUSTSIM_SCREENSHOTS", "")
KEYS = [lesson.key for lesson in LESSONS]
A4 = r"/MediaBox \[0 0 59[45]\.\d+ 84[12]\.\d+\]"


@pytest.fixture
def opened(chromium):
    """Opens a file in the browser; at the end nothing was wrong and nothing else was asked for."""

    @contextmanager
    def at(path, width=1280, height=900, **options):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce", **options
        )
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


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """The page of a story whose scenario has a funny name, and its life."""
    scenario = from_toml(
        f"[scenario]\nname = {json.dumps('</script><script>alert(1)</script>')}\n"
        "based_on = 'voluntary'\ninterventions = ['mandate(start=6)']"
    )
    path = tmp_path_factory.mktemp("story") / "story.html"
    path.write_text(story_page(scenario, seed=1, replicate=4, months=60), encoding="utf-8")
    return path, Life(scenario, 1, 4, 60)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def month(page):
    return int(page.locator(".transport .value").inner_text())


def test_the_answer_is_kept_until_the_bet_and_the_keyboard_is_enough(opened, handed_out):
    with opened(handed_out / "leaving.html") as page:
        assert page.locator("h1").inner_text() == BY_KEY["leaving"].question
        assert page.locator(".player svg.network").count() == 2
        assert not page.locator(".fates").is_visible()
        assert "in a hundred" not in page.locator("body").inner_text()
        for _ in range(9):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.dataset.bet") == "same":
                break
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        assert page.locator(".fates svg.hundred .fate").count() == 200
        assert "You bet: It makes no difference" in page.locator(".answer").inner_text()
        assert page.locator("[data-bet][aria-pressed=true]").all_inner_texts() == [
            "It makes no difference"
        ]


def test_a_lever_pulled_before_the_bet_gives_nothing_away(opened, handed_out):
    with opened(handed_out / "leaving.html") as page:
        page.locator(".levers [data-case='1']").click()
        press(page, "Next")
        assert not page.locator(".fates").is_visible()
        assert page.locator(".before-bet").is_visible()


@pytest.mark.parametrize("key", ["leaving", "luck"])
def test_each_lever_button_shows_what_simulate_says(opened, handed_out, key):
    about = BY_KEY[key]
    with opened(handed_out / f"{key}.html") as page:
        press(page, "Just show me")
        page.locator(".transport input").press("Home")
        for number, moves in enumerate(moves_of(about)):
            page.locator(f".levers [data-case='{number}']").last.click()
            state, notes = read_query(page.locator(".address").inner_text().partition("?")[2])
            assert not notes
            moved = {name: state.values[name] for name in state.values
                     if state.values[name] != about_start(about, name)}  # fmt: skip
            assert moved == moves
            assert (state.luck, state.which, state.month) == (3, 2, 0) or "pairs" in moves
            shown = page.locator(".fates .results tbody tr").all_inner_texts()
            counts = [[int(one) for one in re.findall(r"\d+", row)] for row in shown]
            assert counts == counted(state)
            pressed = page.locator(".lever [data-lever][aria-pressed=true]")
            values = pressed.evaluate_all(
                "all => all.map(one => [one.dataset.lever, one.dataset.value])"
            )
            levers = {lever.key: lever for lever in about.levers}
            assert all(levers[name].read(value) == state.values[name] for name, value in values)


def about_start(about, name):
    return next(lever.start for lever in about.levers if lever.key == name)


def counted(state):
    """Counts of each status in both fates, from `simulate`."""
    from trustsim.app.cases import case_of
    from trustsim.schema import STATUSES

    case = case_of(state)
    both = []
    for scenario, seed in ((case.first, case.luck), (case.second, case.other_luck)):
        runs = ts.simulate(scenario, replicates=case.pairs, seed=seed).runs
        both.append([int((runs["status"] == status).sum()) for status in STATUSES])
    return [list(one) for one in zip(*both, strict=True)]


def test_step_play_and_rewind(opened, story):
    path, life = story
    end = life.at(60).month
    with opened(path) as page:

        def check(where):
            assert month(page) == where
            said = page.locator(".player svg.network").get_attribute("aria-label")
            assert said == description(life.at(where))
            assert page.locator(".transport input").input_value() == str(where)

        check(12)
        press(page, "Next")
        check(13)
        press(page, "Back")
        press(page, "Back")
        check(11)
        press(page, "End")
        check(end)
        press(page, "Start")
        check(0)
        press(page, "Back")
        check(0)
        press(page, "Play")
        page.wait_for_function("() => document.querySelector('.transport .value').innerText > 1")
        press(page, "Pause")
        check(month(page))
        page.locator(".transport input").press("End")
        check(end)
        page.locator(".transport input").press("ArrowLeft")
        check(end - 1)


def test_a_name_that_would_be_a_script_is_read_as_a_name(opened, story):
    with opened(story[0]) as page:
        assert page.title().endswith("</script><script>alert(1)</script>")
        assert "<script>alert(1)</script>" in page.locator("h1").inner_text()


@pytest.mark.parametrize("name", ["leaving", "luck"])
def test_without_scripts_there_are_still_pictures_and_the_answer_is_folded(
    opened, handed_out, name
):
    with opened(handed_out / f"{name}.html", java_script_enabled=False) as page:
        assert not page.locator(".player").is_visible()
        assert not page.locator(".levers").is_visible()
        assert page.locator(".stills svg.network").count() == 8
        assert page.locator(".stills svg.network").first.is_visible()
        assert not page.locator("svg.hundred").is_visible()
        page.locator(".scriptless summary").click()
        assert page.locator("svg.hundred").is_visible()


def test_a_story_without_scripts_has_stills(opened, story):
    with opened(story[0], java_script_enabled=False) as page:
        assert page.locator(".stills svg.network").count() >= 2
        assert not page.locator(".player").is_visible()


@pytest.mark.parametrize("end", ["", "-worksheet", "-answers"])
def test_paper_is_a4_and_a_lesson_prints_no_answer(opened, handed_out, end):
    with opened(handed_out / f"leaving{end}.html") as page:
        paper = page.pdf(prefer_css_page_size=True)
        assert re.search(A4, paper.decode("latin-1"))
        pages = len(re.findall(r"/Type /Page\b", paper.decode("latin-1")))
        assert pages <= {"": 5, "-worksheet": 2, "-answers": 5}[end]
        page.emulate_media(media="print")
        assert not page.locator("button:visible").count()
        assert ("in a hundred" in page.locator("body").inner_text()) is (end == "-answers")
        if not end:
            assert page.locator(".stills svg.network").first.is_visible()


@pytest.mark.parametrize("name", ["leaving", "luck", "leaving-worksheet", "index", "luck-answers"])
def test_on_a_phone_nothing_sticks_out(opened, handed_out, name):
    with opened(handed_out / f"{name}.html", width=390, height=844) as page:
        if page.locator("[data-bet=skip]").count():
            press(page, "Just show me")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        sizes = page.locator("button:visible").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert min(sizes, default=44) >= 40  # a finger


def test_a_story_fits_a_phone(opened, story):
    with opened(story[0], width=390, height=844) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
def test_every_lesson_opens_and_answers(opened, tmp_path, key):
    write_lessons([key], tmp_path / key)
    with opened(tmp_path / key / f"{key}.html") as page:
        for number in range(len(moves_of(BY_KEY[key]))):
            page.locator(f".levers [data-case='{number}']").last.click()
        press(page, "Just show me")
        assert page.locator(".fates svg.hundred").is_visible()
        assert page.locator(".player svg.timeline").count() == 2


@pytest.mark.skipif(not SHOTS, reason="set TRUSTSIM_SCREENSHOTS to a folder to take them")
def test_screenshots(opened, tmp_path):
    folder = Path(SHOTS)
    folder.mkdir(parents=True, exist_ok=True)
    write_lessons(["bullets"], tmp_path / "all")
    story_file = tmp_path / "story.html"
    scenario = ts.scenario("voluntary") + ts.interventions.coordinator(start=12)
    story_file.write_text(story_page(scenario, seed=3, replicate=1), encoding="utf-8")
    for name, file, whole in (
        ("handout-lesson", tmp_path / "all" / "bullets.html", True),
        ("handout-worksheet", tmp_path / "all" / "bullets-worksheet.html", False),
        ("handout-story", story_file, False),
    ):
        with opened(file, height=1000 if not whole else 800) as page:
            if name == "handout-lesson":
                press(page, "Just show me")
                page.locator(".transport input").press("ArrowRight")
            if name == "handout-worksheet":
                page.set_viewport_size({"width": 800, "height": 1000})
            taken = Image.open(io.BytesIO(page.screenshot(full_page=whole)))
            taken.convert("RGB").quantize(256, kmeans=2).save(folder / f"{name}.png", optimize=True)
