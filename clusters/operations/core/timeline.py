"""
PostgreSQL's timeline: another one after each promotion of a standby or restore to a point.

The number is part of the name of every file of the write-ahead log, see
https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES. Other
databases have none.
"""

from django.db import connection
from django.db.models import CharField, Func

from clusters.models import Installation


def is_other_timeline() -> bool:
    """Whether the database has another timeline than `quarantine_after_failover` kept."""
    kept = Installation.objects.exclude(timeline="")
    return has_timeline() and kept.exclude(timeline=Timeline()).exists()


def has_timeline() -> bool:
    """Whether this database has timelines at all."""
    return connection.vendor == "postgresql"


class Timeline(Func):
    """The first eight digits of the name of the log file that is written now."""

    template = "left(pg_walfile_name(pg_current_wal_lsn()), 8)"
    output_field = CharField()
