"""A migrated, empty database, made once and copied for each portal."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from tests import postgres
from tests.services.apart import run_apart
from tests.services.stack import Stack
from tests.shared import database_once, once

_SQLITE = "sqlite:///"


class MigratedDatabases:
    """
    A file of SQLite and a database of PostgreSQL, each made at the first wish for one.

    Migrating takes a portal about as long as all of its processes take to start. All
    processes of a test run share what is made in this folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def copy_to(self, stack: Stack) -> None:
        """Put a copy where this portal looks for its database."""
        self.copy(stack.database_url)

    def copy(self, url: str) -> None:
        """Put a copy where this URL leads to, in place of what is there."""
        if url.startswith(_SQLITE):
            migrated = once(self._folder / "migrated.sqlite3", _make_file)
            shutil.copyfile(migrated, url.removeprefix(_SQLITE))
        else:
            self._copy_database(urlsplit(url).path.removeprefix("/"))

    def _copy_database(self, wanted: str) -> None:
        migrated = database_once(self._folder, "migrated", _make_database)
        with postgres.connect() as server:
            postgres.drop(server, wanted)
            postgres.create(server, wanted, like=migrated)


def _make_file(file: Path) -> None:
    _migrate(f"{_SQLITE}{file}")


def _make_database(name: str) -> None:
    with postgres.connect() as server:
        postgres.drop(server, name)
        postgres.create(server, name)
    _migrate(postgres.url_of(name))


def _migrate(url: str) -> None:
    migrate = "from django.core.management import call_command; call_command('migrate')"
    done = run_apart(migrate, DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
