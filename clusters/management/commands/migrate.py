"""Django's migrate, which also creates the table of a database cache."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Runs createcachetable each time, since CACHE_URL may change after a migration."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            call_command("createcachetable", database=options["database"], verbosity=0)
