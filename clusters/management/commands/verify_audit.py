"""Checks the history: chains, rows, decisions, heads."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clusters import wiring
from clusters.domain.signed_head import BadHead
from clusters.domain.untrusted_text import marked
from clusters.management.endings import in_one_sentence
from clusters.operations.audit.archives.reader import ArchiveReader
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.head_files import head_in
from clusters.operations.audit.verify import Counts, verify


class Command(BaseCommand):
    help = (
        "Checks all chains of events; requests, decisions and attempts against them; and "
        "all against the newest kept head; archives, too. Ends with 1 and names the first"
        " bad row."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from-head",
            type=Path,
            metavar="FILE",
            help="also compare with the last head in this file (see export_head)",
        )

        where = parser.add_mutually_exclusive_group()
        where.add_argument(
            "--archives",
            type=Path,
            metavar="FOLDER",
            help="look for archives in this folder before where they were written",
        )
        where.add_argument(
            "--without-archives",
            action="store_true",
            help="compare what is left of archived requests, and read no archive",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with in_one_sentence(
            failed="The history could not be read to its end",
            stopped="Stopped. The history was not read to its end, and nothing is found.",
        ):
            counts = self._verify(options)
        self.stdout.write(
            f"{counts.events} events, {counts.requests} requests, chain ok"
        )

    def _verify(self, options: dict[str, Any]) -> Counts:
        file: Path | None = options["from_head"]
        known_keys = wiring.audit_keys().known()
        try:
            return verify(
                known_keys=known_keys,
                clock=timezone.now,
                archives=self._archives(options),
                from_head=head_in(file, known_keys) if file else None,
                progress=self._progress,
            )
        except (Finding, BadHead) as error:
            raise CommandError(marked(str(error))) from error

    def _archives(self, options: dict[str, Any]) -> ArchiveReader | None:
        if options["without_archives"]:
            if sys.stderr.isatty():
                self.stderr.write("The files of archives are not read.")
            return None
        folder: Path | None = options["archives"]
        if folder is not None and not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        return wiring.archive_reader(folder)

    def _progress(self, events: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"{events} events read")
