"""Delete expired sessions, kept forms, counts of sign-ins, and old heartbeats."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from clusters.models import Heartbeat, KeptForm, SignInCount

AT_ONCE: Final = 1000
"""How many rows of a table one pass deletes; the next pass deletes more."""

SILENT_FOR: Final = timedelta(days=1)
"""How old a heartbeat gets before it is deleted, and its process not listed any more."""


def clean_up(*, now: datetime) -> None:
    """Run one pass; each query uses an index."""
    _delete(Session.objects.filter(expire_date__lt=now))
    _delete(SignInCount.objects.filter(expires_at__lt=now))
    _delete(KeptForm.objects.filter(expires_at__lt=now))
    _delete(_old_heartbeats())


def _old_heartbeats() -> "QuerySet[Heartbeat]":
    """
    Return the heartbeats older than `SILENT_FOR`, except the newest of all.

    The newest stays, so that "no worker for two days" can be told from "never a worker".
    """
    silent = Heartbeat.objects.filter(seen_at__lt=Now() - SILENT_FOR)
    newest = Heartbeat.objects.order_by("-seen_at").values("pk")[:1]
    return silent.exclude(pk__in=list(newest.values_list("pk", flat=True)))


def _delete(rows: "QuerySet[Any]") -> None:
    if not rows.exists():  # no transaction then: on SQLite it would block all writers
        return
    with transaction.atomic():
        # Locked first, so that a row in use by another transaction is not deleted.
        found = rows.select_for_update(skip_locked=True).values_list("pk", flat=True)
        rows.model.objects.filter(pk__in=list(found[:AT_ONCE])).delete()
