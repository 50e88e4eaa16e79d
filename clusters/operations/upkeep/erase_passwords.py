"""Erase the administrators' passwords that nobody needs any more."""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from clusters.domain.states import State
from clusters.models import AdminPassword, Attempt
from clusters.models.admin_password import PasswordSource
from clusters.operations.core.admin_passwords import erase_password
from clusters.operations.core.cluster_rows import lock_request
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.expected import NOTHING
from clusters.operations.polling.capabilities import WATCHED_FOR

SHOWN_FOR: Final = timedelta(days=7)
"""How long after its cluster became ready a generated password may still be shown."""

AT_ONCE: Final = 100
"""How many passwords one pass erases; the next pass erases more."""

log = logging.getLogger(__name__)


def erase_due_passwords(*, now: datetime) -> None:
    """
    Run one pass.

    What the transition itself erases is asked for here as well, so that a row that was
    changed past the portal does not keep its password for ever.
    """
    rows = AdminPassword.objects.kept().filter(_is_over(now) | _is_watched_no_more(now))
    due = rows.values_list("pk", "request__state")[:AT_ONCE]
    for request_id, state in due:
        try:
            _erase(request_id, State(state), now)
        except MoveNotAllowed:
            log.info("password.kept", extra={"request_id": str(request_id)})


def _erase(request_id: UUID, state: State, now: datetime) -> None:
    """
    Erase one, if its request is still in the state that was read: a retry takes this lock.

    :raises MoveNotAllowed: if the request has moved on
    """
    with transaction.atomic():
        lock_request(request_id, NOTHING, state)
        erase_password(request_id, now=now)


def _is_over(now: datetime) -> Q:
    """Nothing is sent any more, and nobody can be shown it."""
    is_ready = Q(request__state=State.ACTIVE)
    was_long_ready = Q(request__moved_at__lte=now - SHOWN_FOR)
    return Q(request__state__in=(State.REJECTED, State.EXPIRED)) | (
        is_ready & (Q(source=PasswordSource.OWN) | was_long_ready)
    )


def _is_watched_no_more(now: datetime) -> Q:
    """
    No scan looks for a cluster of a failed or cancelled request any more.

    Where no attempt can have made one, nothing was looked for: then a failed request can
    be tried again for as long.
    """
    attempts = Attempt.objects.that_may_have_or_has_created()
    made = attempts.filter(request_id=OuterRef("pk"))
    lately = made.filter(sent_at__gt=now - WATCHED_FOR)
    is_old = Q(request__moved_at__lte=now - WATCHED_FOR)
    ended = Q(request__state__in=(State.FAILED, State.CANCELLED))
    return ended & ~Q(Exists(lately)) & (Q(Exists(made)) | is_old)
