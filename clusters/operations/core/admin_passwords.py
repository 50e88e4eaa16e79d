"""
Keep, open and erase the administrator's password of a request (ADR 34).

Every write happens under the lock of the request's row, which the caller holds: so nobody
sends or shows what somebody else is erasing.
"""

import hmac
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from clusters.credentials.encryption import (
    DecryptionFailed,
    EncryptedForAnotherUse,
    Encryptor,
)
from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import AdminPassword, Attempt, ClusterRequest
from clusters.models.admin_password import PasswordSource
from clusters.operations.core.history import record_under_lock

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_NEVER_SENT_AGAIN: Final = (State.REJECTED, State.CANCELLED, State.EXPIRED)
"""States from which no create leaves any more."""


class PasswordGone(Exception):
    """The password was erased, or no key opens it: nobody can send or show it."""


def keep_password(
    cluster_request: ClusterRequest,
    password: str,
    source: PasswordSource,
    *,
    encryptor: Encryptor,
) -> None:
    """Store the password of a new request, encrypted for this request only."""
    AdminPassword.objects.create(
        request=cluster_request,
        source=source,
        sealed=encryptor.encrypt_for(_purpose(cluster_request.id), password),
        reader_id=cluster_request.requester_id,
    )


def open_password(request_id: UUID, *, encryptor: Encryptor) -> str:
    """
    Return the password of this request.

    :raises PasswordGone: if there is none, or it cannot be opened
    """
    kept = AdminPassword.objects.kept().filter(pk=request_id)
    sealed = kept.values_list("sealed", flat=True).first()
    if sealed is None:
        raise PasswordGone
    try:
        return encryptor.decrypt_for(_purpose(request_id), sealed)
    except (DecryptionFailed, EncryptedForAnotherUse):
        raise PasswordGone from None


def is_password_of(request_id: UUID, password: str, *, encryptor: Encryptor) -> bool:
    """Whether it is the password of this request; True as well once that is gone."""
    try:
        kept = open_password(request_id, encryptor=encryptor)
    except PasswordGone:
        return True
    return hmac.compare_digest(kept.encode(), password.encode())


def pass_to_heir(cluster_request: ClusterRequest, new_requester: "User") -> None:
    """Let the new requester be shown the password, if it was not sent before."""
    if not Attempt.objects.filter(request_id=cluster_request.pk).exists():
        kept = AdminPassword.objects.kept().filter(pk=cluster_request.pk)
        kept.update(reader=new_requester)


def erase_password(request_id: UUID, *, now: datetime) -> bool:
    """
    Overwrite the ciphertext and write the event, unless it was done before.

    :return: whether there was something to erase
    """
    kept = AdminPassword.objects.kept().filter(pk=request_id)
    if not kept.update(sealed="", erased_at=now):
        return False
    record_under_lock(request_id, EventKind.PASSWORD_ERASED, now=now)
    return True


def erase_after_move(request_id: UUID, state: State, *, now: datetime) -> None:
    """
    Erase what nobody needs after a transition to this state.

    One that was typed is known to its author: it goes as soon as the cluster works. After
    a cancellation the cluster of a lost answer may still show up; then the end of the
    late watch erases it.
    """
    rows = AdminPassword.objects.kept().filter(pk=request_id)
    if state is State.ACTIVE:
        rows = rows.filter(source=PasswordSource.OWN)
    elif state not in _NEVER_SENT_AGAIN:
        return
    if rows.exists() and not _may_show_up(request_id, state):
        erase_password(request_id, now=now)


def _may_show_up(request_id: UUID, state: State) -> bool:
    if state is not State.CANCELLED:
        return False
    made = Attempt.objects.that_may_have_or_has_created()
    return made.filter(request_id=request_id).exists()


def _purpose(request_id: UUID) -> tuple[str, str]:
    return "admin password", str(request_id)
