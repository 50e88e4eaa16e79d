"""Steps that the tests about creating share."""

from typing import Any

from clusters.cloud.huawei.body import build_body, canonical_bytes
from clusters.cloud.types import Outcome
from clusters.models import CloudProject, ClusterRequest
from tests.factories import spec


def reload(row: ClusterRequest) -> ClusterRequest:
    """Return the row as it is in the database now."""
    return ClusterRequest.objects.get(id=row.id)


def make_foreign_cluster(cloud, name: str = "logs-search", **changes: Any) -> None:
    """Let somebody outside the portal create a cluster of this name."""
    body = canonical_bytes(build_body(spec(name, **changes)))
    assert cloud.create(body, gate=lambda: None).outcome is Outcome.ACCEPTED


def make_due() -> None:
    """Make every request and cloud project due."""
    ClusterRequest.objects.update(due_at=None)
    CloudProject.objects.update(due_at=None)
