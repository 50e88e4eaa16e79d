"""After every restore of a backup: send nothing before the cloud was looked at."""

from typing import Any

from django.core.management.base import BaseCommand

from clusters.operations.projects.quarantine import quarantine


class Command(BaseCommand):
    help = (
        "Run after every restore of a backup, before the workers start: no gate opens "
        "until each cloud project had a complete scan."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        shut = quarantine()
        self.stdout.write(f"{shut} cloud projects wait for a complete scan.")
