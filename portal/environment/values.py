"""Plain values from the environment: texts, numbers, names, keys and files."""

import base64
import hashlib
import ipaddress
import math
import re
import ssl
from email.errors import MessageError
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email

from portal.environment.sources import Sources, quoted, stop

FLAGS: Final = {
    "1": True, "true": True, "yes": True, "on": True,
    "0": False, "false": False, "no": False, "off": False,
}  # fmt: skip
SHORTEST_SECONDS: Final = 0.01
"""Less is a busy loop for an interval, and too short for any answer for a timeout."""

LONGEST_SECONDS: Final = 10_000_000

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_NUMBER: Final = re.compile(r"[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+\.")
# Used in file names, Redis keys and AMQP, which reserves the prefix amq.
_QUEUE: Final = re.compile(r"(?!amq\.)[!-.0-~]{1,100}")
_SYSTEM_ZONES: Final = Path("/usr/share/zoneinfo")


def fernet_key_of(text: str) -> str:
    """Return a Fernet key derived from the text by SHA-256; for development only."""
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()


class Values:
    """
    Readers for single values.

    An empty value counts as missing; an empty one in the environment hides that of `.env`.
    """

    def __init__(self, dotenv: Path) -> None:
        self.asked: dict[
            str, str | None
        ] = {}  # name to default, for the test that .env.example is complete
        self._sources = Sources(dotenv)

    def text(self, name: str, default: str | None = None) -> str:
        """Return one line without surrounding blanks."""
        value = self._found(name, default)
        if _CONTROL.search(value):
            stop(name, "holds a line break or another control character.")
        return value

    def later(self, name: str) -> str:
        """
        Return the value for a command that needs it; empty if it is not set.

        Blanks are kept: it may be a password.
        """
        return self._sources.find(name)

    def _found(self, name: str, default: str | None) -> str:
        self.asked[name] = default
        value = self._sources.find(name).strip()
        if not value and default is None:
            stop(name, "missing. Set it in the environment or in .env.")
        return value or default or ""

    def one_of(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            stop(name, f"{quoted(value)} is not one of {', '.join(choices)}.")
        return value

    def names(self, name: str, default: list[str] | None = None) -> list[str]:
        """Return the comma-separated values; a line break counts as a blank."""
        given = self._found(name, "" if default is not None else None)
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
        """Return an IPv4 or IPv6 address, without brackets."""
        value = self.text(name, default)
        try:
            return str(ipaddress.ip_address(value.strip("[]")))
        except ValueError:
            stop(name, f"{quoted(value)} is not an address such as 127.0.0.1 or ::1.")

    def whole(self, name: str, default: int, *, most: int = 10_000) -> int:
        """Return an integer from 1 to `most`."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= most):
            stop(name, f"{quoted(value)} is not a whole number from 1 to {most}.")
        return int(value)

    def positive_number(self, name: str, default: float) -> float:
        """Return a positive number, of seconds or minutes; fractions are allowed."""
        value = self.text(name, str(default))
        number = float(value) if _NUMBER.fullmatch(value) else math.nan
        if not number > 0:  # also refuses nan
            stop(name, f"{quoted(value)} is not a number greater than 0.")
        if not SHORTEST_SECONDS <= number <= LONGEST_SECONDS:
            limits = f"from {SHORTEST_SECONDS} to {LONGEST_SECONDS}"
            stop(name, f"{quoted(value)} is not a number {limits}.")
        return number

    def time_zone(self, name: str, default: str) -> str:
        """
        Return a time zone that Python and Django know; Django looks in
        /usr/share/zoneinfo.
        """
        value = self.text(name, default)
        try:
            ZoneInfo(value)
            known = not _SYSTEM_ZONES.exists() or (_SYSTEM_ZONES / value).exists()
        except (OSError, ValueError, ZoneInfoNotFoundError):
            known = False
        if not known:
            stop(name, f"{quoted(value)} is not a time zone such as Europe/Berlin.")
        return value

    def queue(self, name: str, default: str) -> str:
        """Return a name that is valid for queues, files and keys."""
        value = self.text(name, default)
        if not _QUEUE.fullmatch(value):
            why = "holds a blank, a slash or letters outside ASCII, or begins with amq."
            stop(name, f"{quoted(value)} is too long, {why}")
        return value

    def short(self, name: str, default: str, *, longest: int) -> str:
        """Return a text of at most `longest` characters, the length of its column."""
        value = self.text(name, default)
        if len(value) > longest:
            stop(name, f"has {len(value)} characters, and {longest} is the most.")
        return value

    def sender(self, name: str, default: str) -> str:
        """Return a sender address, checked by Django's `sanitize_address`."""
        value = self.text(name, default)
        try:
            address = sanitize_address(value, "utf-8")
        except (ValueError, TypeError, LookupError, MessageError):
            address = ""
        if "@" not in address:
            stop(name, f"{quoted(value)} is not an address such as portal@example.com.")
        return value

    def mail_addresses(self, name: str) -> list[str]:
        """Return the addresses between commas, each once; empty if not set."""
        found = list(dict.fromkeys(self.names(name, [])))
        for each in found:
            try:
                validate_email(each)
            except ValidationError:
                stop(
                    name, f"{quoted(each)} is not an address such as dora@example.com."
                )
        return found

    def ca_file(self, name: str) -> str:
        """Return the path of a file of PEM certificates, or an empty text."""
        value = self.text(name, "")
        if value and not Path(value).is_file():
            stop(name, f"there is no file {quoted(value)}.")
        try:
            ssl.create_default_context(cafile=value or None)
        except OSError:
            stop(name, f"{quoted(value)} holds no certificates that can be read.")
        return value

    def fernet_keys(self, name: str, default: list[str] | None = None) -> list[str]:
        """Return the Fernet keys; the first encrypts, all decrypt."""
        keys = self.names(name, default)
        for number, key in enumerate(keys, start=1):
            try:
                Fernet(key)
            except ValueError:
                stop(name, f"key {number} is not 32 bytes in URL-safe base64.")
        return keys

    def file_path(self, name: str) -> str:
        """
        Return the absolute path of a file that may not be there yet; empty if not set.

        Its folder is not looked at: one process writes it, and others may not have it.
        """
        value = self.text(name, "")
        if value and (not Path(value).is_absolute() or Path(value).is_dir()):
            stop(name, f"{quoted(value)} is not the path of a file that begins with /.")
        return value

    def signing_key(self, name: str) -> str:
        """Return 32 bytes in base64, the private key of Ed25519; empty if not set."""
        value = self.text(name, "")
        try:
            is_whole = len(base64.b64decode(value, validate=True)) == 32
        except ValueError:
            is_whole = False
        if value and not is_whole:
            stop(name, "is not 32 bytes in base64.")
        return value
