"""Django's migrate, which also makes the cache's table and the history's triggers."""

from contextlib import suppress
from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import DatabaseError

from clusters.operations.audit.triggers import drop_triggers, mend_triggers


class Command(migrate.Command):
    """
    Drops the triggers before the first migration that runs, and makes them anew at the end.

    A migration may move rows of the history. SQLite would lose the triggers of a table that
    is made anew, and refuse to rename a table that another one's trigger names.
    createcachetable runs each time, since CACHE_URL may change after a migration.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        self._database: str = options["database"]
        try:
            super().handle(*args, **options)
        except BaseException:
            # The error that stopped it is the one to be told of.
            with suppress(DatabaseError):
                mend_triggers(self._database)
            raise
        mend_triggers(self._database)
        call_command("createcachetable", database=self._database, verbosity=0)

    def migration_progress_callback(
        self, action: str, migration: Any = None, fake: bool = False
    ) -> None:
        """Called by Django around each migration, before its transaction."""
        if action in ("apply_start", "unapply_start"):
            drop_triggers(self._database)
        super().migration_progress_callback(action, migration, fake)
