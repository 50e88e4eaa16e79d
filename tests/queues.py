"""Names of queues of the tests' own, on brokers that others use, too."""

import uuid

from kombu import Connection
from redis import Redis


def new_name() -> str:
    """Return a CELERY_QUEUE that nobody else uses."""
    return f"portal-test-{uuid.uuid4().hex}"


def forget(name: str, *, redis_url: str = "", amqp_url: str = "") -> None:
    """Remove what a portal with this queue has left in these services."""
    if redis_url:
        with Redis.from_url(redis_url) as redis:
            for key in redis.scan_iter(f"{name}:*"):
                redis.delete(key)
    if amqp_url:
        with Connection(amqp_url) as connection:
            channel = connection.default_channel
            channel.queue_delete(name)
            channel.exchange_delete(name)
