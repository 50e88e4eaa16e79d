"""The faults that are injected now, and how requests use them up."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from clusters.simulator.clusters import Cluster
from clusters.simulator.create_faults import CreateFault
from clusters.simulator.rights import WHOLE_ACCOUNT, Rights
from clusters.simulator.site import Site
from clusters.simulator.switches import (
    ListFaultKind,
    Rejection,
    Switches,
    read_switches,
)


class Faults:
    """
    The current switches, with the effects that they have on the services.

    The ``consume_`` methods return a fault for the current request and use it up.
    """

    def __init__(
        self, clock: Callable[[], float], rights: Rights = WHOLE_ACCOUNT
    ) -> None:
        self._clock = clock
        self._rights = rights
        self._switches = Switches()
        self._stuck_since = 0.0

    def inject(self, wanted: Mapping[str, object]) -> None:
        """
        Set switches by name; None resets one, switches that are not named stay.

        :raises UnknownFault: with a message for a person; then nothing is changed
        """
        read = read_switches(wanted)
        if read.get("stuck_at") is not None:
            self._stuck_since = self._clock()
        self._set(**read)

    def clear(self) -> None:
        """Reset every switch to its default."""
        self._switches = Switches()

    def as_json(self) -> dict[str, object]:
        """Return the switches that differ from their defaults, as data for JSON."""
        return self._switches.as_json()

    @property
    def active(self) -> Switches:
        """The current value of every switch."""
        return self._switches

    def consume_create_fault(self) -> CreateFault | None:
        """Return the fault of this create: next_create, else queued, else every_create."""
        switches = self._switches
        if switches.next_create:
            self._set(next_create=None)
            return switches.next_create.fault
        if switches.create:
            self._set(create=switches.create[1:])
            return switches.create[0]
        return switches.every_create

    def consume_list_fault(self) -> ListFaultKind | None:
        """Return the fault for this list request, or None for a correct response."""
        fault = self._switches.list_answer
        if fault is None:
            return None
        if fault.times is not None:
            rest = replace(fault, times=fault.times - 1)
            self._set(list_answer=rest if rest.times else None)
        return fault.kind

    def consume_delete_between_pages(self) -> str | None:
        """Return which cluster to delete after this page of the list, or None."""
        reference = self._switches.delete_between_pages
        self._set(delete_between_pages=None)
        return reference

    def consume_token_rejection(self) -> bool:
        """Whether to reject the valid token of this request."""
        rejection = self._switches.reject_tokens
        if rejection is Rejection.ONCE:
            self._set(reject_tokens=None)
        return rejection is not None

    def apply_to_site(self, site: Site) -> Site:
        """Return the site with the injected quota and the flavor that is sold out."""
        switches = self._switches
        if switches.quota is not None:
            site = replace(site, cluster_quota=switches.quota)
        if switches.sold_out is not None:
            site = replace(
                site, stock=site.stock.with_flavor_sold_out(switches.sold_out)
            )
        return site

    def may_see(self, cluster: Cluster) -> bool:
        """Whether the IAM user may see this cluster, by its enterprise project."""
        return self.rights.covers(cluster.order.enterprise_project_id)

    @property
    def rights(self) -> Rights:
        """The IAM user's permissions, limited by ``narrowed_to`` if that is set."""
        narrowed_to = self._switches.narrowed_to
        return self._rights if narrowed_to is None else Rights(narrowed_to)

    def effective_time(self, cluster: Cluster) -> float:
        """Return the time at which to evaluate a cluster; for a stuck one it stops."""
        now, stuck_at = self._clock(), self._switches.stuck_at
        if stuck_at is None or cluster.built_at <= self._stuck_since:
            return now
        lasts = cluster.built_at - cluster.created_at
        return min(now, cluster.created_at + lasts * stuck_at / 100)

    def _set(self, **positions: object) -> None:
        # The readers in `switches` check the types; ** hides them from the checker.
        fresh = replace(self._switches, **positions)  # type: ignore[arg-type] # see above
        self._switches = fresh
