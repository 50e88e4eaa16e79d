"""Runs one pass of the maintenance that beat runs periodically."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from clusters import wiring
from clusters.operations.upkeep.sweep import run_maintenance


class Command(BaseCommand):
    help = (
        "Returns the requests of stopped workers to the queue, and starts due work and "
        "scans, as beat does periodically. Safe at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        taken = run_maintenance(engine=wiring.engine_settings(), now=timezone.now())
        self.stdout.write(f"{taken} requests returned to the queue.")
