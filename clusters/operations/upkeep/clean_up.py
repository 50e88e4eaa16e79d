"""Delete what nobody asks for any more: sessions, kept forms, counts, signs of life."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from clusters.models import Heartbeat, KeptForm, SignInCount

AT_ONCE: Final = 1000
"""How many rows of a kind one pass deletes; the next pass takes the rest."""

SILENT_FOR: Final = timedelta(days=1)
"""A process that showed no sign of life for so long is not listed any more."""


def clean_up(*, now: datetime) -> None:
    """Run one pass; each kind is found by an index of its own."""
    _delete(Session.objects.filter(expire_date__lt=now))
    _delete(SignInCount.objects.filter(expires_at__lt=now))
    _delete(KeptForm.objects.filter(expires_at__lt=now))
    _delete(_silent())


def _silent() -> "QuerySet[Heartbeat]":
    """All but the newest: without any, a silent worker would count as one never seen."""
    silent = Heartbeat.objects.filter(seen_at__lt=Now() - SILENT_FOR)
    newest = Heartbeat.objects.order_by("-seen_at").values("pk")[:1]
    return silent.exclude(pk__in=list(newest.values_list("pk", flat=True)))


def _delete(rows: "QuerySet[Any]") -> None:
    if not rows.exists():  # and so no transaction, which on SQLite stops all writers
        return
    with transaction.atomic():
        # Locked first: a count that somebody begins again meanwhile stays.
        found = rows.select_for_update(skip_locked=True).values_list("pk", flat=True)
        rows.model.objects.filter(pk__in=list(found[:AT_ONCE])).delete()
