"""Clients that nobody wants: slow ones, half-open ones, junk. Each says what it got back."""

import json
import os
import random
import socket
import time
import urllib.request
import uuid
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.app.wire import fetch_cookie

OUTSIDE = ("root:x:", "root:*:", "[project]", "def serve(")
"""What stands in files that nobody should get: of the system, of this project."""

PATHS = (
    "/static/../../../../../../../../etc/passwd",
    "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/static/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd",
    "/static/....//....//....//etc/passwd",
    "/static//etc/passwd",
    "/static/public/../serve.py",
    "/static/public/%2e%2e/serve.py",
    "/static/assets/..%2f..%2fserve.py",
    "/static/assets/../../../../../../../../etc/passwd",
    "/jupyter/nbextensions/../../../../../../../../etc/passwd",
    "/jupyter/nbextensions/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/_solara/cdn/../../../../../../../../etc/passwd",
    "/_solara/cdn/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/_solara/cdn/..%5c..%5c..%5cetc%5cpasswd",
    "/_solara/cdn//etc/passwd",
    "/serve.py",
    "/../trustsim/app/serve.py",
    "/%00",
    "/" + "a/" * 3000,
    "/" + "../" * 3000 + "etc/passwd",
    "//etc/passwd",
    "/?" + "lesson=bullets&" * 500,
    "/?lesson=%ff%fe&month=%00",
)
ELSEWHERE = (
    "/_solara/api/evict/nobody",
    "/_solara/auth/login",
    "/resourcez",
    "/jupyter/api/kernels/x",
    "/_solara/cdn/nothing/such.js",
    "/_solara/cdn/echarts@5.4.0",
    "/_solara/cdn/@widgetti/solara-milkdown@6.3.0",
)
"""Addresses of the framework that the app has no use for; the last two are folders."""


def raw(address, data, *, wait=5.0):
    """Send bytes to the port; what came back, or the name of what happened instead."""
    place = urlsplit(address)
    back = b""
    with socket.create_connection((place.hostname, place.port), timeout=wait) as line:
        try:
            line.sendall(data)
            while len(back) < 1 << 20 and (piece := line.recv(65536)):
                back += piece
        except OSError as problem:
            return back or type(problem).__name__.encode()
    return back


