"""kombu's filesystem transport, made safe: the embedded message broker of `./run`."""

import fcntl
import json
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu import Connection
from kombu.transport import filesystem, virtual
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps

from portal.queue.atomic_file import write_atomically
from portal.queue.spool import Spool


class Channel(filesystem.Channel):
    """
    `kombu.transport.filesystem.Channel` with atomic writes and checked reads.

    A message is written to a temporary file, synced and renamed; kombu's channel can read
    a file that is still being written. A file that is not a valid message is removed and
    skipped; in kombu's channel it ends the worker. File names sort by wall-clock time;
    kombu uses a monotonic clock, which restarts at boot and puts older messages last.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._spools: dict[str, Spool] = {}
        for folder in (self.data_folder_in, self.data_folder_out, self.control_folder):
            Path(folder).mkdir(parents=True, exist_ok=True)
            Path(folder).chmod(0o700)

    # The stubs of kombu's own classes disagree, so any signature here is an error.
    def _put(  # type: ignore[override]
        self, queue: str, payload: dict[str, Any], **_: Any
    ) -> None:
        name = f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        write_atomically(Path(self.data_folder_out, name), dumps(payload))

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        """
        Remove and return the oldest message.

        :raises Empty: if there is none
        """
        if queue not in self._spools:
            self._spools[queue] = Spool(Path(self.data_folder_in), queue)
        if (message := self._spools[queue].take()) is None:
            raise Empty
        return message

    def get_table(  # type: ignore[override]  # as above
        self, exchange: str
    ) -> list[exchange_queue_t]:
        """
        Return the queues bound to an exchange; an unreadable file counts as empty.
        """
        try:
            rows = json.loads(self._table(exchange).read_bytes())
            return [exchange_queue_t(*map(str, row)) for row in rows]
        except (OSError, ValueError, TypeError, RecursionError):
            return []

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str
    ) -> None:
        binding = exchange_queue_t(routing_key or "", pattern or "", queue)
        with Path(self.control_folder, ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            if binding not in table:
                write_atomically(self._table(exchange), dumps([binding, *table]))

    def _table(self, exchange: str) -> Path:
        # kombu refuses names that lead out of the folder
        return Path(self._exchange_file(exchange))  # type: ignore[attr-defined]  # no stub


class Transport(filesystem.Transport):
    """
    Transport for `filesystem://`.

    Takes kombu's options `data_folder_in`, `data_folder_out` and `control_folder`.
    """

    Channel = Channel

    def __init__(self, client: Connection, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        # kombu shares one state between all folders and connections, and keeps bindings
        # that a folder no longer has. Here the files are the state.
        self.state = virtual.BrokerState()
