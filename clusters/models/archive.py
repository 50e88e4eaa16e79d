"""What is left of requests that were written to an archive and removed."""

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.domain.states import TONES, State, Tone
from clusters.models.visibility import seen_by

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class ArchiveQuerySet(models.QuerySet["Archive"]):
    """Queries for archives."""

    def with_counts(self) -> Self:
        """Those with their columns `requests` and `events`: how many are in them."""
        return self.annotate(
            requests=models.Sum("batches__requests"),
            events=models.Sum("batches__events"),
        )


class Archive(models.Model):
    """
    One archive: a file of batches, written by one run of `manage.py archive`.

    The primary key is in each of its batches' lines. The file is at `path`, unless
    somebody has moved it since.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("written"))
    before = models.DateField(_("ended before"))
    path = models.CharField(_("file"), max_length=1000)
    """The absolute path, when it was written."""
    encrypted_key = models.TextField()
    """
    The key of the requests' lines, as `Encryptor.encrypt_for` wrote it.

    Like the one in the file, but encrypted anew with the newest of ENCRYPTION_KEYS.
    """

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("archive")
        verbose_name_plural = _("archives")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.path


class ArchiveBatch(models.Model):
    """
    One batch of an archive: what was written and removed in one transaction.

    `line` is the signed line that it begins with in the file, at the byte `offset`
    (`clusters.domain.signed_batch`); `requests` and `events` are copies from it.
    """

    archive = models.ForeignKey(
        Archive, on_delete=models.PROTECT, related_name="batches"
    )
    offset = models.PositiveBigIntegerField()
    line = models.TextField()
    requests = models.PositiveIntegerField()
    events = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("batch of an archive")
        verbose_name_plural = _("batches of archives")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"batch {self.pk} in {self.archive.path}"


class ArchivedRequestQuerySet(models.QuerySet["ArchivedRequest"]):
    """Queries for archived requests."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those whose request this user would see."""
        return seen_by(user, self)


class ArchivedRequest(models.Model):
    """
    One request that is in an archive: enough to find it there, and to check its chain.

    The primary key is the id that the request had. `offset` and `length` say which bytes of
    the file are its line. `first_event` and `last_event` are primary keys of events that
    were removed, `events` how many there were, `last_hash` the hash of the last one.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    batch = models.ForeignKey(
        ArchiveBatch, on_delete=models.PROTECT, related_name="archived_requests"
    )
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("name"), max_length=64)
    state = models.CharField(_("state"), max_length=16, choices=State.choices)
    created_at = models.DateTimeField(_("asked"))
    cloud_id = models.CharField(_("cluster id"), max_length=64, blank=True, default="")
    offset = models.PositiveBigIntegerField()
    length = models.PositiveBigIntegerField()
    first_event = models.BigIntegerField()
    last_event = models.BigIntegerField()
    events = models.PositiveIntegerField()
    last_hash = models.CharField(max_length=64)

    objects = ArchivedRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("archived request")
        verbose_name_plural = _("archived requests")

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    @property
    def tone(self) -> Tone:
        """The visual category of the state."""
        return TONES[State(self.state)]
