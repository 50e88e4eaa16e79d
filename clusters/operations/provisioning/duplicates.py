"""The alarm that must never ring: a second cluster of one request."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from clusters.domain.events import EventKind
from clusters.models import ClusterRequest
from clusters.models.request_columns import Needs
from clusters.operations.core.history import record_event

log = logging.getLogger(__name__)


def alarm_duplicate(
    request_id: UUID, cluster_id: str, *, known: str, now: datetime
) -> None:
    """Write down one second cluster, once, and call an operator."""
    with transaction.atomic():
        row = ClusterRequest.objects.select_for_update().get(id=request_id)
        if row.cloud_id == cluster_id:
            return
        told = row.events.filter(
            kind=EventKind.DUPLICATE_SEEN, data__cluster_id=cluster_id
        )
        if told.exists():
            return
        data = {"cluster_id": cluster_id, "known_cluster_id": known}
        record_event(request_id, EventKind.DUPLICATE_SEEN, now=now, data=data)
        ClusterRequest.objects.filter(id=request_id).update(needs=Needs.OPERATOR)
    extra = {"request_id": str(request_id), **data}
    log.critical(EventKind.DUPLICATE_SEEN.value, extra=extra)
