"""Servers that the portal uses, from the environment."""

from pathlib import Path
from typing import Any, Final

from portal.caches.settings import cache_settings
from portal.database_settings import connection_settings
from portal.environment.caches import read_cache
from portal.environment.databases import postgres, sqlite
from portal.environment.mails import MAILS, read_mail
from portal.environment.sources import stop
from portal.environment.url_validation import url_error
from portal.environment.values import Values

DATABASES: Final = ("sqlite", "postgres", "postgresql")
CACHES: Final = ("dbcache", "rediscache", "redis", "rediss")
BROKERS: Final = ("filesystem", "redis", "rediss", "amqp", "amqps", "memory")


class Services(Values):
    """Database, cache, broker and mail server."""

    def database(self, name: str, default: str, base_dir: Path) -> dict[str, Any]:
        """
        Return Django's settings of one database; a relative file is below `base_dir`.
        """
        value = self.url(name, DATABASES, default)
        if value.startswith("sqlite"):
            found = sqlite(name, value, base_dir)
        else:
            found = postgres(name, value)
        return found | connection_settings(found)

    def cache(self, name: str, default: str) -> dict[str, Any]:
        value = self.url(name, CACHES, default)
        return cache_settings(read_cache(name, value))

    def email(self, name: str, default: str) -> dict[str, Any]:
        """Return EMAIL_BACKEND, EMAIL_HOST and so on."""
        return read_mail(name, self.url(name, MAILS, default))

    def url(self, name: str, schemes: tuple[str, ...], default: str) -> str:
        """
        Return a URL of one of these schemes; never print it, it may contain a password.
        """
        value = self.text(name, default)
        if value and (why := url_error(value, schemes)):
            stop(name, why)
        return value
