"""The door of the app: who is let in, who is turned away, and in what words."""

import asyncio
import json
import logging

import pytest

from trustsim.app.guard import Briefly, Guard, sensible

PAGE = "session_id=abc"
LINE = "/jupyter/api/kernels/01234567-89ab-cdef-0123-456789abcdef/channels"
MESSAGE = json.dumps(
    {"header": {"msg_type": "kernel_info_request"}, "content": {}, "channel": "shell"}
)


def asked(kind, path="/", query=PAGE, method="GET", headers=()):
    """What a server hands on of a request or line."""
    return {
        "type": kind, "method": method, "path": path, "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }  # fmt: skip


class House:
    """An app that notes what reaches it; a line is read to its end, or fails."""

    def __init__(self, fails=None):
        self.scopes, self.messages, self.fails = [], [], fails

    async def __call__(self, scope, receive, send):
        self.scopes.append(scope)
        if scope["type"] == "websocket":
            while True:
                self.messages.append(await receive())
                if self.fails:
                    raise self.fails
                if self.messages[-1]["type"] == "websocket.disconnect":
                    return


def answered(guard, scope, *said):
    """What the guard sends to somebody who says these messages, the last of them for ever."""
    sent, left = [], list(said)

    async def receive():
        return left.pop(0) if len(left) > 1 else left[0]

    async def send(message):
        sent.append(message)

    asyncio.run(guard(scope, receive, send))
    return sent


def text(message):
    return {"type": "websocket.receive", "text": message}


GONE = {"type": "websocket.disconnect", "code": 1001}


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
    nasty = pytest.importorskip("tests.app.nasty")
    assert not [frame for frame in nasty.FRAMES if isinstance(frame, str) and sensible(frame)]


@pytest.mark.parametrize("kind", ["http", "lifespan"])
def test_what_makes_sense_reaches_the_app(tmp_path, kind):
    house = House()
    assert not answered(Guard(house, tmp_path), asked(kind), {})
    assert len(house.scopes) == 1


def test_a_request_is_turned_away_in_words(tmp_path):
    house = House()
    head, body = answered(Guard(house, tmp_path), asked("http", "/elsewhere"), {})
    assert head["status"] == 404
    assert (b"content-length", str(len(body["body"])).encode()) in head["headers"]
    assert b"no such page" in body["body"]
    assert answered(Guard(house, tmp_path), asked("http", method="PUT"), {})[0]["status"] == 405
    assert not house.scopes


def test_nobody_says_under_what_name_the_app_is_served(tmp_path):
    house = House()
    headers = (("X-Script-Name", "/evil"), ("X-Forwarded-Host", "evil"), ("Accept", "*"))
    scope = asked("http", headers=[(name.lower(), value) for name, value in headers])
    answered(Guard(house, tmp_path), scope, {})
    assert house.scopes[0]["headers"] == [(b"accept", b"*")]


@pytest.mark.parametrize("path", ["/_solara/cdn/a\0b", "/_solara/cdn/" + "x" * 5000, "/static/\0"])
def test_names_that_no_file_has_are_not_found(tmp_path, path):
    assert Guard(None, tmp_path).status("GET", path, "") == 404


def test_a_line_hands_on_messages_until_one_is_none(tmp_path):
    house, guard = House(), None
    guard = Guard(house, tmp_path)
    said = ({"type": "websocket.connect"}, text(MESSAGE), text("junk"))
    assert not answered(guard, asked("websocket", LINE), *said)
    assert [one["type"] for one in house.messages] == [
        "websocket.connect", "websocket.receive", "websocket.disconnect",
    ]  # fmt: skip
    assert guard.open == 0


@pytest.mark.parametrize(
    ("path", "query", "headers"),
    [
        ("/elsewhere", PAGE, ()),
        (LINE, "", ()),
        (LINE, "&".join(f"a{number}=1" for number in range(99)), ()),
        (LINE, PAGE, (("origin", "http://evil.example"), ("host", "127.0.0.1:8765"))),
    ],
)
def test_a_line_that_is_not_the_apps_own_is_closed(tmp_path, path, query, headers):
    house = House()
    scope = asked("websocket", path, query, headers=headers)
    closed = [{"type": "websocket.close", "code": 1008}]
    assert answered(Guard(house, tmp_path), scope, {"type": "websocket.connect"}) == closed
    assert not house.scopes


def test_a_line_of_the_apps_own_page_is_let_in(tmp_path):
    house = House()
    headers = (("origin", "http://127.0.0.1:8765"), ("host", "127.0.0.1:8765"))
    assert not answered(Guard(house, tmp_path), asked("websocket", LINE, headers=headers), GONE)
    assert len(house.scopes) == 1


def test_a_line_that_breaks_off_is_a_line_in_the_terminal(tmp_path, caplog):
    group = ExceptionGroup("several", [OSError("the other end went away")])
    guard = Guard(House(fails=group), tmp_path)
    sent = answered(guard, asked("websocket", LINE), GONE)
    assert sent == [{"type": "websocket.close", "code": 1011}]
    assert "cut: OSError the other end went away" in caplog.text
    assert "Traceback" not in caplog.text
    assert guard.open == 0


def logged(problem):
    """What is logged of a problem that was raised."""
    try:
        raise problem
    except type(problem) as raised:
        found = (type(raised), raised, raised.__traceback__)
    record = logging.LogRecord("any", logging.ERROR, "", 0, "Exception in %s", ("a call",), found)
    assert Briefly().filter(record)
    return logging.Formatter().format(record)


def test_only_what_no_page_would_send_is_told_briefly():
    class TraitError(Exception):
        pass

    assert logged(TraitError("not\na number")).endswith("made no sense: TraitError not a number")
    assert "Traceback" in logged(ValueError("ours"))
    record = logging.LogRecord("any", logging.INFO, "", 0, "nothing", (), None)
    assert Briefly().filter(record)
    assert record.getMessage() == "nothing"


def envelope(kind, content, channel="shell"):
    return json.dumps({"header": {"msg_type": kind}, "content": content, "channel": channel})


def opening(target):
    return envelope("comm_open", {"comm_id": "1", "data": {}, "target_name": target})


@pytest.mark.parametrize(
    ("message", "fine"),
    [
        (None, False),
        ("x" * 1_000_001, False),
        ("[" * 100_000, False),
        ("[]", False),
        ('{"header": 1, "content": {}}', False),
        (envelope("execute_request", {}), False),
        (envelope("kernel_info_request", {}, "iopub"), False),
        (envelope("kernel_info_request", {}), True),
        (envelope("comm_close", {}), False),
        (envelope("comm_close", {"comm_id": "1"}), True),
        (envelope("comm_msg", {"comm_id": 1, "data": {}}), False),
        (envelope("comm_msg", {"comm_id": "1", "data": []}), False),
        (envelope("comm_msg", {"comm_id": "1", "data": {"method": "custom"}}), False),
        (envelope("comm_msg", {"comm_id": "1", "data": {"method": "custom", "content": {}}}), True),
        (envelope("comm_msg", {"comm_id": "1", "data": {"method": "update"}}), False),
        (envelope("comm_msg", {"comm_id": "1", "data": {"method": "update", "state": {}}}), True),
        (envelope("comm_open", {"comm_id": "1", "data": {}, "target_name": "evil"}), False),
        (
            envelope("comm_open", {"comm_id": "1", "data": {}, "target_name": "solara.control"}),
            True,
        ),
    ],
)
def test_what_a_message_is(message, fine):
    assert sensible(message) is fine
