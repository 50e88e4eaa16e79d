"""Hand out copies of the kept heads: a line in a file, and mails."""

import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from clusters.domain.signed_head import BadHead
from clusters.models import KeptHead
from clusters.operations.audit.head_mail import mail_with

log = logging.getLogger(__name__)

MAILED_AFTERWARDS: Final = 7
"""How many heads, the newest, are mailed once a mail server works again."""


@dataclass(frozen=True, kw_only=True)
class HeadCopies:
    """
    Where each head that is kept goes, too.

    :param file: the file that its line is appended to; None without one
    :param mail: the addresses that it is mailed to
    :param public_url: scheme://host[:port] of the portal, for the mail
    """

    file: Path | None = None
    mail: tuple[str, ...] = ()
    public_url: str = ""

    @property
    def are_wanting(self) -> bool:
        """Whether a kept head is still to be written or mailed."""
        if self.file and KeptHead.objects.filter(written_at=None).exists():
            return True
        return bool(self.mail and _unmailed())

    def hand_out(self, *, now: datetime) -> None:
        """
        Write and mail what was not yet; what fails is logged, and done the next time.

        Delivery is at least once: a worker that is killed between the server's "250", or
        the end of the line, and the commit does it again.
        """
        if self.file:
            _write(self.file, now)
        if self.mail:
            self._mail(now)

    def _mail(self, now: datetime) -> None:
        for kept in _unmailed():
            try:
                mail_with(kept, to=self.mail, public_url=self.public_url).send()
            except BadHead as error:  # somebody changed the row; verify_audit names it
                log.critical("head.not_mailed", extra={"reason": f"It {error}."})
            except OSError as error:  # what smtplib raises, and what sockets do
                reason = f"{type(error).__name__}: {error}"
                # The reason says it; a traceback each hour would bury it.
                log.error("head.not_mailed", extra={"reason": reason})  # noqa: TRY400
                return
            else:
                KeptHead.objects.filter(pk=kept.pk).update(mailed_at=now)


def _unmailed() -> list[KeptHead]:
    """
    Return the heads to mail, oldest first: those that are newer than the last mailed one.

    Without any, only the newest: it covers what the older ones do, and who has just set
    the address does not want a mail for each day that the portal has run.
    """
    newest_first = KeptHead.objects.order_by("-pk")
    last = newest_first.exclude(mailed_at=None).first()
    if last is None:
        return list(newest_first[:1])
    newer = newest_first.filter(pk__gt=last.pk)
    return list(newer[:MAILED_AFTERWARDS])[::-1]


def _write(file: Path, now: datetime) -> None:
    try:
        for kept in KeptHead.objects.filter(written_at=None).order_by("pk"):
            _append(file, kept.line)
            KeptHead.objects.filter(pk=kept.pk).update(written_at=now)
    except OSError as error:
        # The reason says it; a traceback each hour would bury it.
        log.error("head.not_written", extra={"file": str(file), "reason": str(error)})  # noqa: TRY400


def _append(file: Path, line: str) -> None:
    """Append a line and have it on the disk; one that was cut before is ended first."""
    with file.open("a+b") as opened:
        size = opened.seek(0, os.SEEK_END)
        if size:
            opened.seek(size - 1)
        begun = b"\n" if size and opened.read(1) != b"\n" else b""
        opened.write(begun + line.encode() + b"\n")
        opened.flush()
        os.fsync(opened.fileno())