def get(address, path, *, method="GET", headers=None):
    """Status and text of a path that no client library straightens first."""
    host = urlsplit(address).netloc
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    back = raw(address, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), wait=15.0)
    head, _, body = back.partition(b"\r\n\r\n")
    words = head.split(None, 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0, body


def reach_outside(address):
    """Paths by which something outside of the app was got; there should be none."""
    reached = []
    for path in PATHS:
        _, body = get(address, path)
        if any(mark.encode() in body for mark in OUTSIDE):
            reached.append(path)
    return reached


def bad_http(address):
    """Requests that break the rules of HTTP, or ask for what there is not; statuses."""
    luck = random.Random(7)
    statuses = [get(address, path)[0] for path in ELSEWHERE]
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUATSCH"):
        statuses.append(get(address, "/", method=method)[0])
    statuses.append(get(address, "/_solara/api/close/nobody", method="POST")[0])
    statuses.append(get(address, "/_solara/api/close/nobody?session_id=x", method="POST")[0])
    statuses.append(get(address, "/", headers={"X-Large": "x" * 300_000})[0])
    statuses.append(get(address, "/", headers={"script-name": "/elsewhere"})[0])
    statuses.append(get(address, "/", headers={"Cookie": "solara-session-id=" + "x" * 9000})[0])
    statuses.append(get(address, "/", headers={"Content-Length": "minus one"})[0])
    for data in (
        b"",
        b"\r\n\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # somebody speaks TLS
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        *(luck.randbytes(size) for size in (10, 1000, 100_000)),
    ):
        raw(address, data, wait=1.0)
    return statuses


def _line(address, kernel="", page="", **named):
    place = urlsplit(address).netloc
    kernel = kernel or str(uuid.uuid4())
    page = f"?session_id={page or uuid.uuid4().hex}"
    named.setdefault("additional_headers", {"Origin": f"http://{place}"})
    return connect(
        f"ws://{place}/jupyter/api/kernels/{kernel}/channels{page}", open_timeout=30,
        close_timeout=2, max_size=None, **named,
    )  # fmt: skip


def _said(content):
    header = '{"msg_type": "comm_msg", "msg_id": "x"}'
    return f'{{"header": {header}, "channel": "shell", "content": {content}}}'


FRAMES = (
    "",
    "hello",
    "[]",
    "null",
    "{}",
    '{"header": 3}',
    '{"header": {"msg_type": 3}}',
    '{"header": {"msg_type": "execute_request"}, "content": {"code": "import os"}}',
    '{"header": {"msg_type": "comm_msg"}, "channel": "shell", "content": {}}',
    '{"header": {"msg_type": "comm_open"}, "channel": "shell", "content": {"comm_id": []}}',
    _said('{"comm_id": "x", "data": "y"}'),
    _said('{"comm_id": "x", "data": {"method": "update", "state": [1]}}'),
    _said('{"comm_id": "x", "data": {"method": "custom", "content": 3}}'),
    "[" * 100_000,
    "x" * 3_000_000,
    b"",
    b"\xff" * 100,
    b"\x7f\xff\xff\xff" + b"0" * 50,
    os.urandom(5000),
)


def junk_frames(address):
    """Each junk message down a line of its own: how many of the lines were cut."""
    cut = 0
    for frame in FRAMES:
        try:
            with _line(address) as line:
                line.send(frame)
                line.recv(timeout=5.0)
        except TimeoutError:
            pass
        except (WebSocketException, OSError):
            cut += 1
    return cut


def junk_doors(address):
    """Lines to kernels with names that make no sense, or from pages of others: how many open."""
    stranger = {"Origin": "http://stranger.example"}
    opened = 0
    for kernel, page, headers in (
        ("no-such", "x", None),
        ("..%2f..%2fetc", "x", None),
        ("a" * 5000, "x", None),
        ("", "%00%0a", None),
        ("", "page", stranger),
    ):
        try:
            named = {"additional_headers": headers} if headers else {}
            with _line(address, kernel, page, **named):
                opened += 1
        except (WebSocketException, OSError):
            pass
    return opened


def junk_events(session):
    """Values of the wrong kind to every widget of a session; how many it has borne."""
    values = ("x", None, [], {}, -1e300, float("nan"), 10**400, "a" * 1000, [[]] * 5, True)
    borne = 0
    luck = random.Random(11)
    for widget in sorted(session.widgets):
        value = luck.choice(values)
        for data in (
            {"method": "custom", "content": {"event": "change", "data": value}},
            {"method": "custom", "content": {"event": "scroll", "data": value}},
            {"method": "update", "state": {"v_model": value}, "buffer_paths": []},
            {"method": "update", "state": {"children": value}, "buffer_paths": []},
            {"method": "update", "state": {"nothing": value}},
            {"method": "custom", "content": {}},
        ):
            if widget in session.widgets:
                session.tell(widget, data)
                borne += 1
    return borne


def storm(address, number=1000):
    """So many connections opened and dropped, half of them in the middle of a request."""
    place = urlsplit(address)
    failed = 0
    for nth in range(number):
        try:
            line = socket.create_connection((place.hostname, place.port), timeout=10)
            if nth % 2:
                line.sendall(b"GET / HTTP/1.1\r\nHost: ")
            line.close()
        except OSError:
            failed += 1
    return failed


class Slow:
    """Lines that are held open and do next to nothing."""

    def __init__(self, address, number=10):
        place = urlsplit(address)
        self.lines = []
        request = f"GET / HTTP/1.1\r\nHost: {place.netloc}\r\n".encode()
        for nth in range(number):
            line = socket.socket()
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            line.settimeout(5)
            line.connect((place.hostname, place.port))
            # Silent; in the middle of a request; a request, and the answer read byte by byte.
            line.sendall((b"", request, request + b"\r\n")[nth % 3])
            self.lines.append(line)

    def trickle(self):
        """A byte more, either way; how many of the lines are still open."""
        still = []
        for nth, line in enumerate(self.lines):
            try:
                line.settimeout(0.05)
                if nth % 3 == 1:
                    line.sendall(b"X")
                    if line.recv(1, socket.MSG_PEEK) == b"":
                        raise OSError("cut")
                elif line.recv(1) == b"":
                    raise OSError("cut")
                still.append(line)
            except TimeoutError:
                still.append(line)
            except OSError:
                line.close()
        self.lines = still
        return len(still)

    def close(self):
        """Let go of all."""
        for line in self.lines:
            line.close()


class Deaf:
    """A session that asks and asks, and after its start reads nothing any more.

    It speaks over the bare socket, since a library would read by itself and answer pings.
    """

    def __init__(self, address, query="lesson=bullets&bet=skip"):
        self.plain = socket.socket()
        place = urlsplit(address)
        self.plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.plain.settimeout(10)
        self.plain.connect((place.hostname, place.port))
        self.plain.sendall(
            f"GET /jupyter/api/kernels/{uuid.uuid4()}/channels?session_id={uuid.uuid4().hex} "
            f"HTTP/1.1\r\nHost: {place.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Origin: http://{place.netloc}\r\nCookie: {fetch_cookie(address)}\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.plain.recv(1024)
        control = uuid.uuid4().hex
        self._say("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        arguments = {"path": f"/?{query}", "appName": None, "themes": {}, "dark": False}
        for _ in range(10):  # more than the buffers on the way can hold
            self._say(
                "comm_msg", {"comm_id": control, "data": {"method": "run", "args": arguments}}
            )

    def _say(self, kind, content):
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "deaf", "username": "",
                  "version": "5.2", "date": "2026-01-01T00:00:00.000Z"}  # fmt: skip
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content,
                   "channel": "shell", "buffers": []}  # fmt: skip
        text = json.dumps(message).encode()
        mask = b"\x00\x00\x00\x00"  # a client must mask; this mask changes nothing
        length = bytes([0x80 | 126]) + len(text).to_bytes(2, "big")
        self.plain.sendall(b"\x81" + length + mask + text)

    def cut(self, patience):
        """Whether the app has hung up within so many seconds, seen without reading what it sent."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            # A dropped line shows as a write that fails.
            try:
                self.plain.sendall(b"\x8a\x80\x00\x00\x00\x00")  # a pong nobody asked for
            except OSError:
                return True
            time.sleep(1.0)
        return False


def health(address):
    """Whether the app answers at all; seconds it took."""
    begun = time.perf_counter()
    with urllib.request.urlopen(f"{address}?lesson=bullets", timeout=30) as page:
        assert b"trustsim" in page.read()
    return time.perf_counter() - begun
