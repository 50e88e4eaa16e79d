"""
kombu's transport for RabbitMQ (py-amqp), which accepts queues as they were declared.

A policy, a virtual host or an operator may have given the queue another type, limit or
expiry than the portal would declare. Any will do: messages only wake a worker, and all
work is found in database rows.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from amqp import exceptions as amqp
from kombu.transport import pyamqp

ANSWER_SECONDS: Final = 5.0
"""Seconds that a publisher waits for RabbitMQ's confirm."""


class Channel(pyamqp.Channel):
    """
    Declares a queue only if it does not exist.

    A declaration with other arguments than the queue has is an error 406, one by a user
    without the permission to configure an error 403 (rabbitmq.com/docs/queues). Either
    closes the channel, and a reopened one has lost its prefetch count: so queues are
    checked and declared on a separate channel.
    """

    def queue_declare(  # type: ignore[override]  # kombu names each option
        self, queue: str = "", **options: Any
    ) -> Any:
        if options.get("passive") or options.get("exclusive") or not queue:
            return super().queue_declare(queue, **options)
        passive = options | {"passive": self._has(queue)}
        with self._separate_channel() as channel:
            return pyamqp.Channel.queue_declare(channel, queue, **passive)

    def basic_publish_confirm(self, *args: Any, **options: Any) -> Any:
        """
        Publish, and wait for the confirm; kombu calls it as `basic_publish`.

        :raises amqp.MessageNacked: if the queue is full
        :raises TimeoutError: if no confirm came in time
        """
        options["confirm_timeout"] = options.get("confirm_timeout") or ANSWER_SECONDS
        return super().basic_publish_confirm(*args, **options)

    def _has(self, queue: str) -> bool:
        try:
            with self._separate_channel() as channel:
                channel.queue_declare(queue, passive=True)
        except amqp.NotFound:
            return False
        return True

    @contextmanager
    def _separate_channel(self) -> Iterator["Channel"]:
        channel = self.connection.channel()
        try:
            yield channel
        finally:
            channel.close()


class Connection(pyamqp.Connection):
    """Raises as soon as RabbitMQ blocks publishers, for lack of memory or disk."""

    Channel = Channel

    def _on_blocked(self) -> None:
        # Or each publish, and what follows on this socket, waits until its timeout.
        self.collect()
        raise amqp.ResourceError(
            "RabbitMQ takes no messages: it is short of memory or disk"
        )


class Transport(pyamqp.Transport):
    """Sets the prefetch count per consumer, which every type of queue supports."""

    Connection = Connection

    def qos_semantics_matches_spec(self, connection: Any) -> bool:
        """
        Return True: Celery then sets no global prefetch, which quorum queues reject.
        """
        return True


class TlsTransport(Transport):
    """
    The transport for amqps://, which verifies the host name of the certificate, too.
    """

    def establish_connection(self) -> Any:
        """Connect, and restore the client's host and options, which kombu changes."""
        client: Any = self.client
        host, options = client.hostname, client.ssl
        client.ssl = _for_host(options, host)
        try:
            return super().establish_connection()
        finally:
            client.hostname, client.ssl = host, options

    @property
    def default_connection_params(self) -> dict[str, Any]:
        return super().default_connection_params | {"port": self.default_ssl_port}


def _for_host(options: Any, host: str | None) -> dict[str, Any]:
    """
    Return py-amqp's TLS options; it verifies the name only if `server_hostname` is set.
    """
    options = options or {}
    rest = {key: value for key, value in options.items() if key != "check_hostname"}
    verify = {"cert_reqs": ssl.CERT_REQUIRED, **rest}
    if options.get("check_hostname", True):
        verify["server_hostname"] = host or "localhost"
    return verify
