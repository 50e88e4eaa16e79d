"""
A cluster as the cloud shows it, as immutable values.

Source: CSS API Reference, Querying the Cluster List and Querying Cluster Details.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from clusters.cloud.spec import REQUEST_TAG, Datastore, Tag
from clusters.cloud.unreadable import LeftOut


class CloudStatus(StrEnum):
    """The status of a cluster or of a node; the cloud sends the digits as a string."""

    WORKING = "100"
    """An operation is in progress, such as the creation."""
    AVAILABLE = "200"
    UNAVAILABLE = "300"
    BROKEN = "303"
    """Unavailable, for example because the creation failed."""
    UNKNOWN = ""
    """A status that is not documented, or none; see `CloudCluster.raw_status`."""


@dataclass(frozen=True, kw_only=True)
class CloudNode:
    """One node of a cluster (an item of `instances` in the response)."""

    status: CloudStatus
    type: str = ""
    """Node role: ess (data), ess-cold, ess-master or ess-client."""
    name: str = ""
    flavor: str = ""
    zone: str = ""
    ip: str = ""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """
    How a cluster is reached, and what guards it.

    None means that the response does not say it. A cluster has its public addresses as soon
    as it works.
    """

    https: bool | None = None
    """Whether the endpoint speaks HTTPS (`httpsEnable`)."""
    asks_for_password: bool | None = None
    """Whether the security mode is on (`authorityEnable`)."""
    public_address: str = ""
    """IP:PORT of the cluster in the internet (`publicIp`); empty for none."""
    kibana_address: str = ""
    """IP:PORT of Kibana in the internet (`publicKibanaIp`); empty for none."""
    endpoint_service: str = ""
    """IP of the VPC endpoint (`vpcepIp`), which only the detail call shows."""
    encryption_key_id: str = ""
    """Id of the KMS key that encrypts the disks (`cmkId`); empty for none."""
    is_encrypted: bool | None = None
    """Whether the disks are encrypted (`diskEncrypted`)."""


@dataclass(frozen=True, kw_only=True)
class CloudCluster:
    """
    A cluster as the list call or the detail call shows it.

    A text that is missing in the response is empty here, a list is ().
    """

    id: str
    name: str
    status: CloudStatus
    raw_status: str = ""
    """The status as the cloud wrote it, for one that `CloudStatus` does not know."""
    actions: tuple[str, ...] = ()
    """Operations that run now, such as REBOOTING or GROWING; an open set."""
    progress: tuple[tuple[str, str], ...] = ()
    """
    Pairs such as ("CREATING", "5%"), for display only.

    The vendor's own examples show a progress beside status 200, so the state of a
    cluster is never taken from here.
    """
    failure_code: str = ""
    """Code of `failedReason`, such as CSS.6000."""
    failure_message: str = ""
    """Message of `failedReason`, at most 4,096 characters."""
    endpoint: str = ""
    """IP:PORT, or several of them with commas between; empty while creating."""
    created: str = ""
    """Time of creation as the cloud wrote it, without a time zone: for sorting only."""
    datastore: Datastore | None = None
    vpc_id: str = ""
    subnet_id: str = ""
    security_group_id: str = ""
    nodes: tuple[CloudNode, ...] = ()
    tags: tuple[Tag, ...] = ()
    reach: Reach = Reach()
    garbled: tuple[tuple[str, str], ...] = ()
    """
    Parts of the response that could not be read, each with a sentence that says why.

    The field of such a part is empty, as if the cloud had not sent it.
    """

    @property
    def nodes_by_role(self) -> dict[str, int]:
        """How many nodes of each role there are, in the order of the response."""
        return dict(Counter(node.type for node in self.nodes if node.type))

    @property
    def is_ready(self) -> bool:
        """
        Whether the cluster can be used.

        Status 200 alone is not enough: no operation may run, every node must be
        available and there must be an endpoint.
        """
        return (
            self.status is CloudStatus.AVAILABLE
            and not self.actions
            and bool(self.endpoint)
            and all(node.status is CloudStatus.AVAILABLE for node in self.nodes)
            # A part that could not be read may say that it is not ready.
            and not self.is_garbled("actions", "instances")
        )

    @property
    def is_broken(self) -> bool:
        """Whether the cloud reports it as unavailable; it exists and may still bill."""
        return self.status in (CloudStatus.BROKEN, CloudStatus.UNAVAILABLE)

    def tag(self, key: str) -> str:
        """Return the value of a tag, or an empty string."""
        return next((tag.value for tag in self.tags if tag.key == key), "")

    def is_garbled(self, *parts: str) -> bool:
        """Whether one of these parts of the response could not be read."""
        return any(part in parts for part, _ in self.garbled)

    @property
    def may_be_ours(self) -> bool:
        """
        Whether a request of the portal may have made it, without this being visible.

        True where the tag that names the request is not among the readable ones, and
        name or tags could not be read.
        """
        return not self.tag(REQUEST_TAG) and self.is_garbled("tags", "name")


@dataclass(frozen=True, kw_only=True)
class ClusterPage:
    """One page of the cluster list."""

    clusters: tuple[CloudCluster, ...]
    """The readable clusters; one that the page shows twice comes once."""
    total: int | None
    """`totalSize` of the response; None where the cloud leaves it out."""
    left_out: tuple[LeftOut, ...] = ()
    """Rows that brought no cluster: their id is unreadable, or two rows contradict."""
    skipped: int = 0
    """Rows before that of the last cluster that added no item to `clusters`."""

    @property
    def rows(self) -> int:
        """
        How many rows of the cloud's list the page covers, up to its last cluster.

        The next page starts after them.
        """
        return len(self.clusters) + self.skipped
