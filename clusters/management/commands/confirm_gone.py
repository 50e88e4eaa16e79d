"""Confirms that clusters which scans miss were deleted."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clusters.cloud.text_cleaning import tidy_value
from clusters.models import CloudProject
from clusters.operations.inventory.missing import NotMissing, confirm_gone


class Command(BaseCommand):
    help = (
        "Confirms that these clusters were deleted; check the cloud's console with full "
        "rights first. Scans are then complete without them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the cloud project")
        parser.add_argument("cluster_id", nargs="+", help="as on the request's page")

    def handle(self, *args: Any, **options: Any) -> None:
        project = CloudProject.objects.filter(name=tidy_value(options["name"])).first()
        if project is None:
            raise CommandError("No such cloud project.")
        for cluster_id in map(tidy_value, options["cluster_id"]):
            try:
                confirm_gone(project, cluster_id)
            except NotMissing:
                raise CommandError(f"{cluster_id}: no scan misses it.") from None
            self.stdout.write(f"{cluster_id} counts as deleted.")
