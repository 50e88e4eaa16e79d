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
    Called by the body's first read, when connection and request head are up.

    Writes `sent_at`, `answer_by` and the attempt row in one transaction. Whatever is not
    certain shuts it, and then not one byte of the body leaves. `body_sha256` is the hash
    of the bytes that would leave, `place_sha256` the place that they would leave for:
    both have to be the approved ones.
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
        Open, or raise.

        :raises WorkerStops: if this worker was asked to stop
        :raises GateShut: if nothing may be sent for another reason
        :raises DatabaseError: if the commit failed, or may have failed
        """
        began = _clocks()
        if self._is_stopping():
            raise WorkerStops(_("The worker was asked to stop."))
        # durable: within somebody else's transaction this would commit nothing
        with transaction.atomic(durable=True):
            _commit_for_sure()
            self._refuse_closed_project()
            self._open()
        if any(
            then + GATE_SECONDS < at for then, at in zip(began, _clocks(), strict=True)
        ):
            raise GateShut(_("The gate took too long; the answer could come too late."))

    def _refuse_closed_project(self) -> None:
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
        # The condition stands on the request's own row: PostgreSQL does not look again
        # into other tables after a wait for a lock.
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


def _commit_for_sure() -> None:
    """Ask PostgreSQL for a durable commit; SQLite's is (`synchronous = FULL`)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = on")


def _clocks() -> tuple[float, float]:
    """Boot clock and wall clock: the first sees a sleep of the machine, both a pause."""
    boot = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(boot), time.time()
