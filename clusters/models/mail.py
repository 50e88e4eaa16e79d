"""Mails about events, one row for each event and recipient, and their pace."""

from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from clusters.domain.engine_settings import LONGEST_WAIT
from clusters.models.event import Event


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self) -> Self:
        """Mails that may be sent now, by the database's clock."""
        return self.filter(sent_at=None, due_at__lte=Now())


_FURTHEST: Final = 2 * LONGEST_WAIT
"""
A `rests_until` further ahead was written by a clock that was wrong, and is ignored.

Twice the longest wait, since `Now()` is the start of a transaction, which may have waited
for the lock of a row that another one has written since.
"""


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def resting(self) -> Self:
        """Mailboxes that get no mail now, by the database's clock."""
        return self.filter(rests_until__gt=Now(), rests_until__lte=Now() + _FURTHEST)

    def free(self) -> Self:
        """Mailboxes that may get a mail now, by the database's clock."""
        return self.filter(
            models.Q(rests_until=None)
            | models.Q(rests_until__lte=Now())
            | models.Q(rests_until__gt=Now() + _FURTHEST)
        )


class Mail(models.Model):
    """
    What one person is to be told of one event.

    Several due rows of a person are sent as one mail.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="mails")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField(null=True, blank=True)
    """When it is tried (again); null once it was sent, given up, or is not needed."""
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True, default="")
    """Why the last try failed, or why no mail was needed."""

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
    The pace of one person's mails: what becomes due until the next one goes into it.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mailbox"
    )
    rests_until = models.DateTimeField(null=True, blank=True)
    """
    No mail is sent to the person before; null: none was sent yet.

    Also the lease of the worker that is sending one now. By the database's clock.
    """

    objects = MailboxQuerySet.as_manager()

    def __str__(self) -> str:
        return f"mailbox of {self.person_id}"
