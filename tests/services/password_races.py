"""Races for the password of a cluster's administrator."""

from datetime import timedelta
from functools import partial
from typing import Any

from clusters import wiring
from clusters.cloud.types import SecurityMode
from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import AdminPassword, ClusterRequest
from clusters.operations.core.admin_passwords import PasswordGone, open_password
from clusters.operations.requests.retry import retry_request
from clusters.operations.requests.show_password import show_password
from clusters.operations.upkeep.erase_passwords import erase_due_passwords
from tests.factories import NOON, cluster_request
from tests.services.racing import ROUNDS, at_once

_SECURE = SecurityMode(https=True)


def looks() -> dict[str, Any]:
    """Let four tabs ask for one password, and a sweep erase one that is retried."""
    shown = sum(_look(number) for number in range(ROUNDS))
    safe = sum(_retry(number) for number in range(ROUNDS))
    ClusterRequest.objects.update(state=State.REJECTED)
    return {"rounds": ROUNDS, "shown once": shown, "erased, so not sent": safe}


def _look(number: int) -> bool:
    """Whether exactly one of four got it."""
    row = cluster_request(f"looked-{number}", state=State.ACTIVE, security=_SECURE)
    password = open_password(row.id, encryptor=wiring.encryptor())
    seen = at_once(*[partial(_show, row)] * 4)
    told = row.events.filter(kind=EventKind.PASSWORD_SHOWN).count()
    return sorted(seen) == sorted([password, "gone", "gone", "gone"]) and told == 1


def _show(row: ClusterRequest) -> str:
    how = {"by": row.requester, "encryptor": wiring.encryptor(), "now": NOON}
    try:
        return show_password(row, **how)
    except PasswordGone:
        return "gone"


def _retry(number: int) -> bool:
    """Whether what is sent again has a password still."""
    row = cluster_request(f"retried-{number}", state=State.FAILED, security=_SECURE)
    later = NOON + timedelta(days=2)
    at_once(
        partial(retry_request, row, by=row.requester, now=NOON),
        partial(erase_due_passwords, now=later),
    )
    row.refresh_from_db()
    kept = AdminPassword.objects.kept().filter(pk=row.pk).exists()
    return kept == (row.state == State.APPROVED)
