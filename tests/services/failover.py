"""A portal on a PostgreSQL that is read-only for a while, as in a failover."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from psycopg import sql

from tests import postgres
from tests.services.migrated import MigratedDatabases
from tests.services.stack import Stack


@contextmanager
def stack_on_postgres(
    folder: Path, database_url: str, queue: str, migrated: MigratedDatabases
) -> Iterator[Stack]:
    """Start the whole portal, and stop it."""
    made = Stack(
        folder=folder,
        database_url=database_url,
        broker_url=f"filesystem://{folder}/broker",
        queue=queue,
    )
    try:
        yield made.start(migrate=migrated.copy_to)
    finally:
        made.stop()


def let(stack: Stack, *, only_read: bool) -> None:
    """Change the mode of new connections, and end the existing ones."""
    name = urlsplit(stack.database_url).path.removeprefix("/")
    words = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}")
    with postgres.connect() as server:
        server.execute(words.format(sql.Identifier(name), sql.Literal(only_read)))
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [name],
        )
