"""Django's server for developers, which starts only where its pages can be shown."""

from typing import Any

from django.contrib.staticfiles.management.commands import runserver
from django.core.management.base import CommandError

from clusters.static_files import COLLECT_FIRST, missing_file


class Command(runserver.Command):
    """Look before the reloader starts: what ends inside of it ends without a word."""

    def handle(self, *args: Any, **options: Any) -> None:
        if missing := missing_file():
            raise CommandError(COLLECT_FIRST.format(missing))
        super().handle(*args, **options)
