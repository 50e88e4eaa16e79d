"""Connections, pools and retries that keep to the deadline of their call."""

import queue
import socket
import threading
import time
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.response import BaseHTTPResponse
from urllib3.util.connection import create_connection

from clusters.cloud.errors import HostRefused
from clusters.cloud.hosts import AllowedHosts
from clusters.cloud.huawei import deadlines
from clusters.cloud.huawei.retry_after import retry_after_seconds

USER_TIMEOUT_SECONDS: Final = 10
"""How long sent bytes may stay unconfirmed before the kernel gives a connection up."""


class DeadlineConnection(HTTPConnection):
    """
    A connection whose socket is shut at the deadline of the running call.

    With `hosts` it goes to no address that they do not allow. None: to a proxy, which
    resolves by itself.
    """

    def __init__(
        self, *args: Any, hosts: AllowedHosts | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._hosts = hosts

    def _new_conn(self) -> socket.socket:
        """
        Resolve, check and connect within what is left of the call.

        urllib3 gives every address a timeout of its own and the name server none.

        :raises HostRefused: if one of the host's addresses is not allowed
        """
        call = deadlines.running()
        if call is None:
            raise RuntimeError("a connection is made by a call, within its deadline")
        try:
            connection = self._connect_within(call)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(
                self, f"Connecting to {self.host} took too long"
            ) from error
        except OSError as error:
            raise NewConnectionError(self, f"Cannot connect: {error}") from error
        return connection

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send one request; a connection that was kept alive joins this call."""
        call = deadlines.running()
        if call is not None and self.sock is not None:
            call.attach(self.sock)
        super().request(*args, **kwargs)

    def _connect_within(self, call: deadlines.CallDeadline) -> socket.socket:
        refusal: OSError = OSError("the name has no address")
        addresses = _resolve(self._dns_host, self.port, seconds=call.remaining())
        self._refuse_inner(addresses)
        # To what was checked: a second look-up could have another answer.
        for host, port in addresses:
            try:
                return self._connect_to(host, port, call)
            except OSError as error:
                refusal = error
        raise refusal

    def _refuse_inner(self, addresses: list[tuple[str, int]]) -> None:
        found = [address for address, _port in addresses]
        if self._hosts and not self._hosts.allow_addresses(self._dns_host, found):
            raise HostRefused

    def _connect_to(
        self, host: str, port: int, call: deadlines.CallDeadline
    ) -> socket.socket:
        left = call.remaining()
        if left <= 0:
            raise TimeoutError
        connection = create_connection(
            (host, port),
            left if self.timeout is None else min(self.timeout, left),
            source_address=self.source_address,
            socket_options=self.socket_options,
        )
        try:
            call.attach(connection)
        except OSError:
            connection.close()
            raise
        return connection


class DeadlineTLSConnection(DeadlineConnection, HTTPSConnection):
    """The same with TLS, directly or through a proxy."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = DeadlineConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = DeadlineTLSConnection


class DeadlineAdapter(HTTPAdapter):
    """
    The adapter of requests, with our connections and socket options.

    Direct connections go only where `hosts` allow it.
    """

    def __init__(self, pool_size: int, *, hosts: AllowedHosts, **options: Any) -> None:
        self._hosts = hosts  # first: the parent makes its pools at once
        super().__init__(pool_size, pool_size, **options)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        """Make the pools for direct connections."""
        super().init_poolmanager(
            connections,
            maxsize,
            block,
            socket_options=_socket_options(),
            **pool_kwargs,
        )
        _with_our_pools(self.poolmanager, hosts=self._hosts)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> PoolManager:
        """Make the pools for connections through this proxy."""
        manager: PoolManager = super().proxy_manager_for(
            proxy, socket_options=_socket_options(), **proxy_kwargs
        )
        return _with_our_pools(manager, hosts=None)


class DeadlineRetry(Retry):
    """
    Repeats that fit into the running call: what would begin too late does not begin.

    A Retry-After of the cloud lengthens the pause between two tries, so one of minutes
    ends the repeats.
    """

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Count one failure; raises MaxRetryError where nothing more is to be tried."""
        repeat = super().increment(
            method, url, response, error, _pool=_pool, _stacktrace=_stacktrace
        )
        call = deadlines.running()
        if call is not None and repeat.pause(response) >= call.remaining():
            # urllib3 passes its pool, and sets the reason from the same error.
            raise MaxRetryError(_pool, url, error) from error  # type: ignore[arg-type]
        return repeat

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Pause before the next try."""
        time.sleep(self.pause(response))

    def pause(self, response: BaseHTTPResponse | None) -> float:
        """Return the seconds to wait before the next try."""
        asked = response.headers.get("Retry-After", "") if response else ""
        return max(
            self.get_backoff_time(),
            retry_after_seconds(asked, now=datetime.now(UTC)) or 0.0,
        )


def _with_our_pools(manager: PoolManager, *, hosts: AllowedHosts | None) -> PoolManager:
    # What a pool does not know itself it hands on to its connections.
    manager.pool_classes_by_scheme = {
        # urllib3 only calls them.
        "http": partial(_Pool, hosts=hosts),  # type: ignore[dict-item]
        "https": partial(_TLSPool, hosts=hosts),  # type: ignore[dict-item]
    }
    return manager


def _socket_options() -> list[tuple[int, int, int]]:
    options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    user_timeout = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux only
    if user_timeout is not None:
        options.append((socket.IPPROTO_TCP, user_timeout, USER_TIMEOUT_SECONDS * 1000))
    return options


def _resolve(host: str, port: int, *, seconds: float) -> list[tuple[str, int]]:
    """
    Return the addresses of a host.

    The resolver of the system has no timeout, so that it works in a thread that may be
    left behind; connections are kept alive, so this is rare.

    :raises OSError: if the name is not known, or TimeoutError if that took too long
    """
    found: queue.SimpleQueue[list[tuple[str, int]] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put([(str(answer[4][0]), int(answer[4][1])) for answer in answers])
        except OSError as error:
            found.put(error)
        except UnicodeError as error:
            found.put(socket.gaierror(socket.EAI_NONAME, str(error)))

    threading.Thread(target=look_up, name="cloud-resolve", daemon=True).start()
    try:
        addresses = found.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(addresses, OSError):
        raise addresses
    return addresses
