"""Compare the history with heads that were taken of it before."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Max

from clusters.domain.signed_head import BadHead, Head, SignedHead, read_line
from clusters.models import Event, KeptHead
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.head_roots import ArchivedChain, LinkRow, Roots
from clusters.operations.audit.signed_by_us import why_not_ours


class HeadCheck:
    """
    Compares events with one head.

    :param called: what a sentence calls the head
    """

    def __init__(self, head: Head, called: str) -> None:
        self._head = head
        self._called = called
        self._roots = Roots(head.last_event)

    @property
    def last_event(self) -> int:
        """The primary key up to which the head covers all events."""
        return self._head.last_event

    def take_archived(self, chains: Iterator[ArchivedChain]) -> None:
        """Take the chains that are not among the events; before the first event."""
        self._roots = Roots(self._head.last_event, chains)

    def add(self, row: LinkRow) -> None:
        """Take in the next event, in the reading order."""
        self._roots.add(row)

    def end(self) -> None:
        """
        Compare, once all events were added.

        :raises Finding: if they are not those that the head covers
        """
        covered, head = self._roots.result(), self._head
        if (covered.events, covered.chains, covered.root) == (
            head.events,
            head.chains,
            head.root,
        ):
            return
        newest = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
        if covered.events != head.events:
            raise Finding(
                f"{self._called} covers {head.events} events up to number"
                f" {head.last_event}, and {covered.events} of them are there; the newest"
                f" event is number {newest}. Events were removed or added since."
            )
        raise Finding(
            f"{self._called} covers {head.events} events up to number {head.last_event},"
            " and so many are there, but with other hashes: chains were changed and"
            " computed anew since."
        )


def require_ours(signed: SignedHead, known_keys: Collection[str]) -> None:
    """
    Check that this installation has signed the head.

    :raises BadHead: if it is of another one, or signed with a key that is not known
    """
    why = why_not_ours(signed.head.installation, signed.public_key, known_keys)
    if why:
        raise BadHead(why)


def kept_at(row: KeptHead) -> str:
    """Return the row's own time in words; SQLite may hold anything there."""
    at: datetime | None = row.at
    return at.isoformat(timespec="seconds") if at else "a time that is none"


def newest_kept(known_keys: Collection[str]) -> HeadCheck | None:
    """
    Return the check against the newest kept head; None if none was kept.

    The newest is the one that covers most: its time is that of a clock.

    :raises Finding: if the head itself is not as this installation has signed it
    """
    row = KeptHead.objects.order_by("-last_event_id", "-pk").first()
    if row is None:
        return None
    called = f"The head that was kept at {kept_at(row)}"
    try:
        signed = read_line(row.line)
        require_ours(signed, known_keys)
    except BadHead as bad:
        raise Finding(f"{called} {bad}.") from None
    return HeadCheck(signed.head, called)
