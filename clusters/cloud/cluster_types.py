"""What the cloud shows of clusters, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum

from clusters.cloud.spec import REQUEST_TAG, Datastore, Tag
from clusters.cloud.unreadable import LeftOut


class CloudStatus(StrEnum):
    """The status of a cluster or a node; the cloud sends digits in a string."""

    WORKING = "100"
    AVAILABLE = "200"
    UNAVAILABLE = "300"
    BROKEN = "303"
    UNKNOWN = ""


@dataclass(frozen=True, kw_only=True)
class CloudNode:
    """One node of a cluster."""

    status: CloudStatus
    type: str = ""
    name: str = ""
    flavor: str = ""
    zone: str = ""
    ip: str = ""


@dataclass(frozen=True, kw_only=True)
class CloudCluster:
    """
    A cluster as the list or the detail call shows it.

    ``created`` is the cloud's text without a zone: it ranks, it decides nothing.
    ``progress`` is the cloud's own, such as {"CREATING": "5%"}; it is never the state.
    ``garbled`` names each part that could not be read, and so is empty here, with a
    sentence.
    """

    id: str
    name: str
    status: CloudStatus
    raw_status: str = ""
    actions: tuple[str, ...] = ()
    progress: tuple[tuple[str, str], ...] = ()
    failure_code: str = ""
    failure_message: str = ""
    endpoint: str = ""
    created: str = ""
    datastore: Datastore | None = None
    vpc_id: str = ""
    subnet_id: str = ""
    security_group_id: str = ""
    nodes: tuple[CloudNode, ...] = ()
    tags: tuple[Tag, ...] = ()
    garbled: tuple[tuple[str, str], ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether it works: available, nothing running, every node up, an endpoint."""
        return (
            self.status is CloudStatus.AVAILABLE
            and not self.actions
            and bool(self.endpoint)
            and all(node.status is CloudStatus.AVAILABLE for node in self.nodes)
            # What could not be read may say that it does not work yet.
            and not self.is_garbled("actions", "instances")
        )

    @property
    def is_broken(self) -> bool:
        """Whether the cloud gave up on it; it still exists and may bill."""
        return self.status in (CloudStatus.BROKEN, CloudStatus.UNAVAILABLE)

    def tag(self, key: str) -> str:
        """Return the value of a tag, or an empty string."""
        return next((tag.value for tag in self.tags if tag.key == key), "")

    def is_garbled(self, *parts: str) -> bool:
        """Whether one of these parts could not be read."""
        return any(part in parts for part, _ in self.garbled)

    @property
    def may_be_ours(self) -> bool:
        """Whether it could be one of ours that cannot be recognised."""
        return not self.tag(REQUEST_TAG) and self.is_garbled("tags", "name")


@dataclass(frozen=True, kw_only=True)
class ClusterPage:
    """
    One page of the cluster list; ``total`` is None where the cloud leaves it out.

    ``left_out`` are rows that brought no cluster, since their id could not be read or
    stood there twice; ``skipped`` is how many rows before that of the last cluster brought
    none, or one that the page shows twice.
    """

    clusters: tuple[CloudCluster, ...]
    total: int | None
    left_out: tuple[LeftOut, ...] = ()
    skipped: int = 0

    @property
    def rows(self) -> int:
        """How many rows it has, up to that of the last cluster."""
        return len(self.clusters) + self.skipped
