"""
PostgreSQL's timeline: it changes with each promotion and each point-in-time recovery.

The number is part of the name of every file of the write-ahead log, see
https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES. Other
databases have none.
"""

from django.db import connection
from django.db.models import CharField, Func

from clusters.models import Installation


def is_other_timeline() -> bool:
    """Whether the timeline is not the one that `quarantine_after_failover` has stored."""
    kept = Installation.objects.exclude(timeline="")
    return has_timeline() and kept.exclude(timeline=Timeline()).exists()


def has_timeline() -> bool:
    """Whether this database has timelines: only PostgreSQL does."""
    return connection.vendor == "postgresql"


class Timeline(Func):
    """The timeline: the first eight hexadecimal digits of the current WAL file's name."""

    template = "left(pg_walfile_name(pg_current_wal_lsn()), 8)"
    output_field = CharField()
