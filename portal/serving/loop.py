"""Event loop of the worker: connections and deadlines, independent of HTTP."""

import errno
import resource
import time
from functools import partial
from selectors import EVENT_READ
from typing import Any, ClassVar, Final

from gunicorn.workers.gthread import ThreadWorker

from portal.serving.connection import Connection
from portal.serving.incoming import Part
from portal.serving.limits import Limits

_CHECK_SECONDS: Final = 0.2
_FILES_FOR_PAGES: Final = 100


class ConnectionWorker(ThreadWorker):
    """
    A gunicorn worker whose event loop waits for each client until a deadline.

    All methods run in the loop's thread and must not block.
    """

    limits: ClassVar[Limits] = Limits()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A dict, for its order: the longest waiting connection is first.
        self._waiting: dict[Connection, None] = {}
        self._held = 0
        self._checked_at = 0.0
        open_files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        # Views need descriptors, too: database, broker, static files.
        most = max(open_files - _FILES_FOR_PAGES, 1)
        self.worker_connections: int = min(self.cfg.worker_connections, most)

    def begin(self, connection: Connection) -> None:
        """Start reading from a new client."""
        raise NotImplementedError

    def run(self) -> None:
        """Serve until gunicorn stops the worker; then finish begun requests."""
        queue = self.method_queue
        self.poller.register(queue.fileno(), EVENT_READ, queue.run_callbacks)
        while self.alive and self.is_parent_alive():
            self.notify()
            is_room = self.nr_conns < self.worker_connections
            self.set_accept_enabled(is_room or bool(self._waiting))
            self._run_once()
        self._stop()

    def _run_once(self) -> None:
        self.wait_for_and_dispatch_events(timeout=1.0)
        now = time.monotonic()
        if now < self._checked_at + _CHECK_SECONDS:
            return
        self._checked_at = now
        for connection in [each for each in self._waiting if each.deadline <= now]:
            if connection in self._waiting:  # unless the previous call has closed it
                connection.on_deadline(connection)

    def _stop(self) -> None:
        self.set_accept_enabled(False)
        now = time.monotonic()
        for connection in self._waiting:
            if connection.incoming.part is not Part.BODY and not connection.sock.size:
                soon = now + self.limits.linger_seconds
                connection.deadline = min(connection.deadline, soon)
        until = now + self.cfg.graceful_timeout
        while self.nr_conns > 0 and time.monotonic() < until:
            self.notify()
            self._run_once()
        for connection in list(self._waiting):
            self._drop(connection)
        self.tpool.shutdown(wait=False)
        self.poller.close()
        self.method_queue.close()
        for listener in self.sockets:
            listener.close()

    def _wait(self, connection: Connection, events: int) -> None:
        """
        Register for these events; a waiting connection keeps its place in the order.
        """
        if connection.events != events:
            if connection.events:
                self.poller.unregister(connection.socket)
            if events:
                ready = partial(self._ready, connection)
                self.poller.register(connection.socket, events, ready)
            connection.events = events
        self._waiting.setdefault(connection)
        self._count(connection)

    def _leave(self, connection: Connection) -> None:
        if connection.events:
            self.poller.unregister(connection.socket)
            connection.events = 0
        self._waiting.pop(connection, None)

    def _ready(self, connection: Connection, _socket: Any) -> None:
        if connection.events:  # unless another event of this round has closed it
            connection.on_event(connection)

    def accept(self, listener: Any) -> None:
        """Accept a connection; if there are too many, drop the longest waiting one."""
        try:
            accepted, client = listener.accept()
        except OSError as error:
            self._cannot_accept(error)
            return
        if self.nr_conns >= self.worker_connections:
            self._drop_oldest()
        self.nr_conns += 1
        connection = Connection(
            accepted, client, listener.getsockname(), cfg=self.cfg, limits=self.limits
        )
        self.begin(connection)

    def _cannot_accept(self, error: OSError) -> None:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            self._drop_oldest()
            self.set_accept_enabled(False)  # until the next round
        elif error.errno not in (errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED):
            raise error

    def _drop_oldest(self) -> None:
        longest = next(iter(self._waiting), None)
        if longest is not None:
            self._drop(longest)

    def _drop(self, connection: Connection) -> None:
        self._leave(connection)
        self.nr_conns -= 1
        self._held -= connection.counted
        connection.socket.close()

    def _count(self, connection: Connection) -> None:
        self._held += connection.size - connection.counted
        connection.counted = connection.size
        while self._held > self.limits.held_bytes and self._waiting:
            self._drop(max(self._waiting, key=lambda each: each.counted))
