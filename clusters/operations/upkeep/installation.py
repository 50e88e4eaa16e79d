"""Two portals must never share one copy of the rows."""

from clusters.models import Installation
from clusters.operations.core.db_retry import retry_until_saved
from clusters.operations.core.schema import check_schema
from clusters.operations.projects.quarantine import quarantine_after_failover

_ONLY = 1


class ForeignDatabase(Exception):
    """The database belongs to another installation."""


def check_before_work(installation_id: str) -> None:
    """
    Make sure that these rows are ours to work on; wait for a database that is away.

    Also for one that only reads: what a failover has forgotten cannot be noted there.

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
    Compare the environment's id with the database's; the first one ever is kept.

    An empty id is not checked, and takes no other's place. Its row is made all the same:
    it keeps the timeline of the database, and a changed one has to be noticed.

    :raises ForeignDatabase: if they differ
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
