"""Compare the heads that are kept with the events that tell of them."""

from clusters.domain.events import EventKind
from clusters.domain.signed_head import BadHead, read_line
from clusters.models import KeptHead
from clusters.models.event_row import EventRow, read_json
from clusters.operations.audit.chains import named
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.heads import sha256_of_line


class KeptHeads:
    """Each kept head has the event that tells of it, and each such event its head."""

    def __init__(self) -> None:
        self._told: dict[str, EventRow] = {}

    def add(self, row: EventRow) -> None:
        """Take in the next event."""
        if not row.request_id and row.kind == EventKind.HEAD_KEPT:
            self._told[str(read_json(row.data).get("sha256"))] = row

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
    return f"kept head {kept.pk} of {kept.at.isoformat(timespec='seconds')}"


def _is_as_its_line(kept: KeptHead) -> bool:
    try:
        head = read_line(kept.line).head
    except BadHead:
        return False
    return (kept.at.isoformat(), kept.last_event_id, kept.events) == (
        head.at,
        head.last_event,
        head.events,
    )
