"""What one person is to be told of one event: kept until a mail has told it."""

from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from clusters.domain.engine_settings import LONGEST_WAIT
from clusters.models.event import Event


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self) -> Self:
        """Those that may be sent now, by the database's clock."""
        return self.filter(sent_at=None, due_at__lte=Now())


_FURTHEST: Final = 2 * LONGEST_WAIT
"""
What rests for longer was written by a clock that was ahead.

Twice the longest wait, since whoever waits for a row's lock compares with a moment before
that of whoever had it.
"""


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def resting(self) -> Self:
        """Those that get no mail now, by the database's clock."""
        return self.filter(rests_until__gt=Now(), rests_until__lte=Now() + _FURTHEST)

    def free(self) -> Self:
        """Those that may get a mail now, by the database's clock."""
        return self.filter(
            models.Q(rests_until=None)
            | models.Q(rests_until__lte=Now())
            | models.Q(rests_until__gt=Now() + _FURTHEST)
        )


class Mail(models.Model):
    """
    `due_at` is when it may be tried (again), empty once nobody tries any more.

    `error` is why the last try failed, or why it was never needed.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="mails")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True, default="")

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "person"], name="mail_is_one_for_each_person"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(due_at__isnull=False),
                name="mail_due",
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk} about {self.event_id}"


class Mailbox(models.Model):
    """
    When one person may get the next mail; what is due until then goes into that one.

    `rests_until` is also the lease of the worker that is writing to this person now. One
    beyond LONGEST_WAIT was written by a clock that was wrong, and counts as none.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mailbox"
    )
    rests_until = models.DateTimeField(null=True, blank=True)

    objects = MailboxQuerySet.as_manager()

    def __str__(self) -> str:
        return f"mailbox of {self.person_id}"
