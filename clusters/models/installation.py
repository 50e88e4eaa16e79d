"""Which installation this database belongs to: at most one row."""

from django.db import models


class Installation(models.Model):
    """The id must equal INSTALLATION_ID of the environment, or no worker starts."""

    installation_id = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.installation_id
