"""The servers that the portal uses, out of the environment."""

from pathlib import Path
from typing import Any, Final

import environ

from portal.addresses import wrong_with_url
from portal.caches.settings import cache_settings
from portal.database_settings import connecting
from portal.environment.sources import quoted, stop
from portal.environment.values import Values

DATABASES: Final = ("sqlite", "postgres", "postgresql")
CACHES: Final = ("dbcache", "rediscache", "redis", "rediss")
BROKERS: Final = ("filesystem", "redis", "rediss", "amqp", "amqps", "memory")


class Services(Values):
    """Database, cache, broker and mail server."""

    def database(self, name: str, default: str, base_dir: Path) -> dict[str, Any]:
        """Return Django's settings of one database; a relative file is below `base_dir`."""
        value = self.url(name, DATABASES, default)
        found = _parsed(name, environ.Env.db_url_config, value)
        if not found["NAME"]:
            stop(name, "names no database.")
        if value.startswith("sqlite") and found["NAME"] != ":memory:":
            found["NAME"] = base_dir / found["NAME"]
            _make_folder(name, found["NAME"].parent)
        return found | connecting(found)

    def cache(self, name: str, default: str) -> dict[str, Any]:
        value = self.url(name, CACHES, default)
        return cache_settings(_parsed(name, environ.Env.cache_url_config, value))

    def email(self, name: str, default: str) -> dict[str, Any]:
        """Return EMAIL_BACKEND, EMAIL_HOST and so on."""
        return _parsed(name, environ.Env.email_url_config, self.text(name, default))

    def url(self, name: str, schemes: tuple[str, ...], default: str) -> str:
        """Return a URL of one of these kinds; it may hold a password: never print it."""
        value = self.text(name, default)
        if value and (why := wrong_with_url(value, schemes)):
            stop(name, why)
        return value


def _parsed(name: str, parse: Any, value: str) -> dict[str, Any]:
    try:
        settings: dict[str, Any] = parse(value)
    except (environ.ImproperlyConfigured, ValueError, KeyError):
        stop(name, "is not a URL that the portal can read.")
    return settings


def _make_folder(name: str, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        stop(name, f"the folder {quoted(str(folder))} cannot be made.")
