"""What the app answers to: its own page, over its own connection, with messages a page sends."""

import asyncio
import json

import pytest

from trustsim.app.guard import Guard, sensible

PAGE = "session_id=abc"
CHANNELS = "/jupyter/api/kernels/01234567-89ab-cdef-0123-456789abcdef/channels"
OTHER_SITE = ((b"origin", b"http://evil.example"), (b"host", b"127.0.0.1:8765"))


class Inside:
    """Stands for the app: notes the requests that reach it."""

    def __init__(self):
        self.scopes = []

    async def __call__(self, scope, receive, send):
        self.scopes.append(scope)


def answered(guard, scope, message):
    """What the guard sends to a client that says this message."""
    sent = []

    async def receive():
        return message

    async def send(answer):
        sent.append(answer)

    asyncio.run(guard(scope, receive, send))
    return sent


def asked(kind, path="/", query=PAGE, headers=()):
    return {
        "type": kind, "method": "GET", "path": path, "query_string": query.encode(),
        "headers": headers,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "page", "status"),
    [
        ("GET", "/", "", 200),
        ("GET", "/static/main.js", "", 200),
        ("POST", "/", "", 405),
        ("GET", "/elsewhere", "", 404),
        ("POST", "/_solara/api/close/abc", "page", 200),
        ("POST", "/_solara/api/close/abc", "", 400),
        ("GET", "/_solara/cdn/file.js", "", 200),
        ("GET", "/_solara/cdn/../secret", "", 404),
        ("GET", "/_solara/cdn/link", "", 404),
        ("GET", "/static/\0", "", 404),
    ],
)
def test_only_the_apps_own_files_are_served(tmp_path, method, path, page, status):
    assets = tmp_path / "assets"
    assets.mkdir()
    (assets / "file.js").write_text("1")
    (tmp_path / "secret").write_text("1")
    (assets / "link").symlink_to(tmp_path / "secret")
    assert Guard(None, assets).status(method, path, page) == status


def test_a_refused_request_is_answered_in_words_and_does_not_reach_the_app(tmp_path):
    app = Inside()
    head, body = answered(Guard(app, tmp_path), asked("http", "/elsewhere"), {})
    assert head["status"] == 404
    assert b"no such page" in body["body"]
    assert not app.scopes


@pytest.mark.parametrize(
    ("path", "query", "headers"),
    [("/elsewhere", PAGE, ()), (CHANNELS, "", ()), (CHANNELS, PAGE, OTHER_SITE)],
)
def test_a_connection_from_another_site_is_closed(tmp_path, path, query, headers):
    app = Inside()
    scope = asked("websocket", path, query, headers)
    closed = [{"type": "websocket.close", "code": 1008}]
    assert answered(Guard(app, tmp_path), scope, {"type": "websocket.connect"}) == closed
    assert not app.scopes


def message(kind, content):
    return json.dumps({"header": {"msg_type": kind}, "content": content, "channel": "shell"})


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("x" * 1_000_001, False),
        ("[" * 100_000, False),
        (message("execute_request", {"code": "import os"}), False),
        (message("kernel_info_request", {}), True),
        (message("comm_msg", {"comm_id": "1", "data": []}), False),
        (message("comm_msg", {"comm_id": "1", "data": {"method": "update", "state": {}}}), True),
        (message("comm_open", {"comm_id": "1", "data": {}, "target_name": "evil"}), False),
    ],
)
def test_messages_that_no_page_sends_are_refused(text, fine):
    assert sensible(text) is fine
