"""Five readers at once, junk and slow clients: sessions don't mix, and the app stays up.

The whole of it, with fifty readers for minutes, is `python -m tests.app.load`.
"""

import os
import threading
import time

import pytest

from tests.app import nasty
from tests.app.conftest import PACKAGES
from tests.app.load import Reader, all_at_once, started
from tests.app.wire import agree, expected, shown
from trustsim.app import kept
from trustsim.app.guard import Guard, sensible

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
    """Five readers of five different cases, and nobody else; they leave without a word."""
    pages_known(server, 0)
    five = [Reader(server.address, number) for number in range(3, 8)]
    _, faults = all_at_once(Reader.open, five)
    assert not faults
    yield five
    for one in five:
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
    for one in readers[:3]:
        one.session.vanish()
    for one in readers[3:]:
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


def test_one_thing_is_computed_once_however_many_ask():
    made, begun = [], threading.Barrier(8)

    @kept.kept(2)
    def square(number):
        made.append(number)
        time.sleep(0.05)
        return number * number

    def ask(number):
        begun.wait()
        return square(number)

    found, faults = all_at_once(ask, [3] * 8)
    assert (found, faults, made) == ([9] * 8, [], [3])
    square(4), square(5), square(3)
    assert made == [3, 4, 5, 3]  # only the last two were kept


def test_no_more_is_computed_at_once_than_there_are_cores():
    now, most, lock = [0], [0], threading.Lock()

    @kept.kept(99)
    def slowly(number):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        return number

    found, _ = all_at_once(slowly, range(6 * (os.cpu_count() or 1)))
    assert len(found) == 6 * (os.cpu_count() or 1)
    assert most[0] <= (os.cpu_count() or 1)


def test_what_failed_is_tried_again():
    tries = []

    @kept.kept(2)
    def fails_first():
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("once")
        return "made"

    with pytest.raises(ValueError, match="once"):
        fails_first()
    assert fails_first() == "made"


@pytest.mark.parametrize(
    ("method", "path", "page", "status"),
    [
        ("GET", "/", "", 200),
        ("GET", "/static/main.js", "", 200),
        ("POST", "/", "", 405),
        ("GET", "/elsewhere", "", 404),
        ("GET", "/resourcez", "", 404),
        ("POST", "/_solara/api/close/abc", "page", 200),
        ("POST", "/_solara/api/close/abc", "", 400),
        ("GET", "/_solara/cdn/folder", "", 404),
        ("GET", "/_solara/cdn/folder/file.js", "", 200),
        ("GET", "/_solara/cdn/../secret", "", 404),
        ("GET", "/_solara/cdn/link", "", 404),
    ],
)
def test_only_what_the_app_is_made_of_is_let_in(tmp_path, method, path, page, status):
    (tmp_path / "assets" / "folder").mkdir(parents=True)
    (tmp_path / "assets" / "folder" / "file.js").write_text("1")
    (tmp_path / "secret").write_text("1")
    (tmp_path / "assets" / "link").symlink_to(tmp_path / "secret")
    assert Guard(None, tmp_path / "assets").status(method, path, page) == status


def test_the_page_is_refused_in_words_when_too_many_are_open(monkeypatch, tmp_path):
    guard = Guard(None, tmp_path)
    monkeypatch.setattr("trustsim.app.guard.MOST_PAGES", 1)
    guard.open = 1
    assert guard.status("GET", "/", "") == 503
    assert guard.status("GET", "/static/main.js", "") == 200


def test_only_messages_of_the_page_are_messages():
    assert not [frame for frame in nasty.FRAMES if isinstance(frame, str) and sensible(frame)]


def test_the_check_itself_tells_one_case_from_another():
    query, other = ("lesson=bullets&bet=skip&luck=3", "lesson=bullets&bet=skip&luck=4")
    assert agree(expected(query), expected(query))
    assert not agree(expected(query), expected(other))
    assert not agree(shown("nothing"), expected(query))
