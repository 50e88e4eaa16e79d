"""One pass of what beat does, by hand."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from clusters.operations.reconcile import reconcile


class Command(BaseCommand):
    help = "Take back what dead workers held, and wake whatever is due. Safe any time."

    def handle(self, *args: Any, **options: Any) -> None:
        taken = reconcile(now=timezone.now())
        self.stdout.write(f"{taken} requests taken back.")
