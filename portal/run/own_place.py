"""Isolate `./run` from the shell's variables: its demo uses its own folder only."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from portal.environment.sources import Sources

_KEYS: Final = ("SECRET_KEY", "ENCRYPTION_KEYS", "INSTALLATION_ID")
_NEEDED: Final = ("SECRET_KEY", "ENCRYPTION_KEYS")


def isolate_environment(dotenv: Path, *, address: str) -> list[str]:
    """
    Set database, broker, cache, mail and address of everything that `./run` starts.

    They are in `var/` and on this machine, whatever the shell or `.env` says; keys come
    from `.env` only. `address` is PUBLIC_URL. Return the names of ignored variables.

    :raises SystemExit: if `.env` holds no keys
    """
    own = {
        "DATABASE_URL": "sqlite:///var/portal.sqlite3",
        "CELERY_BROKER_URL": "filesystem://",
        "CACHE_URL": "dbcache://portal_cache",
        "EMAIL_URL": "consolemail://",
        "PUBLIC_URL": address,
        # Never reachable from outside: the demo's passwords are printed.
        "BIND_ADDRESS": "127.0.0.1",
        # The simulator is on this machine.
        "CLOUD_PROXY": "",
    }
    given = Sources(dotenv)
    ignored = [name for name in own if _differs(given.find(name), own[name])]
    ignored += [name for name in _KEYS if _unset(name)]
    set_variables(own)
    for name in _NEEDED:
        if not Sources(dotenv).find(name).strip():
            sys.exit(
                f"{name}: missing in {dotenv.name}, and ./run takes its keys from nowhere"
                " else. Move the file away, and ./run writes one with keys of its own."
            )
    return ignored


def set_variables(values: Mapping[str, str]) -> None:
    """
    Set variables, and unset NAME and NAME_FILE of the shell, which would override
    `.env`.
    """
    for name, value in values.items():
        _unset(name)
        os.environ[name] = value


def _differs(given: str, own: str) -> bool:
    here = "http://127.0.0.1:"  # PORT may differ from that of the first start
    return given.strip() not in ("", own) and not given.startswith(here)


def _unset(name: str) -> bool:
    """Unset the variable and its NAME_FILE; return whether either had a value."""
    taken = [os.environ.pop(each, "") for each in (name, f"{name}_FILE")]
    return any(taken)
