"""One client's connection, as the event loop sees it."""

import socket
from collections.abc import Callable
from typing import Any

from portal.serving.incoming import Incoming, Part
from portal.serving.limits import Limits
from portal.serving.outgoing import Outgoing


class Connection:
    """
    What has arrived, what is still to be sent, and what is awaited until when.

    `sock`, `client` and `server` are what gunicorn's `handle_request` reads of it.
    """

    def __init__(
        self,
        accepted: socket.socket,
        client: Any,
        server: Any,
        *,
        cfg: Any,
        limits: Limits,
    ) -> None:
        accepted.setblocking(False)
        self.socket = accepted
        self.client, self.server = client, server
        self.incoming = Incoming(cfg, client, limits)
        self.sock = Outgoing(accepted, limits)
        self.on_event: Callable[[Connection], None]
        """What to do when the socket is ready."""
        self.on_deadline: Callable[[Connection], None]
        self.deadline = 0.0
        self.awaited = Part.NOTHING
        """The part of a request that the deadline is for."""
        self.events = 0
        """What the poller is to report of it; 0 while it does not know of it."""
        self.counted = 0
        """How much of `size` is in the worker's sum."""
        self.discarded = 0
        """What came after the last answer."""

    @property
    def size(self) -> int:
        """The bytes that are held for this client, both ways."""
        return self.incoming.size + self.sock.size
