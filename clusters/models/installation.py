"""Which installation this database belongs to: at most one row."""

from django.db import models


class Installation(models.Model):
    """
    The id must equal INSTALLATION_ID of the environment, or no worker starts; where
    neither is set nothing is compared.

    `timeline` is PostgreSQL's, eight hexadecimal digits; another one means that a standby
    was promoted, or a backup restored.
    """

    installation_id = models.CharField(max_length=64)
    timeline = models.CharField(max_length=8, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.installation_id
