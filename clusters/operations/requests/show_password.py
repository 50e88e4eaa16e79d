"""Show the generated password of a cluster's administrator, once."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from clusters.credentials.encryption import Encryptor
from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import AdminPassword, ClusterRequest
from clusters.models.admin_password import PasswordSource
from clusters.operations.core.admin_passwords import (
    PasswordGone,
    open_password,
)
from clusters.operations.core.cluster_rows import lock_request
from clusters.operations.core.expected import Expected
from clusters.operations.core.history import record_under_lock

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def show_password(
    cluster_request: ClusterRequest, *, by: "User", encryptor: Encryptor, now: datetime
) -> str:
    """
    Return the password and erase it; of several calls at once exactly one gets it.

    It is returned after the commit: who loses the answer loses the password, and nobody
    gets it twice.

    :raises PasswordGone: if it was shown or erased before, is nobody's to see, or cannot be
        opened
    :raises MoveNotAllowed: if the cluster is not ready, or this person is not its requester
    """
    request_id = cluster_request.id
    with transaction.atomic():
        lock_request(request_id, Expected({"requester_id": by.pk}), State.ACTIVE)
        password = open_password(request_id, encryptor=encryptor)
        theirs = AdminPassword.objects.kept().filter(
            pk=request_id, source=PasswordSource.GENERATED, reader=by, shown_at=None
        )
        # One UPDATE: a row that is shown is erased (`admin_password_shown_is_erased`).
        if not theirs.update(shown_at=now, sealed="", erased_at=now):
            raise PasswordGone
        record_under_lock(request_id, EventKind.PASSWORD_SHOWN, now=now, actor=by)
        record_under_lock(request_id, EventKind.PASSWORD_ERASED, now=now, actor=by)
    return password
