"""Typed values out of the environment; a wrong one stops the start with one line."""

import base64
import hashlib
import ipaddress
import math
import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final, NoReturn
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from cryptography.fernet import Fernet

from portal.addresses import is_origin, wrong_with_url
from portal.caches.settings import cache_settings
from portal.database_settings import connecting

FLAGS: Final = {
    "1": True, "true": True, "yes": True, "on": True,
    "0": False, "false": False, "no": False, "off": False,
}  # fmt: skip
LONGEST_SECONDS: Final = 10_000_000
DATABASES: Final = ("sqlite", "postgres", "postgresql")
CACHES: Final = ("dbcache", "rediscache", "redis", "rediss")
BROKERS: Final = ("filesystem", "redis", "rediss", "amqp", "amqps", "memory")


def stop(name: str, why: str) -> NoReturn:
    """
    End the process with one line and exit code 1.

    SystemExit, because Django's command line, gunicorn and Celery each print a
    traceback for any other exception that settings raise.
    """
    raise SystemExit(f"{name}: {why}")


def fernet_key_of(text: str) -> str:
    """Return the key that this text leads to: good enough while developing."""
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()


class Environment:
    """
    The variables of the operating system and, behind them, those of a `.env` file.

    An empty value counts as a missing one. `NAME_FILE` names a file that holds the
    value of NAME. Every method stops the start when the value is wrong, or missing
    and without a default.
    """

    def __init__(self, dotenv: Path) -> None:
        self.asked: dict[str, str | None] = {}  # with the defaults
        self._sources: tuple[Mapping[str, str], ...] = (os.environ, _read(dotenv))

    def text(self, name: str, default: str | None = None) -> str:
        self.asked[name] = default
        found = (_given(name, source) for source in self._sources)
        value = next((one for one in found if one is not None), "").strip()
        if not value and default is None:
            stop(name, "missing. Set it in the environment or in .env.")
        return value or default or ""

    def one_of(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            stop(name, f"{_quoted(value)} is not one of {', '.join(choices)}.")
        return value

    def names(self, name: str, default: list[str] | None = None) -> list[str]:
        """Return the values between commas."""
        given = self.text(name, "" if default is not None else None)
        found = [part.strip() for part in given.split(",") if part.strip()]
        if not found and default is None:
            stop(name, "holds nothing but commas.")
        return found or default or []

    def hosts(self, name: str, default: list[str]) -> list[str]:
        """Return the names between commas that the portal is called by."""
        found = self.names(name, default)
        for host in found:
            if "/" in host:
                stop(
                    name,
                    f"{_quoted(host)} is no host name: leave out http:// and paths.",
                )
        return found

    def origins(self, name: str, default: list[str]) -> list[str]:
        """Return the origins between commas; ``*.`` may stand before a host."""
        found = self.names(name, default)
        for origin in found:
            if not is_origin(origin.replace("://*.", "://", 1)):
                stop(
                    name,
                    f"{_quoted(origin)} must look like https://portal.example.com.",
                )
        return found

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name, "on" if default else "off").lower()
        if value not in FLAGS:
            stop(name, f"{_quoted(value)} is neither on nor off.")
        return FLAGS[value]

    def ip_address(self, name: str, default: str) -> str:
        """Return an address of version 4 or 6, without brackets."""
        value = self.text(name, default)
        try:
            return str(ipaddress.ip_address(value.strip("[]")))
        except ValueError:
            stop(name, f"{_quoted(value)} is not an address such as 127.0.0.1 or ::1.")

    def whole(self, name: str, default: int, *, most: int = 10_000) -> int:
        """Return a whole number from 1 to `most`."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= most):
            stop(name, f"{_quoted(value)} is not a whole number from 1 to {most}.")
        return int(value)

    def above_zero(self, name: str, default: float) -> float:
        """Return a number of seconds or minutes, fractions allowed."""
        value = self.text(name, str(default))
        try:
            number = float(value) if value.isascii() else math.nan
        except ValueError:
            number = math.nan
        if not 0 < number <= LONGEST_SECONDS:  # also refuses nan, which is not < 0
            stop(name, f"{_quoted(value)} is not a number greater than 0.")
        return number

    def time_zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (OSError, ValueError, ZoneInfoNotFoundError):
            stop(name, f"{_quoted(value)} is not a time zone such as Europe/Berlin.")
        return value

    def ca_file(self, name: str) -> str:
        """Return the path of a file of certificates, or nothing."""
        value = self.text(name, "")
        if value and not Path(value).is_file():
            stop(name, f"there is no file {_quoted(value)}.")
        try:
            ssl.create_default_context(cafile=value or None)
        except OSError:
            stop(name, f"{_quoted(value)} holds no certificates that can be read.")
        return value

    def origin(self, name: str, default: str | None = None) -> SplitResult:
        """Return http(s)://host[:port], without a path."""
        value = self.text(name, default).rstrip("/")
        if not is_origin(value):
            stop(name, "must look like https://portal.example.com, without a path.")
        return urlsplit(value)

    def fernet_keys(self, name: str, default: list[str] | None = None) -> list[str]:
        """Return the keys; the first one encrypts, all of them open."""
        keys = self.names(name, default)
        for number, key in enumerate(keys, start=1):
            try:
                Fernet(key)
            except ValueError:
                stop(name, f"key {number} is not 32 bytes in URL-safe base64.")
        return keys

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


class _Dotenv(environ.Env):  # type: ignore[misc]  # untyped package
    """Reads a `.env` file into a mapping of its own, so that the process's stays clean."""

    ENVIRON: ClassVar[dict[str, str]] = {}


def _read(dotenv: Path) -> dict[str, str]:
    _Dotenv.ENVIRON.clear()
    _Dotenv.read_env(dotenv)
    return dict(_Dotenv.ENVIRON)


def _given(name: str, source: Mapping[str, str]) -> str | None:
    path = source.get(f"{name}_FILE")
    try:
        return Path(path).read_text(encoding="utf-8") if path else source.get(name)
    except (OSError, ValueError):
        stop(f"{name}_FILE", f"{_quoted(path or '')} cannot be read.")


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
        stop(name, f"the folder {_quoted(str(folder))} cannot be made.")


def _quoted(value: str) -> str:
    return ascii(value if len(value) <= 40 else f"{value[:40]}...")
