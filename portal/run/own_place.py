"""What `./run` never takes from outside: its demo touches nothing but its own folder."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from portal.environment.sources import Sources

_KEYS: Final = ("SECRET_KEY", "ENCRYPTION_KEYS", "INSTALLATION_ID")
_NEEDED: Final = ("SECRET_KEY", "ENCRYPTION_KEYS")


def keep_to_own_place(dotenv: Path, *, address: str) -> list[str]:
    """
    Set in our environment, for all that `./run` starts, what is only its own.

    Whatever the shell exports or `.env` says about places, it is `var/`, this machine and
    nobody's mail server; keys come from `.env` alone. Returns the variables that say
    something else. Ends the process with one sentence where `.env` holds no keys.
    """
    own = {
        "DATABASE_URL": "sqlite:///var/portal.sqlite3",
        "CELERY_BROKER_URL": "filesystem://",
        "CACHE_URL": "dbcache://portal_cache",
        "EMAIL_URL": "consolemail://",
        "PUBLIC_URL": address,
        # Whatever .env says: the demo's passwords are shown.
        "BIND_ADDRESS": "127.0.0.1",
        # The simulator is on this machine.
        "CLOUD_PROXY": "",
    }
    given = Sources(dotenv)
    ignored = [name for name in own if _says_else(given.find(name), own[name])]
    ignored += [name for name in _KEYS if _take_out(name)]
    put(own)
    for name in _NEEDED:
        if not Sources(dotenv).find(name).strip():
            sys.exit(
                f"{name}: missing in {dotenv.name}, and ./run takes its keys from nowhere"
                " else. Move the file away, and ./run writes one with keys of its own."
            )
    return ignored


def put(values: Mapping[str, str]) -> None:
    """Set these for whatever we start; a file that the shell names would go first."""
    for name, value in values.items():
        _take_out(name)
        os.environ[name] = value


def _says_else(given: str, own: str) -> bool:
    here = "http://127.0.0.1:"  # PORT may differ from the first start's
    return given.strip() not in ("", own) and not given.startswith(here)


def _take_out(name: str) -> bool:
    """Forget what the shell has set; whether that was anything."""
    taken = [os.environ.pop(each, "") for each in (name, f"{name}_FILE")]
    return any(taken)
