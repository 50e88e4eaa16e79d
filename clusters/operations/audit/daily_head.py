"""Keep one head a day, and hand out copies of it outside of the database."""

import logging
from datetime import datetime
from typing import Final

from django.core.cache import cache

from clusters.models import KeptHead
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.head_copies import HeadCopies
from clusters.operations.audit.heads import KEEP_EACH, HistoryBusy, keep_head
from clusters.operations.audit.signing_keys import AuditKeys, KeyLost
from clusters.operations.core.dispatch import enqueue_head

log = logging.getLogger(__name__)

_LOCK: Final = "audit.head"
_LOCK_SECONDS: Final = 3600
"""How long nobody else tries: a head reads all events, and may be refused each time."""


def enqueue_due_head(copies: HeadCopies, *, now: datetime) -> None:
    """Enqueue the keeping of a head if the newest is older than a day, or lacks a copy."""
    if _has_work(copies, now):
        enqueue_head()


def keep_due_head(keys: AuditKeys, copies: HeadCopies, *, now: datetime) -> None:
    """
    Keep a head if one is due, and hand out the copies that are wanting.

    Where the history does not fit the head before, none is kept; that is logged.
    """
    if not (_has_work(copies, now) and cache.add(_LOCK, "taken", _LOCK_SECONDS)):
        return
    if _is_due(now):
        _keep(keys, now)
    copies.hand_out(now=now)


def _keep(keys: AuditKeys, now: datetime) -> None:
    try:
        keep_head(keys, now=now)
    except HistoryBusy as busy:
        log.warning("head.not_kept", extra={"reason": str(busy)})
        cache.delete(_LOCK)
    except (Finding, KeyLost) as error:
        log.critical("head.not_kept", extra={"reason": str(error)})


def _has_work(copies: HeadCopies, now: datetime) -> bool:
    return _is_due(now) or copies.are_wanting


def _is_due(now: datetime) -> bool:
    # A time of the future is that of a clock that was ahead.
    return not KeptHead.objects.filter(at__gt=now - KEEP_EACH, at__lte=now).exists()
