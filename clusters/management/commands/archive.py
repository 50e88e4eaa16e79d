"""Moves requests that ended long ago from the database to a file."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clusters import wiring
from clusters.domain.untrusted_text import marked
from clusters.management.endings import in_one_sentence
from clusters.operations.audit.archives.write import (
    Archived,
    ArchiveRefused,
    archive_requests,
)
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.heads import HistoryBusy
from clusters.operations.audit.signing_keys import KeyLost
from clusters.operations.upkeep.writable import takes_changes


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no date such as 2026-01-31") from None


class Command(BaseCommand):
    help = (
        "Writes requests that ended before a day, and whose cluster is gone, to a new file, "
        "encrypted and signed, and removes them from the database. verify_audit reads both "
        "together, so keep the file as long as the portal, and a copy of it elsewhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--before", required=True, type=_day, metavar="DATE", help="YYYY-MM-DD"
        )
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        if not takes_changes():
            raise CommandError("The database takes no changes now.")
        path: Path = options["file"]
        self._done = Archived()
        with in_one_sentence(
            failed="The database did not take the change", stopped="Stopped."
        ):
            self._archive(path, options["before"])

    def _archive(self, path: Path, before: date) -> None:
        try:
            archive_requests(
                path,
                before=before,
                keys=wiring.audit_keys(),
                encryptor=wiring.encryptor(),
                clock=timezone.now,
                done=self._done,
                after_batch=self._progress,
            )
        except (ArchiveRefused, Finding, HistoryBusy, KeyLost) as error:
            raise CommandError(marked(str(error))) from None
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
        finally:
            self._say_what_to_keep(path.absolute())
        if not self._done.batches:
            self.stdout.write("No request is to be archived, and no file was made.")

    def _say_what_to_keep(self, path: Path) -> None:
        """Say it whatever has ended the command."""
        if self._done.batches:
            self.stdout.write(f"{self._so_far()} are in {path}. Keep it.")
        elif self._done.is_removing:
            self.stdout.write(
                f"Requests that are in {path} may have been removed. Keep it."
            )

    def _so_far(self) -> str:
        return f"{self._done.requests} requests with {self._done.events} events"

    def _progress(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"{self._done.requests} requests archived")
