"""Three readers at once, junk and slow clients: sessions don't mix, and the app stays up.

The whole of it, with fifty readers for minutes, is `python -m tests.app.load`.
"""

import time

import pytest

from tests.app import nasty
from tests.app.conftest import PACKAGES
from tests.app.load import Reader, all_at_once, started
from tests.app.wire import agree, expected, shown

for package in (*PACKAGES, "websockets", "psutil"):
    pytest.importorskip(package)
# A page that fell silent is forgotten after two seconds here, not two minutes; a request must come
# within three, not twenty; how many pages are known is written down; New luck fails.
TO_TRY = """
import threading, time
from trustsim.app import lines, serve
lines.TO_ASK = 3.0
serve.SETTINGS["SOLARA_KERNEL_CULL_TIMEOUT"] = "2s"
def tell(text):
    print(text)
    if "http" in text:
        from solara.server.kernel_context import contexts
        from trustsim.app import page
        page.LARGEST_LUCK = None
        while not time.sleep(0.2):
            print("pages", len(contexts))
serve.serve(port=0, browser=False, tell=lambda text: threading.Thread(
    target=tell, args=(text,), daemon=True).start())
"""


def pages_known(server, number):
    """Wait until the app knows so many pages."""
    until = time.monotonic() + 60
    while server.told().rstrip().rpartition("pages ")[2] != str(number):
        assert time.monotonic() < until, server.told()[-200:]
        time.sleep(0.2)


@pytest.fixture(scope="module")
def server():
    with started(("-c", TO_TRY)) as one:
        yield one


@pytest.fixture
def readers(server):
    """Three readers of three different cases, and nobody else; they leave without a word."""
    pages_known(server, 0)
    three = [Reader(server.address, number) for number in range(3, 6)]
    _, faults = all_at_once(Reader.open, three)
    assert not faults
    yield three
    for one in three:
        one.session.vanish()


def test_readers_at_the_same_moment_see_their_own_numbers(readers):
    assert not all_at_once(Reader.move, readers)[1]
    assert not [line for one in readers for line in one.wrong()]
    seen = [one.seen[-1][1] for one in readers]
    assert len({str(one) for one in seen}) == len(seen)  # else nobody could tell a mix


def test_junk_and_slow_clients_change_nothing_for_the_others(server, readers):
    told_before = len(server.told())
    slow = nasty.Slow(server.address, 6)
    assert not nasty.reach_outside(server.address)
    # The framework's own doors, its folders among them, are closed.
    assert set(nasty.bad_http(server.address)[: len(nasty.ELSEWHERE)]) == {404}
    assert nasty.junk_frames(server.address) == len(nasty.FRAMES)
    assert nasty.junk_doors(server.address) == 0
    assert nasty.storm(server.address, 100) == 0
    assert nasty.junk_events(readers[0].session) > 100
    assert not all_at_once(Reader.move, readers[1:])[1]
    assert not [line for one in readers[1:] for line in one.wrong()]
    until = time.monotonic() + 60
    while slow.trickle() > 2 and time.monotonic() < until:
        time.sleep(0.2)
    assert slow.trickle() == 2  # who asked in time may read as slowly as they like, for a minute
    slow.close()
    files = sorted(one.relative_to(server.assets) for one in server.assets.rglob("*"))
    assert files == server.files
    assert "Traceback" not in server.told()[told_before:]


def test_what_a_button_fails_at_is_told_in_a_sentence_and_forgotten(server, readers):
    session, told_before = readers[1].session, len(server.told())
    session.press("New luck")
    assert "It is our mistake, not yours." in session.html()
    session.press("Next")
    assert "our mistake" not in session.html()
    assert "month=25" in session.where()
    assert "TypeError" in server.told()[told_before:]


def test_who_leaves_or_vanishes_is_forgotten(server, readers):
    pages_known(server, len(readers))
    for one in readers[:2]:
        one.session.vanish()
    for one in readers[2:]:
        one.session.leave()
    pages_known(server, 0)


@pytest.mark.slow
def test_a_page_whose_line_broke_comes_back_as_it_was(server, chromium):
    page = chromium.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{server.address}?lesson=bullets&bet=skip&luck=9&month=40")
    page.wait_for_selector("svg.hundred")
    before = page.locator(".results").inner_text()
    page.evaluate("document.querySelector('svg.hundred').classList.add('old')")
    page.context.set_offline(True)
    page.evaluate("solara.debug.dropConnection ? solara.debug.dropConnection() : 0")
    pages_known(server, 0)
    page.context.set_offline(False)
    page.wait_for_selector("svg.hundred:not(.old)")
    assert page.locator(".results").inner_text() == before
    page.close()
    pages_known(server, 0)


def test_the_check_itself_tells_one_case_from_another():
    query, other = ("lesson=bullets&bet=skip&luck=3", "lesson=bullets&bet=skip&luck=4")
    assert agree(expected(query), expected(query))
    assert not agree(expected(query), expected(other))
    assert not agree(shown("nothing"), expected(query))
