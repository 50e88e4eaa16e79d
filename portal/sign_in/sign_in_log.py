"""
What the log says of sign-ins: who, from where, and what came of it.

A name is logged only where an account has it. Any other is a keyed hash: people type
passwords into the field of the name. With SIGN_IN_LOG_HASHED names and addresses are both
hashed; equal ones stay equal, so a series of tries is still one.
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
    """Who tries to sign in: `account` is empty where no account has this name."""

    name: str
    account: str
    address: str
    page: str = ""

    def fields(self) -> dict[str, str]:
        """Return what each line about this caller carries."""
        name = shown(self.account) if self.account else f"unknown {_hash(self.name)}"
        return {"name": name, "address": shown(self.address), "page": self.page}


def shown(text: str) -> str:
    """Return a name or an address as the log may carry it."""
    return _hash(text) if text and settings.SIGN_IN_LOG_HASHED else text


def succeeded(caller: Caller) -> None:
    """Somebody was let in, or confirmed the old password before a new one."""
    log.info("signin.succeeded", **caller.fields())


def refused(caller: Caller, *, why: str) -> None:
    """`password`: wrong, or of nobody; `not admitted`: right, but not for this page."""
    log.warning("signin.refused", why=why, **caller.fields())


def limited(caller: Caller) -> None:
    """Refused without a look at the password, after too many wrong ones."""
    log.warning("signin.limited", **caller.fields())


def limit_closed(count: SignInCount) -> None:
    """Say that a limit has just closed: once, and not for each try after it."""
    log.warning(
        "signin.limit_closed",
        kind=count.kind,
        name=shown(count.name),
        address=shown(count.address),
        until=count.limited_until.isoformat() if count.limited_until else "",
    )


def _hash(text: str) -> str:
    return keyed_hash(_SALT, text)[:16]
