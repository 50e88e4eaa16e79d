"""Moves requests that ended long ago from the database to a file."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from clusters import wiring
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
        try:
            self._archive(path, options["before"])
        except (ArchiveRefused, Finding, HistoryBusy, KeyLost) as error:
            raise CommandError(self._with_done(str(error), path)) from None
        except KeyboardInterrupt:
            raise CommandError(self._with_done("Interrupted.", path)) from None
        except DatabaseError as error:
            said = f"The database did not take the change: {error}"
            raise CommandError(self._with_done(said, path)) from error
        if self._done.batches:
            self.stdout.write(f"{self._so_far()} are in {path.absolute()}.")
        else:
            self.stdout.write("No request is to be archived, and no file was made.")

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
        except OSError as error:
            raise ArchiveRefused(
                f"{path} cannot be written: {error.strerror}."
            ) from None

    def _with_done(self, said: str, path: Path) -> str:
        if self._done.batches:
            said += f" Until then, {self._so_far()} were written to {path}; keep it."
        elif self._done.is_removing:
            said += f" Requests that are in {path} may have been removed; keep it."
        return said

    def _so_far(self) -> str:
        done = self._done
        return f"{done.requests} requests with {done.events} events"

    def _progress(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"{self._done.requests} requests archived")
