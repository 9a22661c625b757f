"""Connections that nobody keeps up with are cut, and no others: both protocols without a network.

What they do to a served app is in test_load.py.
"""

import asyncio
from types import SimpleNamespace

import pytest

from trustsim.app.lines import TO_ASK, TO_READ, AttentiveWebSocket, PatientHTTP


class Wire(asyncio.Transport):
    """A connection's lower end: how much is still to be sent, and whether it was cut."""

    def __init__(self, protocol, left=0):
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.protocol, self.left, self.aborted = protocol, left, False

    def get_protocol(self):
        return self.protocol

    def get_write_buffer_size(self):
        return self.left

    def abort(self):
        self.aborted = True


def looked_at(*, cycle=None, left=0, became=None):
    """A connection whose two looks have come: was it cut at the first, and at the second?"""
    later = []
    line = PatientHTTP.__new__(PatientHTTP)
    line.connections, line.flow, line.cycle = set(), None, cycle
    line.logger, line.access_logger = SimpleNamespace(level=30), None
    line.config = SimpleNamespace(is_ssl=False)
    line.loop = SimpleNamespace(call_later=lambda seconds, look: later.append((seconds, look)))
    wire = Wire(line, left)
    line.connection_made(wire)
    if became is not None:
        wire.protocol = became
    found = []
    assert [seconds for seconds, _ in later] == [TO_ASK, TO_ASK + TO_READ]
    for _, look in later:
        look()
        found.append(wire.aborted)
    return found


def test_who_asks_nothing_is_cut():
    assert looked_at() == [True, True]


def test_who_asks_and_reads_is_left_alone():
    assert looked_at(cycle=object()) == [False, False]


def test_who_asks_and_does_not_read_is_cut_later():
    assert looked_at(cycle=object(), left=1) == [False, True]


@pytest.mark.parametrize("left", [0, 1])
def test_what_became_a_websocket_is_not_cut_as_a_request(left):
    assert looked_at(left=left, became=object()) == [False, False]


def test_a_line_whose_other_end_is_silent_is_cut(monkeypatch):
    asked = []
    parent = AttentiveWebSocket.__mro__[1]
    monkeypatch.setattr(parent, "keepalive_timeout", lambda line: asked.append(line))
    line = AttentiveWebSocket.__new__(AttentiveWebSocket)
    line.transport = Wire(line)
    line.keepalive_timeout()
    assert asked == [line]
    assert line.transport.aborted
