"""Connections that nobody keeps up with are cut, so that none of them holds the app for ever.

Both classes add one limit to a protocol of uvicorn's, which waits without end in these cases.
"""

from __future__ import annotations

import asyncio
from typing import cast

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

TO_ASK = 20.0
"""Seconds that a browser has to send its request; its own takes milliseconds."""

TO_READ = 60.0
"""Seconds that a browser has to take the answer to a request."""


class PatientHTTP(H11Protocol):
    """A connection is cut where no whole request has come in time, or no answer was taken."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._line = transport
        self.loop.call_later(TO_ASK, self._look)
        self.loop.call_later(TO_ASK + TO_READ, self._look_again)

    def _look(self) -> None:
        if self.cycle is None:
            self._cut()

    def _look_again(self) -> None:
        # What a browser has not taken by now is waiting in the buffer of this connection.
        if self._line.get_write_buffer_size():
            self._cut()

    def _cut(self) -> None:
        if self._line.get_protocol() is self:  # else it became a websocket
            self._line.abort()


class AttentiveWebSocket(WebSocketsSansIOProtocol):
    """A line whose other end does not answer a ping is cut, not only asked to close.

    uvicorn asks, and waits until everything was read that is still to be sent: if the other end
    reads no more, that is never, and a thread of the app waits with it.
    """

    def keepalive_timeout(self) -> None:
        """Cut."""
        super().keepalive_timeout()
        cast(asyncio.Transport, self.transport).abort()
