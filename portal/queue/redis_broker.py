"""kombu's transport for Redis, which survives invalid messages."""

import logging
from typing import Any

from kombu.transport import redis
from redis import RedisError

from portal.queue.message_rules import InvalidMessage, check_envelope

log = logging.getLogger(__name__)


class QoS(redis.QoS):
    """kombu's index of unacknowledged messages, which is kept in Redis, too."""

    def restore_by_tag(self, tag: Any, *args: Any, **kwargs: Any) -> None:
        """Return a message to its queue, or remove it if it is invalid."""
        try:
            super().restore_by_tag(tag, *args, **kwargs)
        except (RedisError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - kombu checks no type
            log.warning("broker.message_refused", extra={"why": type(error).__name__})
            done = self._remove_from_indices(tag)  # type: ignore[attr-defined]  # no stub
            done.execute()


class Channel(redis.Channel):
    """kombu's channel; an entry that is not valid JSON is dropped."""

    QoS = QoS

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[misc]  # no stub
        # kombu's JSON decoder calls constructors for special values; these raise
        # anything.
        except (
            ValueError,
            RecursionError,
            TypeError,
            LookupError,
            ArithmeticError,
        ) as e:
            log.warning("broker.message_refused", extra={"why": type(e).__name__})
            return None


class Transport(redis.Transport):
    """Checks each envelope before kombu builds a message from it."""

    Channel = Channel

    def _deliver(self, message: Any, queue: str | None) -> None:
        try:
            check_envelope(message)
        except InvalidMessage as error:
            log.warning("broker.message_refused", extra={"why": str(error)})
            return
        super()._deliver(message, queue)
