"""Forms that were submitted after the session had ended, kept for an hour."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import models


class KeptFormQuerySet(models.QuerySet["KeptForm"]):
    """Queries for kept forms."""

    def of(self, person_id: int, browser_id: str) -> "KeptFormQuerySet":
        """Forms of one person in one browser: one, or none."""
        return self.filter(person_id=person_id, browser_id=browser_id)

    def fresh(self, now: datetime) -> "KeptFormQuerySet":
        """Forms that have not expired."""
        return self.filter(expires_at__gt=now)


class KeptForm(models.Model):
    """
    One submitted form of one person in one browser; a later one replaces it.

    After the person has signed in again, the page is filled with it.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    browser_id = models.CharField(max_length=64)
    """Random id from a signed cookie of the browser."""
    sealed = models.TextField()
    """Ciphertext of the fields and their page, for this person and browser only."""
    expires_at = models.DateTimeField()
    """When the sweep deletes the row."""

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
