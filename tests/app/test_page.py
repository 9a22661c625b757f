"""The page without a browser: every lesson, button and lever, and what it says when it fails.

Four pairs are lived through in place of a hundred. What a browser makes of it is asked in
`test_browser.py`.
"""

import time

import pytest

pytest.importorskip("solara")  # what the app needs is an extra

import ipyvuetify
import reacton
import solara
from solara.widgets import HTML
from solara.widgets.widgets import Navigator

from trustsim.app import page as app_page
from trustsim.app import words
from trustsim.app.cases import case_of
from trustsim.app.fates import live_lightly
from trustsim.app.lessons import BY_KEY, LESSONS
from trustsim.app.levers import NOTHING, Choice
from trustsim.app.state import HORIZON, opening, read_query
from trustsim.app.widgets import trouble

FEW = 4
KEYS = [lesson.key for lesson in LESSONS]


def few_of(state):
    return case_of(state)._replace(pairs=FEW)


class Opened:
    """The page at an address, and what somebody does there."""

    def __init__(self, query):
        routes = [solara.Route("/", component=app_page.Page)]
        inside = app_page.Layout(children=[app_page.Page()])
        whole = solara.RoutingProvider(children=[inside], routes=routes, pathname=f"/?{query}")
        _, self.context = reacton.render(whole, handle_error=False)

    def parts(self, kind, **named):
        return self.context.find(kind, **named).widgets

    @property
    def query(self):
        """What follows the question mark of the address."""
        return self.parts(Navigator)[0].location.partition("?")[2]

    @property
    def state(self):
        state, notes = read_query(self.query)
        assert not notes
        return state

    @property
    def html(self):
        return [part.unsafe_innerHTML for part in self.parts(HTML)]

    def of_class(self, name):
        """What stands in HTML of this class."""
        parts = self.parts(HTML)
        return [part.unsafe_innerHTML for part in parts if part.attributes.get("class") == name]

    def pictures(self, name):
        return [text for text in self.html if f'class="{name}' in text]

    def buttons(self):
        return [button.children[0] for button in self.parts(ipyvuetify.Btn)]

    def press(self, label):
        [button] = [one for one in self.parts(ipyvuetify.Btn) if one.children == [label]]
        button.click()

    def wait_for(self, label):
        """Until there is such a button, and the thread that plays has put the page together."""
        until = time.monotonic() + 60
        while label not in self.buttons() or self.context.thread_lock.locked():
            assert time.monotonic() < until
            time.sleep(0.02)

    def slider(self, label):
        [slider] = self.parts(ipyvuetify.Slider, label=label)
        return slider


@pytest.fixture
def opened(monkeypatch):
    """Opens a page with few pairs; all are closed at the end."""
    monkeypatch.setattr(app_page, "case_of", few_of)
    pages = []

    def open_at(query):
        pages.append(Opened(query))
        return pages[-1]

    yield open_at
    trouble.value = ""
    for page in pages:
        page.context.close()


@pytest.mark.parametrize("key", KEYS)
def test_a_lesson_keeps_its_answer_until_the_bet_and_then_tells_it(opened, key):
    lesson = BY_KEY[key]
    page = opened(f"lesson={key}")
    assert lesson.question in page.html
    assert len(page.pictures("network")) == 2
    assert not page.pictures("hundred")
    assert not page.of_class("answer")
    option, label = lesson.bet.options[0]
    page.press(label)
    assert page.state == opening(lesson)._replace(bet=option)
    found = live_lightly(few_of(page.state), lesson.bet.measure)
    assert page.of_class("answer") == [words.answer(page.state, found)]
    assert page.of_class("results") == [words.results(page.state, found)]
    assert len(page.pictures("hundred")) == 1


@pytest.mark.parametrize("key", KEYS)
def test_each_lever_moves_the_address_and_can_be_put_back(opened, key):
    start = opening(BY_KEY[key])
    for lever in start.lesson.levers:
        before = start
        if key == "build" and lever.key in ("dose", "start"):
            before = start.move("bullet", "mandate")  # it has no levers before it is chosen
        page = opened(before.query())
        if isinstance(lever, Choice):
            label = next(name for name, _ in lever.options if name not in (lever.start, NOTHING))
            page.parts(ipyvuetify.Select, label=lever.label)[0].v_model = label
        else:
            label = lever.high if lever.start < lever.high else lever.low
            page.slider(lever.label).fire_event("change", label)
        assert page.state == before.move(lever.key, label)
        page.press("All levers back")
        assert page.state == start
        assert "All levers back" not in page.buttons()


@pytest.mark.parametrize("value", ["0.5", None, [], -0.1, 1.1, float("nan")])
def test_what_no_slider_sends_moves_nothing(opened, value):
    """It comes over the wire, so it may be anything."""
    page = opened("lesson=bullets")
    was = page.query
    page.slider("How hard you pull").fire_event("change", value)
    assert page.query == was
    assert not trouble.value


def test_steps_lead_through_the_months(opened):
    page = opened("lesson=bullets&month=1")
    for label, month in (
        ("Next", 2), ("Back", 1), ("Back", 0), ("Back", 0), ("End", HORIZON), ("Next", HORIZON),
        ("Start", 0),
    ):  # fmt: skip
        page.press(label)
        assert page.state.month == month
    page.slider("Month").v_model = 7
    assert any('class="value">7<' in text for text in page.html)
    assert page.state.month == 0
    page.slider("Month").fire_event("change", 30)
    assert page.state.month == 30


def test_it_plays_until_it_is_paused_and_stops_at_the_end(opened, monkeypatch):
    monkeypatch.setattr(app_page, "BEAT", 0.01)
    page = opened(f"lesson=bullets&month={HORIZON - 3}")
    page.press("Play")
    page.wait_for("Play")
    assert any(f'class="value">{HORIZON}<' in text for text in page.html)
    monkeypatch.setattr(app_page, "BEAT", 60)
    page.press("Start")
    page.press("Play")
    page.wait_for("Pause")
    page.press("Pause")
    page.wait_for("Play")
    assert page.state.month == 0


def test_other_luck_and_another_pair(opened):
    page = opened("lesson=bullets")
    before = page.pictures("network")
    page.press("New luck")
    assert page.state.luck == 1
    assert page.pictures("network") != before
    page.press("Another partnership")
    assert page.state.which == 1
    page.press("First luck again")
    assert page.state.luck == 0


def test_an_address_that_makes_no_sense_is_answered_in_words(opened):
    page = opened("lesson=bullets&dose=%3Cimg%20src=x%3E&x=1")
    notes = page.of_class("note")
    assert any("dose can&#x27;t be &lt;img src=x&gt;" in note for note in notes)
    assert len(page.pictures("network")) == 2


def test_a_part_that_fails_says_so_and_the_others_are_there(opened, monkeypatch, caplog):
    def fail(*given):
        raise RuntimeError("no picture today")

    monkeypatch.setattr(app_page, "network", fail)
    page = opened("lesson=bullets&bet=skip")
    assert page.of_class("note") == [app_page.FAILED] * 2
    assert len(page.pictures("hundred")) == 1
    assert "no picture today" in caplog.text
