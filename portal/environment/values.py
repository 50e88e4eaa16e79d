"""Plain values out of the environment: texts, numbers, names, keys and files."""

import ipaddress
import math
import ssl
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.fernet import Fernet

from portal.environment.sources import Sources, quoted, stop

FLAGS: Final = {
    "1": True, "true": True, "yes": True, "on": True,
    "0": False, "false": False, "no": False, "off": False,
}  # fmt: skip
LONGEST_SECONDS: Final = 10_000_000


class Values:
    """
    What every variable may be.

    An empty value counts as a missing one.
    """

    def __init__(self, dotenv: Path) -> None:
        self.asked: dict[str, str | None] = {}  # with the defaults
        self._sources = Sources(dotenv)

    def text(self, name: str, default: str | None = None) -> str:
        self.asked[name] = default
        value = self._sources.find(name)
        if not value and default is None:
            stop(name, "missing. Set it in the environment or in .env.")
        return value or default or ""

    def one_of(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            stop(name, f"{quoted(value)} is not one of {', '.join(choices)}.")
        return value

    def names(self, name: str, default: list[str] | None = None) -> list[str]:
        """Return the values between commas."""
        given = self.text(name, "" if default is not None else None)
        found = [part.strip() for part in given.split(",") if part.strip()]
        if not found and default is None:
            stop(name, "holds nothing but commas.")
        return found or default or []

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name, "on" if default else "off").lower()
        if value not in FLAGS:
            stop(name, f"{quoted(value)} is neither on nor off.")
        return FLAGS[value]

    def ip_address(self, name: str, default: str) -> str:
        """Return an address of version 4 or 6, without brackets."""
        value = self.text(name, default)
        try:
            return str(ipaddress.ip_address(value.strip("[]")))
        except ValueError:
            stop(name, f"{quoted(value)} is not an address such as 127.0.0.1 or ::1.")

    def whole(self, name: str, default: int, *, most: int = 10_000) -> int:
        """Return a whole number from 1 to `most`."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= most):
            stop(name, f"{quoted(value)} is not a whole number from 1 to {most}.")
        return int(value)

    def above_zero(self, name: str, default: float) -> float:
        """Return a number of seconds or minutes, fractions allowed."""
        value = self.text(name, str(default))
        try:
            number = float(value) if value.isascii() else math.nan
        except ValueError:
            number = math.nan
        if not 0 < number <= LONGEST_SECONDS:  # also refuses nan, which is not < 0
            stop(name, f"{quoted(value)} is not a number greater than 0.")
        return number

    def time_zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (OSError, ValueError, ZoneInfoNotFoundError):
            stop(name, f"{quoted(value)} is not a time zone such as Europe/Berlin.")
        return value

    def ca_file(self, name: str) -> str:
        """Return the path of a file of certificates, or nothing."""
        value = self.text(name, "")
        if value and not Path(value).is_file():
            stop(name, f"there is no file {quoted(value)}.")
        try:
            ssl.create_default_context(cafile=value or None)
        except OSError:
            stop(name, f"{quoted(value)} holds no certificates that can be read.")
        return value

    def fernet_keys(self, name: str, default: list[str] | None = None) -> list[str]:
        """Return the keys; the first one encrypts, all of them open."""
        keys = self.names(name, default)
        for number, key in enumerate(keys, start=1):
            try:
                Fernet(key)
            except ValueError:
                stop(name, f"key {number} is not 32 bytes in URL-safe base64.")
        return keys
