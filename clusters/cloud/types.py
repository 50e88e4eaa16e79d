"""
The interface of the cloud client, and the values that it takes and returns.

Re-exports the values of the neighbouring modules, so that callers import from here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from clusters.cloud.catalog_types import (
    CloudFlavor,
    CloudSecurityGroup,
    CloudSubnet,
    CloudVpc,
    ZoneDisks,
)
from clusters.cloud.cluster_types import (
    CloudCluster,
    CloudNode,
    CloudStatus,
    ClusterPage,
    Reach,
)
from clusters.cloud.place import Place
from clusters.cloud.spec import (
    PASSWORD_REFERENCE,
    REQUEST_TAG,
    BackupPolicy,
    ClusterSpec,
    CreateApi,
    Datastore,
    NodeGroup,
    PublicAccess,
    SecurityMode,
    Tag,
    Volume,
    VpcEndpoint,
)
from clusters.cloud.unreadable import LeftOut, Note, unnoted

__all__ = [
    "PASSWORD_REFERENCE",
    "REQUEST_TAG",
    "BackupPolicy",
    "Cloud",
    "CloudCluster",
    "CloudFlavor",
    "CloudNode",
    "CloudSecurityGroup",
    "CloudStatus",
    "CloudSubnet",
    "CloudVpc",
    "ClusterPage",
    "ClusterSpec",
    "CreateApi",
    "CreateResult",
    "Datastore",
    "GateCallback",
    "LeftOut",
    "NodeGroup",
    "Note",
    "Outcome",
    "Place",
    "PublicAccess",
    "Reach",
    "SecurityMode",
    "Tag",
    "Token",
    "Volume",
    "VpcEndpoint",
    "ZoneDisks",
    "unnoted",
]


# -- signing in and creating --------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Token:
    """
    A project-scoped IAM token.

    Source: IAM API Reference, Obtaining a User Token Through Password Authentication.
    """

    value: str = field(repr=False)
    """For the header X-Auth-Token; up to 16,384 characters. Never in `repr`."""
    issued_at: datetime
    expires_at: datetime
    """Usually 24 hours after `issued_at`; IAM may revoke a token before."""
    project_id: str
    roles: tuple[str, ...] = ()
    """Names of the user's roles in the project, sorted; empty if IAM sent none."""


class Outcome(StrEnum):
    """
    The result of one POST of a create; stored with its attempt.

    `clusters.cloud.huawei.outcome` decides it; docs/architecture.md says what follows.
    """

    NOT_SENT = "not_sent"
    """No byte of the body was sent: nothing was created."""
    ACCEPTED = "accepted"
    """A 2xx with the id of the new cluster."""
    UNAUTHORISED = "unauthorised"
    """The API gateway refused the token; CSS did not see the call."""
    THROTTLED = "throttled"
    """The API gateway refused the rate of calls; CSS did not see the call."""
    REFUSED = "refused"
    """CSS refused the request with an error code: nothing was created."""
    NAME_HELD = "name_held"
    """The cloud says that the name is in use, perhaps by a cluster of ours."""
    BUSY = "busy"
    """CSS processed the call and wants it repeated later."""
    UNKNOWN = "unknown"
    """No response, or one that does not prove whether a cluster was created."""


@dataclass(frozen=True, kw_only=True)
class CreateResult:
    """
    The result of a create call: the outcome, and what the cloud said.

    `code`, `message` and `request_id` are the cloud's own; each may be empty.
    """

    outcome: Outcome
    cluster_id: str = ""
    """Set exactly if the outcome is ACCEPTED."""
    status: int = 0
    """HTTP status; 0 without a response."""
    code: str = ""
    message: str = ""
    request_id: str = ""
    raw: str = ""
    """At most 4,096 bytes of a body that could not be classified."""
    retry_after: float | None = None
    """Seconds of the header Retry-After."""
    token_trouble: bool = False
    """Whether the response blames the token, which the caller then has to drop."""
    token: Token | None = field(default=None, repr=False)
    """The token that the call was made with."""
    not_sent_because: Exception | None = field(default=None, repr=False)
    """For NOT_SENT: what the gate raised, or a CloudError such as SignInRefused."""


GateCallback = Callable[[], None]
"""Called right before the first byte of a create body is sent; raises to prevent it."""


class Cloud(Protocol):
    """
    The calls to one cloud project.

    All of them but `create` raise `clusters.cloud.errors.CloudError`. `note` is called
    with each item of a list that was left out because it could not be read.
    """

    @property
    def place(self) -> Place:
        """The place that this client calls."""

    def create(
        self, body: bytes, *, gate: GateCallback, password: str = ""
    ) -> CreateResult:
        """
        POST the body of a create at most once, to the version that it is written for.

        `password` takes the place of the reference in a body that has one. Calls `gate` right before the first byte. Never raises an Exception: everything
        that can go wrong is an `Outcome`.
        """

    def list_page(self, *, start: int, limit: int) -> ClusterPage:
        """Return `limit` (1 to 1,000) rows of the cluster list from `start` on, from 1."""

    def cluster(self, cluster_id: str) -> CloudCluster:
        """
        Return one cluster.

        :raises ClusterGone: if the cloud does not show it
        """

    def delete(self, cluster_id: str) -> None:
        """Delete one cluster; succeeds as well if it does not exist (any more)."""

    def flavors(self, note: Note = unnoted) -> tuple[CloudFlavor, ...]:
        """Return all flavors, each for every version and role that it is sold for."""

    def disks(self, note: Note = unnoted) -> tuple[ZoneDisks, ...]:
        """Return the volume types of each zone."""

    def vpcs(self, note: Note = unnoted) -> tuple[CloudVpc, ...]:
        """Return all VPCs."""

    def subnets(self, note: Note = unnoted) -> tuple[CloudSubnet, ...]:
        """Return all subnets."""

    def security_groups(self, note: Note = unnoted) -> tuple[CloudSecurityGroup, ...]:
        """Return all security groups."""

    def sign_in(self) -> Token:
        """Return a valid token; signs in only if none is cached."""

    def roles(self, *, anew: bool = False) -> tuple[str, ...]:
        """Return the roles of the user in the project; `anew` signs in to read them."""

    def drop_token(self, token: Token) -> None:
        """Remove this token from the cache, if it is still the cached one."""
