"""Prints the requests of an archive."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from clusters import wiring
from clusters.operations.audit.archives.printing import PrintedBatch, printed_batches
from clusters.operations.audit.archives.reader import ArchiveUnread


class Command(BaseCommand):
    help = (
        "Prints each request of an archive as one line of JSON: the request, its cluster, "
        "its decisions, attempts and events. Needs ENCRYPTION_KEYS of this installation."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--request", type=UUID, metavar="ID", help="print only this request"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._print(options["file"], options["request"])
        except ArchiveUnread as error:
            raise CommandError(str(error)) from None
        except BrokenPipeError:
            # Who reads the output has seen enough. Python writes the rest when it exits.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _print(self, file: Path, wanted: UUID | None) -> None:
        is_found = wanted is None
        for batch in self._batches(file):
            for request_id, text in batch.requests:
                if wanted is None or request_id == str(wanted):
                    self.stdout.write(text)
                    is_found = True
        if not is_found:
            raise CommandError(f"Request {wanted} is not in {file}.")

    def _batches(self, file: Path) -> Iterator[PrintedBatch]:
        batches = printed_batches(
            file, encryptor=wiring.encryptor(), known_keys=wiring.audit_keys().known()
        )
        for batch in batches:
            if not batch.is_known and sys.stderr.isatty():
                self.stderr.write(
                    f"The batch at byte {batch.offset} is not in this database: its"
                    " requests were not removed from it."
                )
            yield batch
