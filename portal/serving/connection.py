"""State of one client connection in the event loop."""

import socket
from collections.abc import Callable
from typing import Any

from portal.serving.incoming import Incoming, Part
from portal.serving.limits import Limits
from portal.serving.outgoing import Outgoing


class Connection:
    """
    Received and unsent bytes of a client, and what is awaited until when.

    `sock`, `client` and `server` are the attributes that gunicorn's `handle_request` reads.
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
        """Called when the socket is ready."""
        self.on_deadline: Callable[[Connection], None]
        self.deadline = 0.0
        self.awaited = Part.NOTHING
        """The part of a request to which the deadline applies."""
        self.events = 0
        """Events registered with the poller; 0 while the socket is not registered."""
        self.counted = 0
        """The part of `size` that is in the worker's total, in bytes."""
        self.discarded = 0
        """Bytes that arrived after the last response."""

    @property
    def size(self) -> int:
        """Bytes held in memory for this client, received and unsent."""
        return self.incoming.size + self.sock.size
