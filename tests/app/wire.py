"""A session of the app without a browser: Solara's protocol over a websocket, as plain as it goes.

A session does what the page's script does: it fetches the page for its cookie, opens the
websocket, asks for the app and keeps every widget that it is told of. It can press, slide and
choose, and reads back the very HTML that a browser would show.
"""

import json
import re
import socket
import time
import urllib.request
import uuid
from contextlib import ExitStack, suppress
from functools import lru_cache
from itertools import count
from urllib.parse import urlsplit

from websockets.sync.client import connect

from trustsim.app.cases import case_of
from trustsim.app.state import HORIZON, read_query, shown_of
from trustsim.schema import STATUSES
from trustsim.simulation import simulate

PATIENCE = 120.0
"""Seconds until an answer that does not come counts as an error."""


class NoAnswerError(Exception):
    """The app said nothing, or cut the line."""


class Session:
    """One reader: a kernel of its own, and the widgets that it shows.

    query: what follows the question mark of the address; cookie: of an earlier session, or none.
    """

    def __init__(self, address, query="", *, cookie="", patience=PATIENCE):
        self.place = urlsplit(address).netloc
        self.patience = patience
        self.kernel, self.page = str(uuid.uuid4()), uuid.uuid4().hex
        self.cookie = cookie or fetch_cookie(address, query)
        self.widgets = {}
        self._numbers = count(1)
        self._control = uuid.uuid4().hex
        self._open = ExitStack()
        dialled = connect(
            f"ws://{self.place}/jupyter/api/kernels/{self.kernel}/channels?session_id={self.page}",
            additional_headers={"Cookie": self.cookie, "Origin": f"http://{self.place}"},
            max_size=None, open_timeout=patience, close_timeout=5, ping_interval=None,
        )  # fmt: skip
        self.line = self._open.enter_context(dialled)
        self.ask("kernel_info_request", {})
        about = {"comm_id": self._control, "target_name": "solara.control", "data": {}}
        self.ask("comm_open", about)
        self.run(query)

    def run(self, query):
        """Ask for the app at this address; seconds until it is there."""
        arguments = {"path": f"/?{query}" if query else "/", "appName": None,
                     "themes": {"light": {}, "dark": {}}, "dark": False}  # fmt: skip
        return self.tell(self._control, {"method": "run", "args": arguments})

    def ask(self, kind, content):
        """Send a message and read until the app is done with it; seconds that took."""
        begun = time.perf_counter()
        sent = self.send(kind, content)
        while True:
            left = begun + self.patience - time.perf_counter()
            told = self.read(left)
            done = told["header"]["msg_type"] == "status" and (
                told["content"]["execution_state"] == "idle"
            )
            if done and told["parent_header"].get("msg_id") == sent:
                return time.perf_counter() - begun

    def tell(self, widget, data):
        """Send something to a widget; seconds until the app is done with it."""
        return self.ask("comm_msg", {"comm_id": widget, "data": data})

    def send(self, kind, content):
        """Send a message and wait for nothing; its number."""
        number = f"{self.page}-{next(self._numbers)}"
        header = {"msg_id": number, "msg_type": kind, "session": self.page, "username": "",
                  "version": "5.2", "date": "2026-01-01T00:00:00.000Z"}  # fmt: skip
        self.line.send(
            json.dumps(
                {"header": header, "parent_header": {}, "metadata": {}, "content": content,
                 "channel": "shell", "buffers": []}
            )
        )  # fmt: skip
        return number

    def read(self, patience=None):
        """The next message, and what it says of a widget taken in."""
        try:
            told = self.line.recv(timeout=max(patience or self.patience, 0.001))
        except Exception as problem:  # what a client sees of trouble differs by the moment
            raise NoAnswerError(f"{type(problem).__name__}: {problem}") from problem
        if isinstance(told, bytes):
            told = told[4 * (int.from_bytes(told[:4], "big") + 1) :].decode()
        message = json.loads(told)
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "comm_open":
            self.widgets[content["comm_id"]] = dict(content["data"].get("state", {}))
        elif kind == "comm_close":
            self.widgets.pop(content["comm_id"], None)
        elif kind == "comm_msg" and content["comm_id"] in self.widgets:
            self.widgets[content["comm_id"]].update(content["data"].get("state", {}))
        return message

    def listen(self, seconds):
        """Take in what the app says of itself for so long."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            try:
                self.read(left)
            except NoAnswerError as problem:
                if "Timeout" not in str(problem):
                    raise

    def html(self):
        """Everything that is written on the page."""
        found = [one.get("unsafe_innerHTML") for one in self.widgets.values()]
        return "\n".join(text for text in found if isinstance(text, str))

    def where(self):
        """The query of the address, as the app has it."""
        places = [one["location"] for one in self.widgets.values() if "location" in one]
        return str(places[0]).partition("?")[2] if places else ""

    def find(self, fits):
        """The widget of this kind; there must be one."""
        found = [key for key, state in self.widgets.items() if fits(state)]
        if not found:
            raise NoAnswerError("no such widget on the page")
        return found[0]

    def press(self, label):
        """Press a button; seconds until its answer is there."""
        button = self.find(lambda state: label in (state.get("children") or []))
        return self.fire(button, "click", {})

    def fire(self, widget, event, data):
        """An event of a widget, as its script in a browser sends it."""
        about = {"event": event, "data": data}
        return self.tell(widget, {"method": "custom", "content": about})

    def slide(self, label, value):
        """Take a slider somewhere and let go; seconds from the hand's leaving to the answer."""
        slider = self.find(lambda state: state.get("label") == label and "max" in state)
        self.tell(slider, {"method": "update", "state": {"v_model": value}, "buffer_paths": []})
        return self.fire(slider, "change", value)

    def choose(self, label, option):
        """Choose one of several names; seconds until the answer is there."""
        chooser = self.find(lambda state: state.get("label") == label and "items" in state)
        return self.tell(
            chooser, {"method": "update", "state": {"v_model": option}, "buffer_paths": []}
        )

    def leave(self):
        """Close the page as a browser does: say so, then hang up."""
        close = f"http://{self.place}/_solara/api/close/{self.kernel}?session_id={self.page}"
        farewell = urllib.request.Request(close, data=b"", method="POST")
        with urllib.request.urlopen(farewell, timeout=self.patience):
            self._open.close()

    def vanish(self):
        """End without a word, as a machine that is switched off; nothing if it has ended."""
        with suppress(OSError):
            self.line.socket.shutdown(socket.SHUT_RDWR)


