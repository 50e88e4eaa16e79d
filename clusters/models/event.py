"""The history: append-only events in chains, each with the hash of the one before."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clusters.models import event_format
from clusters.models.cloud_project import CloudProject
from clusters.models.request import ClusterRequest


class Subject(models.TextChoices):
    """What a chain of events is about; the value is stored."""

    REQUEST = "request", _("request")
    PERSON = "person", pgettext_lazy("what a history is of", "person")
    GROUP = "group", _("group")
    CLOUD_PROJECT = "cloud_project", _("cloud project")
    INSTALLATION = "installation", _("installation")


_MODELS: dict[type[models.Model], Subject] = {
    ClusterRequest: Subject.REQUEST,
    User: Subject.PERSON,
    Group: Subject.GROUP,
    CloudProject: Subject.CLOUD_PROJECT,
}


def subject_kind_of(subject: models.Model) -> Subject:
    """
    Return the kind of chain of this row.

    :raises KeyError: if rows of this model have no chain
    """
    # Not type(): `request.user` is a lazy object, whose `__class__` is that of the user.
    return _MODELS[subject.__class__]


class EventQuerySet(models.QuerySet["Event"]):
    """Queries for chains of events."""

    def of_subject(self, kind: str, subject_id: object) -> Self:
        """
        Return the chain of a subject.

        :param kind: a `Subject`
        :param subject_id: its primary key; empty for the installation
        """
        # `request=None` is part of the query because the index of these chains has it
        # as its condition.
        if kind == Subject.REQUEST:
            return self.filter(request_id=subject_id)
        return self.filter(
            request=None, subject_kind=kind, subject_id=str(subject_id or "")
        )


class Event(models.Model):
    """
    One event in the chain of one subject. Never changed, except to erase a name.

    The hash of an event covers its content and the hash of the event before it, so that
    a changed or missing event is noticed; `clusters.models.event_format` has the rules.
    A person's name is stored beside a salt and a digest, and the hash covers the digest
    only: name and salt can be erased, and the chain stays valid.
    """

    format = models.PositiveSmallIntegerField(default=2, db_default=1, editable=False)
    """Which rules the hash follows, 1 or 2 (`clusters.models.event_format`)."""
    subject_kind = models.CharField(
        _("subject"),
        max_length=16,
        choices=Subject.choices,
        default=Subject.REQUEST,
        db_default=Subject.REQUEST,
    )
    """A `Subject`. Requests are named by `request`, with an empty `subject_id`."""
    subject_id = models.CharField(max_length=36, blank=True, default="", db_default="")
    """Primary key of the subject as text; empty for a request and the installation."""
    request = models.ForeignKey(
        ClusterRequest,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
        verbose_name=_("request"),
    )
    seq = models.PositiveIntegerField(_("number"))
    """Number within the chain, from 1 on without a gap."""
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=40)
    """A `clusters.domain.events.EventKind`, or a kind that an older version wrote."""
    from_state = models.CharField(max_length=16, blank=True, default="")
    """State of the request before; empty if the event does not change it."""
    to_state = models.CharField(max_length=16, blank=True, default="")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who caused it; null for the portal itself."""
    actor_name = models.CharField(_("person"), max_length=150, blank=True, default="")
    """Name of the actor at that time; empty for the portal, or once it was erased."""
    actor_salt = models.CharField(
        max_length=32, blank=True, default="", db_default="", editable=False
    )
    actor_digest = models.CharField(
        max_length=64, blank=True, default="", db_default="", editable=False
    )
    data = models.JSONField(default=dict)
    """Details by the kind of event; in format 2 without names and addresses of people."""
    names = models.JSONField(default=dict, db_default={}, editable=False)
    """
    Names and addresses of people that the event is about.

    {key: {"digest", "salt", "text", "person"}}, where `person` is the user's id or null.
    """
    correlation_id = models.CharField(max_length=64, blank=True, default="")
    """Id of the HTTP request or task that wrote it, as in the log."""
    previous_hash = models.CharField(max_length=64, blank=True, default="")
    """Hash of the event before it in the chain; empty for the first."""
    hash = models.CharField(max_length=64)
    """SHA-256 in hexadecimal; see `expected_hash`."""

    pseudonyms: Mapping[int, str] = MappingProxyType({})
    """User names that stand for erased ones; see `clusters.models.erased_names`."""

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "seq"], name="event_is_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "seq"],
                condition=Q(request__isnull=True),
                name="event_of_subject_is_numbered_once",
            ),
            models.CheckConstraint(
                name="event_has_one_subject",
                condition=Q(
                    request__isnull=False, subject_kind=Subject.REQUEST, subject_id=""
                )
                | Q(request__isnull=True) & ~Q(subject_kind=Subject.REQUEST),
            ),
        ]

    def __str__(self) -> str:
        kind, subject_id = self.subject
        return f"{self.kind} ({self.seq}) of {kind} {subject_id}"

    @property
    def subject(self) -> tuple[str, str]:
        """What the event is about: a `Subject` and the primary key as text."""
        if self.request_id:
            return Subject.REQUEST.value, str(self.request_id)
        return self.subject_kind, self.subject_id

    @property
    def shown_actor(self) -> str:
        """Name of the actor, or the pseudonym that stands for an erased one."""
        return self.actor_name or self.pseudonyms.get(self.actor_id or 0, "")

    def name_of(self, key: str) -> str:
        """Return the name that is stored under this key, or what stands for an erased one."""
        kept = self.names.get(key) or {}
        # Events of format 1 have their names in `data`.
        name = str(kept.get("text", "") if kept else self.data.get(key) or "")
        return name or self.pseudonyms.get(kept.get("person") or 0, "")

    def erased_people(self) -> set[int]:
        """Return the ids of the people whose names were erased from this event."""
        kept = [
            each.get("person") for each in self.names.values() if not each.get("text")
        ]
        return {
            pk for pk in (self.actor_id if not self.actor_name else None, *kept) if pk
        }

    def keep_names(self, names: Mapping[str, event_format.Named]) -> None:
        """Set these names, and the actor's, each with a new salt and its digest; unsaved."""
        actor = event_format.salted_name((self.actor_name, None))
        if self.actor_name:
            self.actor_salt, self.actor_digest = actor["salt"], actor["digest"]
        self.names = {k: event_format.salted_name(each) for k, each in names.items()}

    def expected_hash(self) -> str:
        """Return what `hash` must be; another value means that the event was changed."""
        return event_format.hash_of(self.hashed())

    def is_intact(self) -> bool:
        """Whether hash and names are as they were written; a name may be erased."""
        return self.hash == self.expected_hash() and all(
            event_format.is_true_name(each) for each in self._all_names()
        )

    def hashed(self) -> dict[str, Any]:
        """Return what the hash covers, by the rules of the event's format."""
        common = {
            "previous": self.previous_hash,
            "seq": self.seq,
            "kind": self.kind,
            "from": self.from_state,
            "to": self.to_state,
            "data": self.data,
            "correlation": self.correlation_id,
        }
        if self.format == 1:
            return common | {
                "request": str(self.request_id),
                "at": self.at.isoformat(),
                "actor": self.actor_name,
            }
        return common | {
            "format": self.format,
            "subject": self.subject,
            "at": event_format.moment(self.at),
            "actor": [self.actor_id, self.actor_digest],
            "names": {
                key: [each.get("person"), each.get("digest")]
                for key, each in self.names.items()
            },
        }

    def _all_names(self) -> list[dict[str, Any]]:
        if self.format == 1:
            return []
        actor = {
            "digest": self.actor_digest,
            "salt": self.actor_salt,
            "text": self.actor_name,
        }
        return [actor, *self.names.values()]
