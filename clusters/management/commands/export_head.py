"""Prints a signed head of the history."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clusters import wiring
from clusters.domain.untrusted_text import marked
from clusters.management.endings import in_one_sentence
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.heads import HistoryBusy, take_head
from clusters.operations.audit.signing_keys import KeyLost


class Command(BaseCommand):
    help = (
        "Prints one line of JSON: a signed head over all chains of events. Keep it where "
        "nobody who writes to the database can change it, for verify_audit --from-head."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with in_one_sentence(
            failed="No head could be taken", stopped="Stopped. No head was taken."
        ):
            line = self._head()
        self.stdout.write(line)

    def _head(self) -> str:
        try:
            return take_head(wiring.audit_keys(), now=timezone.now())
        except (Finding, HistoryBusy, KeyLost) as error:
            raise CommandError(marked(str(error))) from None
