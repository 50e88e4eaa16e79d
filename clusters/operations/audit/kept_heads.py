"""Compare the heads that are kept with the events that tell of them."""

from datetime import datetime

from clusters.domain.events import EventKind
from clusters.domain.signed_head import BadHead, read_line
from clusters.models import KeptHead
from clusters.models.event_row import EventRow, read_json
from clusters.operations.audit.chains import named
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.head_checks import kept_at
from clusters.operations.audit.heads import sha256_of_line


class KeptHeads:
    """Each kept head has the event that tells of it, and each such event its head."""

    def __init__(self) -> None:
        self._told: dict[str, EventRow] = {}

    def add(self, row: EventRow) -> None:
        """Take in the next event."""
        if not row.request_id and row.kind == EventKind.HEAD_KEPT:
            data = read_json(row.data)
            said = data.get("sha256") if isinstance(data, dict) else ""
            self._told[str(said)] = row

    def end(self) -> None:
        """
        Compare, once all events were added.

        :raises Finding: at the first head or event that has no counterpart
        """
        told = dict(self._told)
        for kept in KeptHead.objects.order_by("pk").iterator():
            if told.pop(sha256_of_line(kept.line), None) is None:
                raise Finding(f"No event tells of {_called(kept)}.")
            if not _is_as_its_line(kept):
                raise Finding(f"{_called(kept)} is not what its line says.")
        for event in told.values():
            raise Finding(
                f"The installation: {named(event)} tells of a head that is not there."
            )


def _called(kept: KeptHead) -> str:
    return f"kept head {kept.pk} of {kept_at(kept)}"


def _is_as_its_line(kept: KeptHead) -> bool:
    try:
        head = read_line(kept.line).head
    except BadHead:
        return False
    at: datetime | None = kept.at
    return (at and at.isoformat(), kept.last_event_id, kept.events) == (
        head.at,
        head.last_event,
        head.events,
    )
