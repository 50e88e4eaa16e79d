"""A cloud project with many clusters, some of them ours, that answers at once."""

from clusters.cloud.types import (
    REQUEST_TAG,
    CloudCluster,
    CloudStatus,
    ClusterPage,
    Tag,
)
from clusters.models import CloudProject, ClusterRequest


class Crowd:
    """The reading half of `clusters.cloud.types.Cloud`; nobody waits for a network."""

    def __init__(self, project: CloudProject) -> None:
        self.place = project.place
        rows = ClusterRequest.objects.filter(cloud_project=project, state="active")
        alive = rows.filter(cluster__health="").values_list(
            "id", "cluster__cloud_id", "name"
        )
        self.clusters = tuple(
            CloudCluster(
                id=cluster_id,
                name=name,
                status=CloudStatus.AVAILABLE,
                raw_status="200",
                endpoint="192.168.0.11:9200",
                tags=(Tag(key=REQUEST_TAG, value=str(request_id)),),
            )
            for request_id, cluster_id, name in alive
        )

    def list_page(self, *, start: int, limit: int) -> ClusterPage:
        """Return one page."""
        page = self.clusters[start - 1 : start - 1 + limit]
        return ClusterPage(clusters=page, total=len(self.clusters))

    def roles(self, *, anew: bool = False) -> tuple[str, ...]:
        """Return the same roles, however often it is asked."""
        return ("reader",)

    def cluster(self, cluster_id: str) -> CloudCluster:
        """Return one cluster."""
        return next(each for each in self.clusters if each.id == cluster_id)
