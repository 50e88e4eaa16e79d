"""Where a value stands: in the environment, in `.env`, or in a file that either names."""

import base64
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, NoReturn

import environ


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


def quoted(value: str) -> str:
    return ascii(value if len(value) <= 40 else f"{value[:40]}...")


class Sources:
    """
    The variables of the operating system and, behind them, those of a `.env` file.

    `NAME_FILE` names a file that holds the value of NAME.
    """

    def __init__(self, dotenv: Path) -> None:
        self._sources: tuple[Mapping[str, str], ...] = (os.environ, _read(dotenv))

    def find(self, name: str) -> str:
        """Return the value without blanks around it; empty where nobody has set it."""
        found = (_given(name, source) for source in self._sources)
        return next((one for one in found if one is not None), "").strip()


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
        stop(f"{name}_FILE", f"{quoted(path or '')} cannot be read.")
