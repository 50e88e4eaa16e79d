"""What goes to the cloud and what comes back, as frozen values in the field's words."""

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
)
from clusters.cloud.place import Place
from clusters.cloud.spec import (
    REQUEST_TAG,
    BackupPolicy,
    ClusterSpec,
    CreateApi,
    Datastore,
    Tag,
    Volume,
)
from clusters.cloud.unreadable import LeftOut, Note, unnoted

__all__ = [
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
    "Note",
    "Outcome",
    "Place",
    "Tag",
    "Token",
    "Volume",
    "ZoneDisks",
    "unnoted",
]


# -- signing in and creating --------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Token:
    """
    A project-scoped IAM token. Its value never shows in ``repr``.

    `roles` are the names of what the IAM user may do in the project; empty if not told.
    """

    value: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    project_id: str
    roles: tuple[str, ...] = ()


class Outcome(StrEnum):
    """What one POST of a create came to; see docs/architecture.md."""

    NOT_SENT = "not_sent"
    """The body was never asked for: nothing can have been created."""
    ACCEPTED = "accepted"
    UNAUTHORISED = "unauthorised"
    """A gateway refused the token before CSS saw the call: not executed."""
    THROTTLED = "throttled"
    """A gateway refused the pace before CSS saw the call: not executed."""
    REFUSED = "refused"
    NAME_HELD = "name_held"
    """The cloud says that the name is taken, perhaps by our own cluster."""
    BUSY = "busy"
    """CSS touched the call and wants it later."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class CreateResult:
    """
    What a create came to, with the cloud's own words. Never an exception.

    ``status`` is 0 where no HTTP status came; ``raw`` holds at most 4 kB of a body that
    could not be read; ``retry_after`` is in seconds; ``token`` is the one that was used.
    ``not_sent_because`` is what held the body back, where the outcome is NOT_SENT: what
    the gate raised, or a CloudError such as SignInRefused.
    """

    outcome: Outcome
    cluster_id: str = ""
    status: int = 0
    code: str = ""
    message: str = ""
    request_id: str = ""
    raw: str = ""
    retry_after: float | None = None
    token_trouble: bool = False
    token: Token | None = field(default=None, repr=False)
    not_sent_because: Exception | None = field(default=None, repr=False)


GateCallback = Callable[[], None]
"""Called right before the first byte of a create body leaves; raises to hold it back."""


class Cloud(Protocol):
    """
    One cloud project as operations see it.

    Reads raise `clusters.cloud.errors.CloudError`; `create` never raises an Exception.
    `note` is told of what was left out of a list since it could not be read.
    """

    @property
    def place(self) -> Place:
        """Where every call of this client goes."""

    def create(self, body: bytes, *, gate: GateCallback) -> CreateResult:
        """POST one create body, once, by the call that this body is for."""

    def list_page(self, *, start: int, limit: int) -> ClusterPage:
        """Read one page of clusters; ``start`` counts from 1."""

    def cluster(self, cluster_id: str) -> CloudCluster:
        """Read one cluster; raises ClusterGone where the cloud does not show it."""

    def delete(self, cluster_id: str) -> None:
        """Delete one cluster; fine if there is none (any more)."""

    def flavors(self, note: Note = unnoted) -> tuple[CloudFlavor, ...]:
        """Read what the cloud sells."""

    def disks(self, note: Note = unnoted) -> tuple[ZoneDisks, ...]:
        """Read which kinds of disk each zone sells."""

    def vpcs(self, note: Note = unnoted) -> tuple[CloudVpc, ...]:
        """Read all VPCs."""

    def subnets(self, note: Note = unnoted) -> tuple[CloudSubnet, ...]:
        """Read all subnets."""

    def security_groups(self, note: Note = unnoted) -> tuple[CloudSecurityGroup, ...]:
        """Read all security groups."""

    def sign_in(self) -> Token:
        """Return a token that is good now; signs in only if none is cached."""

    def roles(self, *, anew: bool = False) -> tuple[str, ...]:
        """Return what IAM lets the user do; of a new login where it is asked anew."""

    def drop_token(self, token: Token) -> None:
        """Forget this token, if it is still the cached one."""
