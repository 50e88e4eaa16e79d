"""The rows that the demo has created in this database: at most one marker."""

from django.db import models


class DemoMarker(models.Model):
    """
    The ids of the users and cloud projects of the demo.

    Written in the transaction that creates them. The demo changes only rows named here:
    others are somebody else's, even if they are called alice or demo. Ids and not names,
    because a name can be reused and an id is not.
    """

    user_ids = models.JSONField(default=list)
    """A list of integers."""
    cloud_project_id = models.BigIntegerField()
    """The cloud project that the simulator serves."""
    showcase_id = models.BigIntegerField()
    """The paused cloud project with a request in each state (`demo.showcase`)."""
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"cloud project {self.cloud_project_id}"
