"""Match a request to the clusters of a scan: which one, if any, did it make? Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from clusters.cloud.types import REQUEST_TAG, CloudCluster, ClusterSpec

_OLDEST: Final = timedelta(days=1)
"""A cluster created longer than this before its request has a copied tag."""


@dataclass(frozen=True, kw_only=True)
class ListedCluster:
    """
    What matching needs of one listed cluster; snapshots store it as JSON.

    `tag` is the value of `portal-request`, empty without one. `engine` is "type:version".
    `flavors` are the different flavors of its nodes, sorted. `created` is the cloud's
    text, ISO 8601 without a zone. Values that the list does not show are empty or 0.
    `tags_unread` says that tags could not be read, so that `tag` may be missing.
    """

    id: str
    name: str
    tag: str = ""
    engine: str = ""
    flavors: tuple[str, ...] = ()
    nodes: int = 0
    vpc_id: str = ""
    subnet_id: str = ""
    created: str = ""
    tags_unread: bool = False

    @classmethod
    def of(cls, cluster: CloudCluster) -> Self:
        """Return what matching needs of this cluster."""
        return cls(
            id=cluster.id,
            name=cluster.name,
            tag=cluster.tag(REQUEST_TAG),
            engine=str(cluster.datastore) if cluster.datastore else "",
            flavors=tuple(
                sorted({node.flavor for node in cluster.nodes if node.flavor})
            ),
            nodes=len(cluster.nodes),
            vpc_id=cluster.vpc_id,
            subnet_id=cluster.subnet_id,
            created=cluster.created,
            tags_unread=cluster.is_garbled("tags"),
        )

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Return the listed cluster that `to_json` wrote."""
        return cls(**{**data, "flavors": tuple(data["flavors"])})

    def to_json(self) -> dict[str, Any]:
        """Return a dict of JSON types."""
        return {**asdict(self), "flavors": list(self.flavors)}


def as_uuid(text: str) -> UUID | None:
    """Return the UUID in a tag's value; None where it is something else."""
    try:
        return UUID(text)
    except ValueError:
        return None


class Found(StrEnum):
    """What a scan shows for one request."""

    NOTHING = "nothing"
    """No cluster with its tag or name."""
    OURS = "ours"
    """Exactly one cluster, which the request made."""
    FOREIGN = "foreign"
    """A cluster with its name that somebody else made."""
    AMBIGUOUS = "ambiguous"
    """A cluster with its tag or name, of which it cannot be told who made it."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """The result for one request, with the clusters that have its tag or name."""

    found: Found
    candidates: tuple[ListedCluster, ...] = ()

    @property
    def cluster_id(self) -> str:
        """The cloud's id of our cluster; empty unless `found` is OURS."""
        return self.candidates[0].id if self.found is Found.OURS else ""


def match(
    request_id: UUID,
    spec: ClusterSpec,
    listed: Iterable[ListedCluster],
    *,
    asked_at: datetime,
    clean: bool,
    drops_tags: bool = False,
) -> Match:
    """
    Return the cluster of one request, by its tag first, then by its name.

    `asked_at` is when the request was submitted. `clean` says that no attempt may have
    made an unknown cluster; only then is a cluster of this name without our tag certainly
    foreign. `drops_tags` says that this cloud is known not to keep tags: then, after an
    attempt, the name decides, since the scan before the attempt has shown no cluster of
    this name.
    """
    listed_clusters = tuple(listed)
    tagged = tuple(each for each in listed_clusters if each.tag == str(request_id))
    if tagged:
        fits = len(tagged) == 1 and _fits(tagged[0], spec, asked_at)
        return Match(found=Found.OURS if fits else Found.AMBIGUOUS, candidates=tagged)
    named = tuple(each for each in listed_clusters if each.name == spec.name)
    if not named:
        return Match(found=Found.NOTHING)
    if drops_tags and not clean and _is_ours_by_name(named, spec, asked_at):
        return Match(found=Found.OURS, candidates=named)
    # A cloud may drop the tag of our cluster, and may allow equal names. So a cluster is
    # foreign by its name only while none of ours can exist, and if its tags were readable.
    is_foreign = clean and all(each.tag or not each.tags_unread for each in named)
    found = Found.FOREIGN if is_foreign else Found.AMBIGUOUS
    return Match(found=found, candidates=named)


def _is_ours_by_name(
    named: Sequence[ListedCluster], spec: ClusterSpec, asked_at: datetime
) -> bool:
    only = named[0]
    return (
        len(named) == 1
        and not only.tag
        and not only.tags_unread  # they may name another request
        and only.vpc_id == spec.vpc_id
        and only.subnet_id == spec.subnet_id
        and _fits(only, spec, asked_at)
    )


def _fits(seen: ListedCluster, spec: ClusterSpec, asked_at: datetime) -> bool:
    """Whether the cluster has the values of the spec; what is not shown yet may differ."""
    return (
        (not seen.engine or not spec.datastore or seen.engine == str(spec.datastore))
        and (not seen.flavors or seen.flavors == (spec.flavor,))
        and seen.nodes in (0, spec.instance_num)
        and seen.subnet_id in ("", spec.subnet_id)
        and not _too_old(seen.created, asked_at)
    )


def _too_old(created: str, asked_at: datetime) -> bool:
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        return False
    # The cloud's text has no zone; `_OLDEST` is longer than any zone's offset.
    return moment.replace(tzinfo=moment.tzinfo or UTC) < asked_at - _OLDEST
