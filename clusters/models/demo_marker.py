"""What the demo has made in this database: at most one row."""

from django.db import models


class DemoMarker(models.Model):
    """
    Written in the transaction that makes what it names; whatever it does not name is
    somebody else's, also where it is called alice or demo.

    Ids are kept, because a name can be given to somebody else; neither database gives an
    id out twice.
    """

    user_ids = models.JSONField(default=list)
    cloud_project_id = models.BigIntegerField()
    showcase_id = models.BigIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"cloud project {self.cloud_project_id}"
