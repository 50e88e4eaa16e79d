"""
Adapter, connection pools and retries for `requests` that respect the call's deadline.

urllib3 limits each connect and each read, but not the call as a whole, and the name
server not at all. These subclasses take the rest of the running `CallDeadline` as limit
of each step, and connect only to addresses that were checked (`clusters.cloud.hosts`).
"""

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
"""TCP_USER_TIMEOUT: how long sent data may stay unacknowledged before the connection
is closed (RFC 5482)."""


class DeadlineConnection(HTTPConnection):
    """
    A connection whose socket is shut down at the deadline of the running call.

    :param hosts: the addresses that are allowed besides public ones; None for the
        connection to a proxy, which is configured and resolves names by itself
    """

    def __init__(
        self, *args: Any, hosts: AllowedHosts | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._hosts = hosts

    def _new_conn(self) -> socket.socket:
        """
        Resolve, check and connect within the remaining time of the call.

        :raises HostRefused: if one of the host's addresses is not allowed
        :raises NameResolutionError: if the name is not known
        :raises ConnectTimeoutError: if the call's time is over
        :raises NewConnectionError: if no address accepts the connection
        :raises RuntimeError: if no call is running, which is a programming error
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
        """Send one request; a reused connection gets the deadline of this call."""
        call = deadlines.running()
        if call is not None and self.sock is not None:
            call.attach(self.sock)
        super().request(*args, **kwargs)

    def _connect_within(self, call: deadlines.CallDeadline) -> socket.socket:
        last_error: OSError = OSError("the name has no address")
        addresses = _resolve(self._dns_host, self.port, seconds=call.remaining())
        self._require_allowed(addresses)
        # Connect to the checked addresses: resolving the name again could return others
        # (DNS rebinding).
        for host, port in addresses:
            try:
                return self._connect_to(host, port, call)
            except OSError as error:
                last_error = error
        raise last_error

    def _require_allowed(self, addresses: list[tuple[str, int]]) -> None:
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
    """The same with TLS, direct or through a proxy."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = DeadlineConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = DeadlineTLSConnection


class DeadlineAdapter(HTTPAdapter):
    """
    An adapter of `requests` with the connections of this module.

    :param pool_size: connections that are kept open for each host
    :param hosts: the addresses that direct connections may use besides public ones
    """

    def __init__(self, pool_size: int, *, hosts: AllowedHosts, **options: Any) -> None:
        self._hosts = hosts  # before super(), which creates the pools
        super().__init__(pool_size, pool_size, **options)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        """Create the pools for direct connections; called by `requests`."""
        super().init_poolmanager(
            connections,
            maxsize,
            block,
            socket_options=_socket_options(),
            **pool_kwargs,
        )
        _use_deadline_pools(self.poolmanager, hosts=self._hosts)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> PoolManager:
        """Create the pools for connections through this proxy."""
        manager: PoolManager = super().proxy_manager_for(
            proxy, socket_options=_socket_options(), **proxy_kwargs
        )
        return _use_deadline_pools(manager, hosts=None)


class DeadlineRetry(Retry):
    """
    A retry policy that does not begin a retry after the deadline of the running call.

    The pause before a retry is the back-off, or the header Retry-After if that is longer;
    one of minutes therefore ends the retries.
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
        """
        Count one failure and return the policy for the next try.

        :raises MaxRetryError: if there is no try left, or no time for one
        """
        next_try = super().increment(
            method, url, response, error, _pool=_pool, _stacktrace=_stacktrace
        )
        call = deadlines.running()
        if call is not None and next_try.pause(response) >= call.remaining():
            # urllib3 always passes its pool, though the annotation allows None.
            raise MaxRetryError(_pool, url, error) from error  # type: ignore[arg-type]
        return next_try

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait before the next try; called by urllib3."""
        time.sleep(self.pause(response))

    def pause(self, response: BaseHTTPResponse | None) -> float:
        """Return the seconds to wait before the next try."""
        retry_after = response.headers.get("Retry-After", "") if response else ""
        return max(
            self.get_backoff_time(),
            retry_after_seconds(retry_after, now=datetime.now(UTC)) or 0.0,
        )


def _use_deadline_pools(
    manager: PoolManager, *, hosts: AllowedHosts | None
) -> PoolManager:
    # A pool passes arguments that it does not know on to its connections.
    manager.pool_classes_by_scheme = {
        # Typed as classes; urllib3 only calls them.
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
    Return the addresses of a host as (address, port).

    `getaddrinfo` has no timeout, so it runs in a thread, which is abandoned if it takes
    too long. Connections are reused, so this happens rarely.

    :param seconds: the longest time to wait
    :raises TimeoutError: if it took longer
    :raises OSError: if the name is not known
    """
    found: queue.SimpleQueue[list[tuple[str, int]] | OSError] = queue.SimpleQueue()

    def resolve() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put([(str(answer[4][0]), int(answer[4][1])) for answer in answers])
        except OSError as error:
            found.put(error)
        except UnicodeError as error:
            found.put(socket.gaierror(socket.EAI_NONAME, str(error)))

    threading.Thread(target=resolve, name="cloud-resolve", daemon=True).start()
    try:
        addresses = found.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(addresses, OSError):
        raise addresses
    return addresses
