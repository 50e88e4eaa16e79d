"""Races of a decision with a change of the request."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from clusters import wiring
from clusters.cloud.types import BackupPolicy, Place
from clusters.models import CloudProject, ClusterRequest
from clusters.operations.provisioning.provision import provision_next
from clusters.operations.requests import decide
from clusters.operations.requests.hand_over import hand_over_request
from tests.factories import NOON, submitted, user
from tests.services.racing import ENGINE, ROUNDS, approve, at_once

_PLACED = BackupPolicy(
    period="16:00 GMT+08:00",
    prefix="snapshot",
    keepday=7,
    bucket="css-backup",
    base_path="logs",
    agency="css_obs_agency",
)
"""What both create calls can say."""


def _hand_to_bob(row: ClusterRequest) -> None:
    hand_over_request(row, by=user("olga"), requester="bob", now=NOON)


@dataclass(frozen=True)
class _Elsewhere:
    """A cloud that is never called."""

    place: Place


def heirs() -> dict[str, Any]:
    """Let Bob approve a request while it is handed over to him."""
    own = 0
    for number in range(ROUNDS):
        row = submitted(f"inherited-{number}")
        at_once(partial(approve, row), partial(_hand_to_bob, row))
        kinds = [*row.events.order_by("seq").values_list("kind", flat=True)]
        own += "approve" in kinds[kinds.index("hand_over") :]
        ClusterRequest.objects.update(state="rejected")
    return {"rounds": ROUNDS, "approved one's own": own}


def heirs_in_between() -> dict[str, Any]:
    """Pause Bob's approval before it writes; meanwhile the request is handed over to him."""
    row = submitted("inherited-in-between")
    said = _stands_still(partial(approve, row), partial(_hand_to_bob, row))
    return {"said": said, "state": _state(row), "decisions": row.decisions.count()}


def voids() -> dict[str, Any]:
    """
    Pause Bob's approval; Charlie approves, the API version changes, that decision is void.

    The row waits for a decision again then, with other bytes.
    """
    row = submitted("voided", backup=_PLACED)
    user("charlie", groups=("approvers",))

    def other_bytes() -> None:
        approve(ClusterRequest.objects.get(id=row.id), by="charlie")
        CloudProject.objects.filter(id=row.cloud_project_id).update(api_version="v2")
        provision_next(
            row.cloud_project_id,
            cloud=_Elsewhere(row.cloud_project.place),
            encryptor=wiring.encryptor(),
            engine=ENGINE,
            now=NOON,
        )

    said = _stands_still(partial(approve, row), other_bytes)
    standing = row.decisions.filter(voided_at=None).count()
    CloudProject.objects.update(api_version="v1")
    return {"said": said, "state": _state(row), "standing": standing}


def _stands_still(work: Callable[[], Any], other: Callable[[], Any]) -> Any:
    """Run `work` in a thread that waits, after all that it reads, for `other` to end."""
    has_read, may_write = threading.Event(), threading.Event()
    original = decide.require_free_name

    def wait(row: ClusterRequest) -> None:
        original(row)
        if not has_read.is_set():
            has_read.set()
            may_write.wait(timeout=60)

    decide.require_free_name = wait
    try:
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(at_once, work)
            has_read.wait(timeout=60)
            other()
            may_write.set()
            return slow.result()[0]
    finally:
        decide.require_free_name = original


def _state(row: ClusterRequest) -> str:
    return ClusterRequest.objects.values_list("state", flat=True).get(id=row.id)
