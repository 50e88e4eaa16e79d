"""The last commit before a create body leaves; it opens once for each claim."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Subquery
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_noop as _

from clusters.domain.engine_settings import GATE_SECONDS
from clusters.domain.states import State
from clusters.models import Attempt, CloudProject, ClusterRequest
from clusters.operations.core.errors import GateShut, WorkerStops
from clusters.operations.core.schema import NEWER, is_newer_schema
from clusters.operations.core.timeline import is_other_timeline
from clusters.operations.provisioning.claim import Claim


class Gate:
    """
    Called by the body's first `read()`, when connection and request head are sent.

    Writes `sent_at`, `answer_by` and the attempt row in one transaction. It raises if
    anything is not certain, and then no byte of the body is sent. `body_sha256` and
    `place_sha256` are the hash of the bytes about to be sent and the fingerprint of the
    place that the client sends to: both have to be the approved ones. `call` is the limit
    of the HTTP call; `is_stopping` says whether the worker was asked to stop.
    """

    def __init__(
        self,
        claim: Claim,
        *,
        body_sha256: str,
        place_sha256: str,
        call: timedelta,
        is_stopping: Callable[[], bool],
    ) -> None:
        self._claim = claim
        self._body_sha256 = body_sha256
        self._place_sha256 = place_sha256
        self._call = call
        self._is_stopping = is_stopping

    def __call__(self) -> None:
        """
        Commit the attempt, or raise.

        :raises WorkerStops: if this worker was asked to stop
        :raises GateShut: if nothing may be sent for another reason
        :raises DatabaseError: if the commit failed, or may have failed
        """
        began = _clocks()
        if self._is_stopping():
            raise WorkerStops(_("The worker was asked to stop."))
        # durable: Django raises if this is nested, where it would commit nothing
        with transaction.atomic(durable=True):
            _require_durable_commit()
            self._require_open_project()
            self._open()
        if any(
            then + GATE_SECONDS < at for then, at in zip(began, _clocks(), strict=True)
        ):
            raise GateShut(_("The gate took too long; the answer could come too late."))

    def _require_open_project(self) -> None:
        if is_newer_schema():
            raise GateShut(NEWER)
        if is_other_timeline():
            raise GateShut(_("The database was promoted or restored meanwhile."))
        projects = CloudProject.objects.with_open_gates()
        if not projects.filter(id=self._claim.cloud_project_id).exists():
            raise GateShut(_("The cloud project is paused."))

    def _open(self) -> None:
        if not self._place_sha256:
            raise GateShut(_("The id of the cloud's project is not known yet."))
        # All conditions are columns of the request: after a wait for its lock PostgreSQL
        # evaluates them again, but not a sub-query on another table.
        opened = ClusterRequest.objects.filter(
            id=self._claim.request_id,
            state=State.SENDING,
            claim=self._claim.number,
            body_sha256=self._body_sha256,
            place_sha256=self._place_sha256,
            cluster=None,
            sent_at__isnull=True,
        ).update(sent_at=Now(), answer_by=Now() + self._call)
        if opened != 1:
            raise GateShut(_("Somebody else owns this request by now."))
        attempts = Attempt.objects.filter(request_id=self._claim.request_id)
        last = Subquery(attempts.order_by("-number").values("number")[:1])
        Attempt.objects.create(
            request_id=self._claim.request_id,
            number=Coalesce(last, 0) + 1,
            claim=self._claim.number,
            body_sha256=self._body_sha256,
            place_sha256=self._place_sha256,
            sent_at=Now(),
        )


def _require_durable_commit() -> None:
    """
    Have PostgreSQL flush this commit to disk, whatever the server's default is.

    https://www.postgresql.org/docs/current/wal-async-commit.html. On SQLite the portal
    sets `synchronous = FULL` for each connection.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = on")


def _clocks() -> tuple[float, float]:
    """Return boot clock and wall clock in seconds; only the first is never set back."""
    boot = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(boot), time.time()
