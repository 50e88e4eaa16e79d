"""What somebody sent after their session had ended, kept for them for a while."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import models


class KeptFormQuerySet(models.QuerySet["KeptForm"]):
    """What is asked about kept forms."""

    def of(self, person_id: int, browser_id: str) -> "KeptFormQuerySet":
        """Those of one person in one browser: one, or none."""
        return self.filter(person_id=person_id, browser_id=browser_id)

    def fresh(self, now: datetime) -> "KeptFormQuerySet":
        """Those whose hour is not over."""
        return self.filter(expires_at__gt=now)


class KeptForm(models.Model):
    """
    One form of one person in one browser; a later one takes its place.

    `sealed` holds the fields and the page that they belong to; it opens for this person
    and this browser only. The sweep deletes a row when `expires_at` is over.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    browser_id = models.CharField(max_length=64)
    sealed = models.TextField()
    expires_at = models.DateTimeField()

    objects = KeptFormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "browser_id"], name="kept_form_one_a_browser"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="kept_form_expired")]

    def __str__(self) -> str:
        return f"a form of person {self.person_id}"
