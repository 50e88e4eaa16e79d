"""
Log events of sign-ins: user name, client address and result.

A name is logged in clear only if an account has it; any other is replaced by a keyed
hash, because people type passwords into the name field by mistake. With
SIGN_IN_LOG_HASHED all names and addresses are hashed; equal ones have equal hashes, so
a series of tries can still be recognized.
"""

from dataclasses import dataclass
from typing import Final

import structlog
from django.conf import settings

from clusters.credentials.keyed_hash import keyed_hash
from clusters.models import SignInCount

log = structlog.get_logger(__name__)

_SALT: Final = "portal.sign_in.sign_in_log"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who tries to sign in; `account` is empty if no account has this name."""

    name: str
    account: str
    address: str
    page: str = ""

    def fields(self) -> dict[str, str]:
        """Return the fields of each log line about this caller."""
        name = shown(self.account) if self.account else f"unknown {_hash(self.name)}"
        return {"name": name, "address": shown(self.address), "page": self.page}


def shown(text: str) -> str:
    """Return a name or address as it may be logged."""
    return _hash(text) if text and settings.SIGN_IN_LOG_HASHED else text


def succeeded(caller: Caller) -> None:
    """Log a sign-in, or a confirmed old password before a change."""
    log.info("signin.succeeded", **caller.fields())


def refused(caller: Caller, *, why: str) -> None:
    """
    Log a refused sign-in.

    `why` is `password` for a wrong password or unknown name, `not admitted` for a correct
    password without access to the page (the admin).
    """
    log.warning("signin.refused", why=why, **caller.fields())


def limited(caller: Caller) -> None:
    """Log a sign-in that a limit refused before the password was checked."""
    log.warning("signin.limited", **caller.fields())


def limit_closed(count: SignInCount) -> None:
    """Log that a limit has just been reached: once, not for each later try."""
    log.warning(
        "signin.limit_closed",
        kind=count.kind,
        name=shown(count.name),
        address=shown(count.address),
        until=count.limited_until.isoformat() if count.limited_until else "",
    )


def _hash(text: str) -> str:
    return keyed_hash(_SALT, text)[:16]