def fetch_cookie(address, query=""):
    """The cookie that comes with the page."""
    with urllib.request.urlopen(f"{address}?{query}", timeout=PATIENCE) as page:
        page.read()
        found = page.headers.get_all("Set-Cookie") or []
    return "; ".join(one.partition(";")[0] for one in found)


def shown(html):
    """What a page says in numbers: trust in both fates, and who ended how of the hundred."""
    table = re.findall(r"<tr><td>[^<]+</td><td>(\d+)</td><td>(\d+)</td></tr>", html)
    trust = re.findall(r'<b class="trust">([\d.]+)</b>', html)
    return [float(one) for one in trust], [tuple(map(int, row)) for row in table]


@lru_cache(maxsize=4096)
def expected(query):
    """The same from `simulate`, straight from what an address asks for."""
    state, notes = read_query(query)
    assert not notes, notes
    case = case_of(state)
    trust, ends = [], []
    for scenario, luck in ((case.first, case.luck), (case.second, case.other_luck)):
        status = simulate(scenario, replicates=case.pairs, seed=luck, months=HORIZON).runs["status"]
        ends.append([int((status == one).sum()) for one in STATUSES])
        one = shown_of(state)
        lived = simulate(
            scenario, first=one, replicates=1, seed=luck, months=HORIZON, record="months"
        ).months
        trust.append(float(lived["mean_trust"][lived["month"] <= state.month].iloc[-1]))
    return trust, list(zip(*ends, strict=True))


def agree(found, wanted):
    """Whether a page shows what it must; trust is written with three digits."""
    (trust, ends), (true_trust, true_ends) = found, wanted
    near = [abs(one - other) <= 0.00051 for one, other in zip(trust, true_trust, strict=False)]
    return len(trust) == len(true_trust) and all(near) and ends == true_ends
