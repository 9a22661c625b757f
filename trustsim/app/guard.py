"""The door of the app: what makes no sense is turned away before the app sees it.

Solara trusts whoever speaks to it: a message that is no message ends in a traceback, an address
of a folder among its assets deletes that folder, a header of the first visitor moves the app for
all, and a page of another site may open a line. None of that comes from the app's own page, so
none of it is let in.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOG = logging.getLogger(__name__)

MOST_PAGES = 250
"""Pages that may be open at once: each takes a thread and a few megabytes."""

LARGEST_MESSAGE = 1_000_000
"""Characters; the page's own messages have a few thousand."""

LINE = re.compile(r"/jupyter/api/kernels/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/channels")
FAREWELL = re.compile(r"/_solara/api/close/[\w-]{1,64}")
PAGE = re.compile(r"[\w-]{1,64}")
STATIC = ("/static/", "/jupyter/nbextensions/")
CDN = "/_solara/cdn/"
KINDS = {
    "kernel_info_request", "comm_info_request", "comm_open", "comm_msg", "comm_close",
    "shutdown_request",
}  # fmt: skip
MEANT_FOR_PROXIES = (b"script-name", b"x-script-name", b"forwarded")


class Guard:
    """Stands before the app; assets: the folder of what Solara would fetch from elsewhere."""

    def __init__(self, app: App, assets: Path) -> None:
        self.app = app
        self.assets = assets.resolve()
        self.open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in or turn away."""
        if scope["type"] == "http":
            scope["headers"] = [one for one in scope["headers"] if not _for_proxies(one[0])]
            status = self.status(scope["method"], scope["path"], _page_of(scope))
            if status is HTTPStatus.OK:
                await self.app(scope, receive, send)
            else:
                await _answer(status, send)
        elif scope["type"] == "websocket":
            await self.line(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def status(self, method: str, path: str, page: str) -> HTTPStatus:
        """Whether a request is let in (OK), else what it is answered."""
        if FAREWELL.fullmatch(path):
            fine = method == "POST" and bool(PAGE.fullmatch(page))
            return HTTPStatus.OK if fine else HTTPStatus.BAD_REQUEST
        if method not in ("GET", "HEAD"):
            return HTTPStatus.METHOD_NOT_ALLOWED
        if path == "/" and self.open >= MOST_PAGES:
            return HTTPStatus.SERVICE_UNAVAILABLE
        known = path in ("/", "/readyz") or path.startswith(STATIC) or self.is_asset(path)
        return HTTPStatus.OK if known and "\0" not in path else HTTPStatus.NOT_FOUND

    def is_asset(self, path: str) -> bool:
        """Whether a path is that of a file that is there, within the folder."""
        if not path.startswith(CDN) or "\0" in path:
            return False
        try:
            file = (self.assets / path.removeprefix(CDN)).resolve()
            return file.is_relative_to(self.assets) and file.is_file()
        except OSError:  # a name too long for any file
            return False

    async def line(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A websocket: of the app's own page, with messages that are messages."""
        fine = LINE.fullmatch(scope["path"]) and PAGE.fullmatch(_page_of(scope)) and _own(scope)
        if not fine or self.open >= MOST_PAGES:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return

        async def checked() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and not sensible(message.get("text")):
                return {"type": "websocket.disconnect", "code": 1008}
            return message

        self.open += 1
        try:
            await self.app(scope, checked, send)
        except Exception as problem:
            # What fails on the page is told there and logged; this is a line that broke off.
            LOG.warning("a line to a browser was cut: %s", _cause(problem))
            with suppress(Exception):
                await send({"type": "websocket.close", "code": 1011})
        finally:
            self.open -= 1


def sensible(text: str | None) -> bool:
    """Whether a text is a message of the kinds that the app's own page sends.

    >>> sensible('{"header": {"msg_type": "execute_request"}}'), sensible("[" * 9)
    (False, False)
    """
    if text is None or len(text) > LARGEST_MESSAGE:
        return False
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(said, dict):
        return False
    header, content = said.get("header"), said.get("content")
    if not isinstance(header, dict) or not isinstance(content, dict):
        return False
    kind = header.get("msg_type")
    if kind not in KINDS or said.get("channel") not in ("shell", "control"):
        return False
    if kind in ("comm_open", "comm_msg"):
        return isinstance(content.get("comm_id"), str) and _about_a_widget(content)
    return kind != "comm_close" or isinstance(content.get("comm_id"), str)


def _about_a_widget(content: dict[str, Any]) -> bool:
    data = content.get("data")
    if not isinstance(data, dict):
        return False
    if "target_name" in content:
        return content["target_name"] in ("solara.control", "jupyter.widget.control")
    method = data.get("method")
    if method == "custom":
        return isinstance(data.get("content"), dict)
    return method != "update" or isinstance(data.get("state"), dict)


def _cause(problem: BaseException) -> str:
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    return f"{type(problem).__name__} {problem}".strip()


def _raised_in(problem: BaseException) -> str:
    """Name of the function that raised it."""
    frame = problem.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    return frame.tb_frame.f_code.co_name if frame else ""


EVENTS = ("_handle_event", "_fire_event")
"""Functions of ipyvue that look for what an event is to call; what is called has other names."""


class Briefly(logging.Filter):
    """A line in the terminal, instead of a traceback, on what no page of the app would send.

    That is an event that a widget has not, or a value that its trait can't have: ipywidgets
    turns both away, and logs them as if the app had failed.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Always let through, shortened if it is of that kind."""
        problem = record.exc_info[1] if record.exc_info else None
        if problem and (_raised_in(problem) in EVENTS or type(problem).__name__ == "TraitError"):
            text = " ".join(f"{type(problem).__name__} {problem}".split())[:200]
            record.msg, record.args = "a message from a browser made no sense: %s", (text,)
            record.exc_info = record.exc_text = None
        return True


def _page_of(scope: Scope) -> str:
    try:
        asked = parse_qs(str(scope["query_string"], "latin-1"), max_num_fields=60)
    except ValueError:  # more fields than that
        return ""
    return asked.get("session_id", [""])[0]


def _own(scope: Scope) -> bool:
    """Whether a line is opened by a page of this app, or by something that is no page."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    return not origin or urlsplit(origin).netloc == headers.get(b"host", b"").decode("latin-1")


def _for_proxies(name: bytes) -> bool:
    return name in MEANT_FOR_PROXIES or name.startswith(b"x-forwarded-")


SAID = {
    HTTPStatus.SERVICE_UNAVAILABLE: f"{MOST_PAGES} pages of this app are open. Close some of them "
    "and load this one again.",
    HTTPStatus.NOT_FOUND: "There is no such page. The app is at the address without anything "
    "behind the port.",
}


async def _answer(status: HTTPStatus, send: Send) -> None:
    text = SAID.get(status, f"{status.phrase}.").encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"),
               (b"content-length", str(len(text)).encode())]  # fmt: skip
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": text})
