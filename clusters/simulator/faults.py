"""What is switched on now, and what the next calls are to meet."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from clusters.simulator.clusters import Cluster
from clusters.simulator.create_faults import CreateFault
from clusters.simulator.rights import WHOLE_ACCOUNT, Rights
from clusters.simulator.site import Site
from clusters.simulator.switches import (
    ListKind,
    Rejection,
    Switches,
    read_switches,
)


class Faults:
    """The switches as whoever runs the simulator set them, and calls used them up."""

    def __init__(
        self, clock: Callable[[], float], rights: Rights = WHOLE_ACCOUNT
    ) -> None:
        self._clock = clock
        self._rights = rights
        self._switches = Switches()
        self._stuck_since = 0.0

    def arm(self, wanted: Mapping[str, object]) -> None:
        """
        Throw switches by name; None puts one back, others stay as they are.

        :raises UnknownFault: with a sentence; then nothing is changed
        """
        read = read_switches(wanted)
        if read.get("stuck_at") is not None:
            self._stuck_since = self._clock()
        self._set(**read)

    def disarm(self) -> None:
        """Put every switch back."""
        self._switches = Switches()

    def as_json(self) -> dict[str, object]:
        """Return what is switched on."""
        return self._switches.as_json()

    @property
    def now(self) -> Switches:
        """The switches as they stand."""
        return self._switches

    def take_create_fault(self) -> CreateFault | None:
        """Return what this create is to meet, and use it up."""
        switches = self._switches
        if switches.next_create:
            self._set(next_create=None)
            return switches.next_create.fault
        if switches.create:
            self._set(create=switches.create[1:])
            return switches.create[0]
        return switches.every_create

    def take_list_answer(self) -> ListKind | None:
        """Return what this list is to say in place of the truth, and use it up."""
        answer = self._switches.list_answer
        if answer is None:
            return None
        if answer.times is not None:
            rest = replace(answer, times=answer.times - 1)
            self._set(list_answer=rest if rest.times else None)
        return answer.kind

    def take_delete_between_pages(self) -> str | None:
        """Return which cluster goes when this page of the list is out."""
        reference = self._switches.delete_between_pages
        self._set(delete_between_pages=None)
        return reference

    def take_rejection(self) -> bool:
        """Whether this call's token is taken for a bad one."""
        rejection = self._switches.reject_tokens
        if rejection is Rejection.ONCE:
            self._set(reject_tokens=None)
        return rejection is not None

    def site(self, site: Site) -> Site:
        """Return the site as the switches leave it."""
        switches = self._switches
        if switches.quota is not None:
            site = replace(site, cluster_quota=switches.quota)
        if switches.sold_out is not None:
            site = replace(site, stock=site.stock.without_flavor(switches.sold_out))
        return site

    def may_see(self, cluster: Cluster) -> bool:
        """Whether the IAM user's rights reach this cluster's enterprise project."""
        return self.rights.reach(cluster.order.enterprise_project_id)

    @property
    def rights(self) -> Rights:
        """The IAM user's rights as the switches leave them."""
        narrowed_to = self._switches.narrowed_to
        return self._rights if narrowed_to is None else Rights(narrowed_to)

    def moment_of(self, cluster: Cluster) -> float:
        """Return the moment at which a cluster stands; a stuck one gets no older."""
        now, stuck_at = self._clock(), self._switches.stuck_at
        if stuck_at is None or cluster.built_at <= self._stuck_since:
            return now
        lasts = cluster.built_at - cluster.created_at
        return min(now, cluster.created_at + lasts * stuck_at / 100)

    def _set(self, **positions: object) -> None:
        # The readers of the switches saw to the types, which ** cannot carry.
        fresh = replace(self._switches, **positions)  # type: ignore[arg-type] # see above
        self._switches = fresh
