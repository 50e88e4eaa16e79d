"""Django's Redis cache with JSON values."""

from typing import Any

from django.core.cache.backends import redis

from portal.caches import values


class _AsText:
    """Serializer in Django's interface that only writes; `_Client` parses values."""

    def dumps(self, value: Any) -> str:
        return values.write(value)

    def loads(self, data: bytes) -> bytes:
        return data


class _Client(redis.RedisCacheClient):
    """
    Django's client with this serializer, whatever OPTIONS name.

    A value that is not JSON is a cache miss, which a serializer cannot express.
    """

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **(options | {"serializer": _AsText}))

    # Any: the type of keys is private to the stubs.
    def get(self, key: Any, default: Any) -> Any:
        text = super().get(key, None)
        value = values.UNREADABLE if text is None else values.read(text, key=key)
        return default if value is values.UNREADABLE else value

    def get_many(self, keys: Any) -> dict[Any, Any]:
        texts = super().get_many(keys)
        found = {key: values.read(text, key=str(key)) for key, text in texts.items()}
        return {
            k: value for k, value in found.items() if value is not values.UNREADABLE
        }


class RedisCache(redis.RedisCache):
    """Django's backend without pickles."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client
