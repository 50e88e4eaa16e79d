"""Django's development server, which starts only if the static files are collected."""

from typing import Any

from django.contrib.staticfiles.management.commands import runserver
from django.core.management.base import CommandError

from clusters.static_files import COLLECT_FIRST, missing_file


class Command(runserver.Command):
    """Checks before the reloader starts, which would hide the message."""

    def handle(self, *args: Any, **options: Any) -> None:
        if missing := missing_file():
            raise CommandError(COLLECT_FIRST.format(missing))
        super().handle(*args, **options)
