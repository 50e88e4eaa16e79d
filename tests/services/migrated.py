"""A migrated, empty database, made once and copied for each portal that wants one."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from tests import postgres
from tests.services.stack import Stack

_SQLITE = "sqlite:///"


class MigratedDatabases:
    """
    A file of SQLite and a database of PostgreSQL, each made at the first wish for one.

    Migrating takes a portal about as long as all of its processes take to start.
    """

    def __init__(self, folder: Path, until_the_end: ExitStack) -> None:
        self._file = folder / "migrated.sqlite3"
        self._name = ""
        self._until_the_end = until_the_end

    def copy_to(self, stack: Stack) -> None:
        """Put a copy where this portal looks for its database."""
        if stack.database_url.startswith(_SQLITE):
            self._copy_file(stack)
        else:
            self._copy_database(stack)

    def _copy_file(self, stack: Stack) -> None:
        if not self._file.exists():
            replace(stack, database_url=f"{_SQLITE}{self._file}").manage("migrate")
        shutil.copyfile(self._file, stack.database_url.removeprefix(_SQLITE))

    def _copy_database(self, stack: Stack) -> None:
        wanted = urlsplit(stack.database_url).path.removeprefix("/")
        with postgres.connect() as server:
            if not self._name:
                self._name = f"portal_test_migrated_{uuid.uuid4().hex}"
                self._until_the_end.callback(_drop, self._name)
                postgres.create(server, self._name)
                made = replace(stack, database_url=postgres.url_of(self._name))
                made.manage("migrate")
            postgres.drop(server, wanted)
            postgres.create(server, wanted, like=self._name)


@contextmanager
def migrated_databases(folder: Path) -> Iterator[MigratedDatabases]:
    """Give them, and drop them afterwards."""
    with ExitStack() as until_the_end:
        yield MigratedDatabases(folder, until_the_end)


def _drop(name: str) -> None:
    with postgres.connect() as server:
        postgres.drop(server, name)
