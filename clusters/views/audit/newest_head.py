"""What `/audit/` says of the newest kept head."""

from dataclasses import dataclass
from datetime import datetime

from clusters import wiring
from clusters.domain.signed_head import BadHead, SignedHead, read_line
from clusters.models import KeptHead
from clusters.operations.audit.head_checks import require_ours


@dataclass(frozen=True, kw_only=True)
class NewestHead:
    """
    The head, and what was signed; None if the line is no head of this installation.

    What is shown is what was signed: the row's own columns can be changed without the key.
    """

    kept: KeptHead
    signed: SignedHead | None

    @property
    def at(self) -> datetime:
        """When it was taken."""
        if self.signed is None:
            return self.kept.at
        return datetime.fromisoformat(self.signed.head.at)


def read_newest_head() -> NewestHead | None:
    """Read the head that covers most, as `verify_audit` takes it; None if there is none."""
    kept = KeptHead.objects.order_by("-last_event_id", "-pk").first()
    if kept is None:
        return None
    return NewestHead(kept=kept, signed=_signed_by_us(kept.line))


def _signed_by_us(line: str) -> SignedHead | None:
    try:
        signed = read_line(line)
        require_ours(signed, wiring.audit_keys().known())
    except BadHead:
        return None
    return signed
