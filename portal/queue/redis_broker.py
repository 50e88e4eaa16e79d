"""kombu's transport for Redis, which outlives what is no message."""

import logging
from typing import Any

from kombu.transport import redis
from redis import RedisError

from portal.queue.message_rules import NoMessage, check_envelope

log = logging.getLogger(__name__)


class QoS(redis.QoS):
    """Kombu's list of what is not yet acknowledged, which lies in Redis as well."""

    def restore_by_tag(self, tag: Any, *args: Any, **kwargs: Any) -> None:
        """Put a message back into its queue, or take it away if it is none."""
        try:
            super().restore_by_tag(tag, *args, **kwargs)
        except (RedisError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - kombu trusts each of its types
            log.warning("broker.message_refused", extra={"why": type(error).__name__})
            done = self._remove_from_indices(tag)  # type: ignore[attr-defined]  # no stub
            done.execute()


class Channel(redis.Channel):
    """Kombu's channel. What comes out of the list and is no JSON is dropped."""

    QoS = QoS

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[misc]  # no stub
        # kombu's reader of JSON runs code for special values, which raises anything.
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
    """Checks each message before kombu makes one of it."""

    Channel = Channel

    def _deliver(self, message: Any, queue: str | None) -> None:
        try:
            check_envelope(message)
        except NoMessage as error:
            log.warning("broker.message_refused", extra={"why": str(error)})
            return
        super()._deliver(message, queue)
