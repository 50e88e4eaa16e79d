"""Settings of a cache with the backends of this package."""

from typing import Any, Final

_OURS: Final = {
    "db.DatabaseCache": "portal.caches.database.DatabaseCache",
    "redis.RedisCache": "portal.caches.redis.RedisCache",
}


def cache_settings(found: dict[str, Any]) -> dict[str, Any]:
    """
    Return django-environ's settings of CACHE_URL, with the backend of this package.

    Keys become upper case: django-environ leaves `key_prefix`, which Django ignores.

    :raises KeyError: for any other backend
    """
    settings = {key.upper(): setting for key, setting in found.items()}
    name = settings["BACKEND"].removeprefix("django.core.cache.backends.")
    return settings | {"BACKEND": _OURS[name]}
