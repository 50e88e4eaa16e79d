"""Django's settings of a cache with our backends in the place of Django's."""

from typing import Any, Final

_OURS: Final = {
    "db.DatabaseCache": "portal.caches.database.DatabaseCache",
    "redis.RedisCache": "portal.caches.redis.RedisCache",
}


def cache_settings(found: dict[str, Any]) -> dict[str, Any]:
    """
    Return what django-environ read of CACHE_URL, with the backend that reads no pickle.

    It leaves ?key_prefix=... in small letters, which Django ignores.

    :raises KeyError: for any other backend
    """
    settings = {key.upper(): setting for key, setting in found.items()}
    name = settings["BACKEND"].removeprefix("django.core.cache.backends.")
    return settings | {"BACKEND": _OURS[name]}
