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
            half = self._file.with_suffix(".half")
            replace(stack, database_url=f"{_SQLITE}{half}").manage("migrate")
            half.rename(self._file)
        shutil.copyfile(self._file, stack.database_url.removeprefix(_SQLITE))

    def _copy_database(self, stack: Stack) -> None:
        wanted = urlsplit(stack.database_url).path.removeprefix("/")
        with postgres.connect() as server:
            if not self._name:
                name = f"portal_test_migrated_{uuid.uuid4().hex}"
                self._until_the_end.callback(_drop, name)
                postgres.create(server, name)
                replace(stack, database_url=postgres.url_of(name)).manage("migrate")
                self._name = name
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
