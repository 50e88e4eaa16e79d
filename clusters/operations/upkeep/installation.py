"""Check that this process may work on this database: its schema and its installation."""

from clusters.models import Installation
from clusters.operations.core.db_retry import retry_until_saved
from clusters.operations.core.schema import check_schema
from clusters.operations.projects.quarantine import quarantine_after_failover

_ONLY = 1


class ForeignDatabase(Exception):
    """The database belongs to another installation."""


def check_before_work(installation_id: str) -> None:
    """
    Check schema and installation and quarantine after a failover, before any work.

    Waits for a database that is away or read-only, where a quarantine cannot be stored.

    :raises ForeignDatabase: see `check_installation`
    :raises clusters.operations.core.schema.OtherSchema: see `check_schema` there
    """

    def check() -> None:
        check_schema()
        check_installation(installation_id)
        quarantine_after_failover()

    retry_until_saved(check, event="worker.waits_for_database")


def check_installation(installation_id: str) -> None:
    """
    Compare `INSTALLATION_ID` with the id in the database; store the first one ever.

    An empty id is neither checked nor stored. The row is created in any case, since it
    also holds the database's timeline.

    :raises ForeignDatabase: if the ids differ
    """
    kept, _ = Installation.objects.get_or_create(
        id=_ONLY, defaults={"installation_id": installation_id}
    )
    if not installation_id:
        return
    unnamed = Installation.objects.filter(id=_ONLY, installation_id="")
    if unnamed.update(installation_id=installation_id):
        return
    kept.refresh_from_db()
    if kept.installation_id != installation_id:
        raise ForeignDatabase(
            "this database belongs to another installation. A copy of a portal needs "
            "its own database; after a move set the id of the old one."
        )
