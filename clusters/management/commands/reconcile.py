"""One pass of what beat does, by hand."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from clusters import wiring
from clusters.operations.upkeep.sweep import run_maintenance


class Command(BaseCommand):
    help = "One pass of what beat does: takes back, wakes and looks. Safe any time."

    def handle(self, *args: Any, **options: Any) -> None:
        taken = run_maintenance(engine=wiring.engine_settings(), now=timezone.now())
        self.stdout.write(f"{taken} requests returned to the queue.")
