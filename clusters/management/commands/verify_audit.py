"""Checks the history: chains, rows, decisions, heads."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clusters.operations.audit.findings import Finding
from clusters.operations.audit.verify import verify


class Command(BaseCommand):
    help = (
        "Checks all chains of events, and requests, decisions and attempts against them. "
        "Ends with 1 and names the first bad row if something was changed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = verify(clock=timezone.now, progress=self._progress)
        except Finding as finding:
            raise CommandError(str(finding)) from None
        self.stdout.write(
            f"{counts.events} events, {counts.requests} requests, chain ok"
        )

    def _progress(self, events: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"{events} events read")
