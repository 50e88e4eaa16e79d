"""The installation that this database belongs to: at most one row."""

from django.db import models


class Installation(models.Model):
    """
    The identity of the database, which shows that it is a copy or was restored.

    `operations.upkeep.installation` compares it with the environment and the server.
    """

    installation_id = models.CharField(max_length=64)
    """Must equal INSTALLATION_ID of the environment, or no worker starts. Nothing is
    compared if neither is set."""
    timeline = models.CharField(max_length=8, blank=True, default="")
    """
    Timeline id of PostgreSQL, eight hexadecimal digits; empty with SQLite.

    Another one than stored means that a standby was promoted or a backup restored
    (PostgreSQL documentation, Continuous Archiving, Timelines).
    """
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.installation_id
