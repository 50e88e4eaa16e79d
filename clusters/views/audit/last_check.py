"""What `/audit/` says of the checks of the history."""

from dataclasses import dataclass

from clusters.models import AuditCheck
from clusters.views.audit.fault_kinds import FaultKind, fault_kind


@dataclass(frozen=True, kw_only=True)
class LastCheck:
    """
    The newest check that ended, and the newest of all if that one did not end.

    Such a one still runs, or its process died.
    """

    ended: AuditCheck | None
    unfinished: AuditCheck | None

    @property
    def is_bad(self) -> bool:
        """Whether the newest check that ended has found something."""
        return self.ended is not None and not self.ended.is_good

    @property
    def fault_kind(self) -> FaultKind | None:
        """What the finding means; None if there is none."""
        return fault_kind(self.ended.finding) if self.ended and self.is_bad else None

    @property
    def word(self) -> str:
        """
        The page's `data-check`: `bad`, `unfinished`, `good` or `none`.

        A finding counts until a later check has come to its end without one.
        """
        if self.is_bad:
            return "bad"
        if self.unfinished:
            return "unfinished"
        return "good" if self.ended else "none"


def read_last_check() -> LastCheck:
    """Read both, in one query where the newest check has ended."""
    newest = AuditCheck.objects.newest()
    if newest is None or newest.ended_at:
        return LastCheck(ended=newest, unfinished=None)
    return LastCheck(ended=AuditCheck.objects.ended().newest(), unfinished=newest)
