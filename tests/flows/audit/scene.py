"""One row of each kind that the triggers guard, in each of its stages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction

from clusters.cloud.types import Outcome
from clusters.domain.events import EventKind
from clusters.models import Attempt, ClusterRequest, Decision, Event
from clusters.operations.core.history import record_installation_event
from tests.factories import NOON, approved, submitted, user

LATER: Final = NOON + timedelta(hours=1)
SENT: Final = frozenset({"id", "request", "number", "claim", "body_sha256", "sent_at"})
"""What stays of an attempt while it waits for its answer."""


def event() -> Event:
    """Return an event of a request."""
    return approved().events.get(seq=2)


def installation_event() -> Event:
    """Return an event of the installation, the first one."""
    return record_installation_event(EventKind.SIGN_IN_LIMITED, now=NOON)


def decision() -> Decision:
    """Return an approval that holds."""
    return approved().decisions.get()


def void_decision() -> Decision:
    """Return an approval that was made void."""
    row = decision()
    Decision.objects.filter(pk=row.pk).update(voided_at=LATER)
    return Decision.objects.get(pk=row.pk)


def attempt() -> Attempt:
    """Return an attempt that waits for its answer."""
    row = approved()
    return Attempt.objects.create(
        request=row,
        number=1,
        claim=1,
        body_sha256=row.body_sha256,
        place_sha256=row.place_sha256,
        sent_at=NOON,
    )


def answered_attempt() -> Attempt:
    """Return an attempt with its answer."""
    row = attempt()
    Attempt.objects.filter(pk=row.pk).update(
        outcome=Outcome.ACCEPTED, answered_at=LATER, status=200, cluster_id="made"
    )
    return Attempt.objects.get(pk=row.pk)


def refused_changes(row: models.Model) -> set[str]:
    """Change each column of the row in turn; return the fields whose change is refused."""
    return {
        field.name
        for field in row._meta.concrete_fields
        if is_refused(_rows(row).update, **{field.attname: _another(field, row)})
    }


def is_refused(change: Callable[..., Any], *args: Any, **how: Any) -> bool:
    """
    Whether the triggers refuse this change; it is taken back if they do not.

    :raises IntegrityError: if it is refused for another reason
    """
    try:
        with transaction.atomic():
            change(*args, **how)
            transaction.set_rollback(True)
    except IntegrityError as error:
        if "history is closed" not in str(error):
            raise
        return True
    return False


def stored(row: models.Model) -> dict[str, Any]:
    """Return the columns as they are in the database."""
    return dict(_rows(row).values().get())


def _rows(row: models.Model) -> "models.QuerySet[Any]":
    return type(row)._base_manager.filter(pk=row.pk)


def _another(field: "models.Field[Any, Any]", row: models.Model) -> Any:
    """Return another value than the row has; of a reference, one that exists."""
    value = getattr(row, field.attname)
    if field.related_model is ClusterRequest:
        return submitted("another-index").pk
    if field.related_model is User:
        return user("charlie").pk
    if isinstance(field, models.DateTimeField):
        return (value or NOON) + timedelta(days=1)
    if isinstance(field, models.IntegerField):
        return (value or 0) + 1000
    return {"another": 1} if isinstance(field, models.JSONField) else "another"
