"""Whether a cluster in a listing is the one that a request asked for. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from clusters.cloud.types import REQUEST_TAG, CloudCluster, ClusterSpec

_OLDEST: Final = timedelta(days=1)
"""A cluster made this long before its request was written is a copy of the tag."""


@dataclass(frozen=True, kw_only=True)
class ListedCluster:
    """
    What matching needs of one listed cluster; goes to JSON and back.

    `tags_unread` is whether some of its tags could not be read; `tag` may be empty then.
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
        """Keep of a listed cluster what matching needs."""
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
        """Return the sighting that `to_json` wrote."""
        return cls(**{**data, "flavors": tuple(data["flavors"])})

    def to_json(self) -> dict[str, Any]:
        """Return it in JSON's own types."""
        return {**asdict(self), "flavors": list(self.flavors)}


def as_uuid(text: str) -> UUID | None:
    """Return the uuid that a tag holds, or None where somebody wrote something else."""
    try:
        return UUID(text)
    except ValueError:
        return None


class Found(StrEnum):
    """What a listing says about one request."""

    NOTHING = "nothing"
    OURS = "ours"
    FOREIGN = "foreign"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, kw_only=True)
class Match:
    """The verdict on one request, with the clusters that it rests on."""

    found: Found
    candidates: tuple[ListedCluster, ...] = ()

    @property
    def cluster_id(self) -> str:
        """The id of our cluster; empty unless exactly one is ours."""
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
    Look for the cluster of one request, by its tag first, then by its name.

    `clean` says that no earlier attempt may have made a cluster; only then is a cluster
    of this name without our tag certainly somebody else's. `drops_tags` says that this
    cloud is known not to keep tags: then, after an attempt, the name must do. Nothing of
    this name was there before the attempt, or it would not have been made.
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
    # A cloud that drops tags shows our own cluster without one, and one that allows
    # equal names shows it beside a stranger's: so a name proves a stranger only while
    # nothing of ours can be there, and only if its tags could be read.
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
        and not only.tags_unread  # it may be known by them as somebody else's
        and only.vpc_id == spec.vpc_id
        and only.subnet_id == spec.subnet_id
        and _fits(only, spec, asked_at)
    )


def _fits(seen: ListedCluster, spec: ClusterSpec, asked_at: datetime) -> bool:
    """Whether what is shown is what was asked; what is not shown yet is no objection."""
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
    # The cloud's text has no zone; a day of slack covers every one of them.
    return moment.replace(tzinfo=moment.tzinfo or UTC) < asked_at - _OLDEST
