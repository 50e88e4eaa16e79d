"""
Submit a request: store the spec, the exact body and its SHA-256.

Submitting is idempotent by the submission key, a hidden field of the form.
"""

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.translation import ngettext

from clusters.cloud.huawei.body import sha256_of
from clusters.cloud.types import ClusterSpec
from clusters.credentials.encryption import Encryptor
from clusters.credentials.generated_password import generated_password
from clusters.domain import spec_json
from clusters.domain.events import EventKind
from clusters.domain.states import OPEN
from clusters.models import CloudProject, ClusterRequest
from clusters.models.admin_password import PasswordSource
from clusters.operations.core.admin_passwords import is_password_of, keep_password
from clusters.operations.core.history import record_under_lock
from clusters.operations.core.request_body import body_of, placed
from clusters.operations.requests.watchers import names_without, store_watchers

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class SubmittedDifferently(Exception):
    """The submission key was used before, with other content."""


class TooManyOpen(Exception):
    """This person has reached the limit of pending and moving requests."""


@dataclass(frozen=True, kw_only=True)
class SubmissionData:
    """
    The content of the form.

    `labels` maps ids to the names that were shown for them, `watchers` are user names.
    `own_password` is what the person typed for the administrator; None has the portal make
    one. Without a security mode it is ignored.
    """

    spec: ClusterSpec
    reason: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    watchers: tuple[str, ...] = ()
    own_password: str | None = field(default=None, repr=False)

    @property
    def password_source(self) -> PasswordSource | None:
        """Who makes the password; None if the cluster asks for none."""
        if self.spec.security is None:
            return None
        is_generated = self.own_password is None
        return PasswordSource.GENERATED if is_generated else PasswordSource.OWN


def submit_request(
    *,
    requester: "User",
    cloud_project: CloudProject,
    submission: SubmissionData,
    submission_key: uuid.UUID,
    encryptor: Encryptor,
    now: datetime,
    max_open: int | None = None,
) -> ClusterRequest:
    """
    Store a pending request; return the existing one for the same key and content.

    The password of a security mode is stored with it, encrypted by `encryptor`.
    `max_open` is how many requests of one person may be pending or moving at a time, None
    for no limit, as for those of the demo.

    :raises SubmittedDifferently: if the key was used for other content
    :raises TooManyOpen: if this would exceed `max_open`
    :raises clusters.operations.requests.watchers.WrongWatchers: if a watcher is nobody
    """
    cluster_request = _new_request(
        requester, cloud_project, submission, submission_key, now
    )
    try:
        with transaction.atomic():
            if max_open is not None:
                _require_below_limit(requester, submission_key, max_open)
            cluster_request.save(force_insert=True)
            watchers = store_watchers(cluster_request, requester, submission.watchers)
            _keep_password(cluster_request, submission, encryptor)
            record_under_lock(
                cluster_request.id,
                EventKind.SUBMIT,
                now=now,
                actor=requester,
                states=("", cluster_request.state),
                data={
                    "body_sha256": cluster_request.body_sha256,
                    "reason": submission.reason,
                },
                names=watchers,
            )
    except IntegrityError:
        return _existing_submission(cluster_request, submission, encryptor)
    return cluster_request


def submitted_before(
    requester: "User",
    cloud_project: CloudProject,
    submission: SubmissionData,
    submission_key: uuid.UUID,
    *,
    encryptor: Encryptor,
) -> ClusterRequest | None:
    """
    Return the request with this key and content; None if there is none.

    Asked before validation: the catalog may have changed since the first submit.
    """
    first = ClusterRequest.objects.filter(
        requester=requester,
        submission_key=submission_key,
        submission_sha256=_fingerprint(cloud_project, submission, requester),
    ).first()
    if first and not _has_same_password(first, submission, encryptor):
        return None
    return first


def _require_below_limit(
    requester: "User", submission_key: uuid.UUID, max_open: int
) -> None:
    """
    Count under a lock on the person's row, so that concurrent submits cannot exceed it.

    SQLite has no row locks and needs none: its transactions begin with a lock on the
    database (BEGIN IMMEDIATE). A key that was used before passes: the unique constraint
    then leads to the first request.

    :raises TooManyOpen: if the limit is reached
    """
    people = get_user_model().objects.select_for_update(no_key=True)
    people.only("pk").get(pk=requester.pk)
    mine = ClusterRequest.objects.asked_by(requester.pk)
    if mine.in_states(list(OPEN)).count() < max_open:
        return
    if not mine.filter(submission_key=submission_key).exists():
        raise TooManyOpen(
            ngettext(
                "You have %(count)s request that is not finished, and nobody may have"
                " more. Wait for it to end, or cancel it.",
                "You have %(count)s requests that are not finished, and nobody may have"
                " more. Wait for one to end, or cancel one.",
                max_open,
            )
            % {"count": max_open}
        )


def _new_request(
    requester: "User",
    cloud_project: CloudProject,
    submission: SubmissionData,
    submission_key: uuid.UUID,
    now: datetime,
) -> ClusterRequest:
    request_id = uuid.uuid4()
    spec = placed(submission.spec, cloud_project)
    body = body_of(spec, request_id, cloud_project.create_api)
    return ClusterRequest(
        id=request_id,
        cloud_project=cloud_project,
        requester=requester,
        requester_name=requester.get_username(),
        submission_key=submission_key,
        submission_sha256=_fingerprint(cloud_project, submission, requester),
        name=spec.name,
        reason=submission.reason,
        spec=spec_json.to_json(spec),
        labels=submission.labels,
        flavor=spec.flavor,
        instance_num=spec.instance_num,
        body=body.decode(),
        body_sha256=sha256_of(body),
        created_at=now,
        moved_at=now,
    )


def _keep_password(
    cluster_request: ClusterRequest, submission: SubmissionData, encryptor: Encryptor
) -> None:
    if source := submission.password_source:
        own = submission.own_password
        password = generated_password() if own is None else own
        keep_password(cluster_request, password, source, encryptor=encryptor)


def _fingerprint(
    cloud_project: CloudProject, submission: SubmissionData, requester: "User"
) -> str:
    """
    Return the SHA-256 of what was sent, but for the password: nothing derived from one stays.
    """
    content: list[Any] = [
        cloud_project.name,
        spec_json.to_json(submission.spec),
        submission.reason,
    ]
    # Left out where there are none, as in fingerprints of before there were watchers.
    if watchers := names_without(requester, submission.watchers):
        content.append(watchers)
    if submission.password_source:
        content.append(submission.password_source.value)
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _has_same_password(
    first: ClusterRequest, submission: SubmissionData, encryptor: Encryptor
) -> bool:
    """Whether the same password was typed; once it is erased, nobody can tell."""
    if submission.password_source is not PasswordSource.OWN:
        return True
    typed = submission.own_password or ""
    return is_password_of(first.id, typed, encryptor=encryptor)


def _existing_submission(
    again: ClusterRequest, submission: SubmissionData, encryptor: Encryptor
) -> ClusterRequest:
    first = ClusterRequest.objects.get(
        requester=again.requester, submission_key=again.submission_key
    )
    is_same = first.submission_sha256 == again.submission_sha256
    if not is_same or not _has_same_password(first, submission, encryptor):
        raise SubmittedDifferently(
            f"The form of request {first.id} was sent again with other content."
        )
    return first
