"""
kombu's transport for RabbitMQ, which takes queues as the broker's operator made them.

A policy, a virtual host or somebody's hand may have given the queue a type, a limit or a
life that the portal would not have chosen. The rows are the queue, so any of them will do
as long as the next tick arrives.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from amqp import exceptions as amqp
from kombu.transport import pyamqp

ANSWER_SECONDS: Final = 5.0
"""So long a publisher waits until RabbitMQ says that it has the message."""


class Channel(pyamqp.Channel):
    """
    Declares a queue only if it is not there: one that is otherwise would be refused.

    Asks and declares on a channel of its own: a refusal closes the channel, and one that is
    opened anew has forgotten its prefetch count. So a user without the right to configure
    can work with a queue that an operator made.
    """

    def queue_declare(  # type: ignore[override]  # kombu names each option
        self, queue: str = "", **options: Any
    ) -> Any:
        if options.get("passive") or options.get("exclusive") or not queue:
            return super().queue_declare(queue, **options)
        passive = options | {"passive": self._has(queue)}
        with self._apart() as channel:
            return pyamqp.Channel.queue_declare(channel, queue, **passive)

    def basic_publish_confirm(self, *args: Any, **options: Any) -> Any:
        """
        Publish, and wait until RabbitMQ has the message; bound, as `basic_publish` says it.

        :raises amqp.MessageNacked: if the queue takes no more
        :raises TimeoutError: if there is no answer
        """
        options["confirm_timeout"] = options.get("confirm_timeout") or ANSWER_SECONDS
        return super().basic_publish_confirm(*args, **options)

    def _has(self, queue: str) -> bool:
        try:
            with self._apart() as channel:
                channel.queue_declare(queue, passive=True)
        except amqp.NotFound:
            return False
        return True

    @contextmanager
    def _apart(self) -> Iterator["Channel"]:
        channel = self.connection.channel()
        try:
            yield channel
        finally:
            channel.close()


class Connection(pyamqp.Connection):
    """Ends at once where RabbitMQ takes no messages for want of memory or disk."""

    Channel = Channel

    def _on_blocked(self) -> None:
        # Else each message is waited for in vain, and what follows on this socket as well.
        self.collect()
        raise amqp.ResourceError(
            "RabbitMQ takes no messages: it is short of memory or disk"
        )


class Transport(pyamqp.Transport):
    """Counts what is prefetched by consumer, the one way that every type of queue knows."""

    Connection = Connection

    def qos_semantics_matches_spec(self, connection: Any) -> bool:
        """Return True: Celery then sets no global prefetch, which quorum queues refuse."""
        return True


class TlsTransport(Transport):
    """The same for amqps://, with the name in the certificate verified as well."""

    def establish_connection(self) -> Any:
        """Connect; kombu would write what it makes of both into the client, for good."""
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
    """Return py-amqp's options: it verifies a name only if it is given one."""
    options = options or {}
    rest = {key: value for key, value in options.items() if key != "check_hostname"}
    verify = {"cert_reqs": ssl.CERT_REQUIRED, **rest}
    if options.get("check_hostname", True):
        verify["server_hostname"] = host or "localhost"
    return verify
