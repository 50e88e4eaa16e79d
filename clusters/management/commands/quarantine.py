"""Stops all creates after a restore of a backup, until the clouds were scanned."""

from typing import Any

from django.core.management.base import BaseCommand

from clusters.operations.projects.quarantine import quarantine


class Command(BaseCommand):
    help = (
        "Run after every restore of a backup, before the workers start: no create is sent "
        "in a cloud project before a complete scan of it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        shut = quarantine()
        self.stdout.write(f"{shut} cloud projects wait for a complete scan.")
