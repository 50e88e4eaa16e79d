"""Django's flush, for the tests' own database only: a history is never emptied."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connections, transaction

from clusters.operations.audit.triggers import drop_triggers, install_triggers


class Command(flush.Command):
    """Called by Django's TransactionTestCase; opens the history by dropping the triggers."""

    help = "Empties the database of a test run; refuses any other."

    def handle(self, **options: Any) -> None:
        database: str = options["database"]
        if not _is_of_tests(database):
            raise CommandError(
                "Only the database of a test run can be flushed: this one may have a"
                " history, which nobody deletes. Make a new database instead."
            )
        # One transaction: a flush that fails leaves the triggers as they were.
        with transaction.atomic(using=database):
            drop_triggers(database)
            super().handle(**options)
            install_triggers(database)


def _is_of_tests(database: str) -> bool:
    """Whether Django's test runner has made this database, under the name of its TEST."""
    settings = connections[database].settings_dict
    return str(settings["NAME"]) == str(settings["TEST"]["NAME"])
