"""One line of history: append-only, chained by hash."""

from collections.abc import Mapping
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
    """What a chain of events tells of."""

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
    """Return what kind of chain this row has; KeyError where it has none."""
    # Whoever is signed in comes as a lazy object, whose type is another one.
    return _MODELS[subject.__class__]


class EventQuerySet(models.QuerySet["Event"]):
    """Questions about chains."""

    def of_subject(self, kind: str, subject_id: object) -> Self:
        """
        Return the chain of a request, a person, a group, a cloud project.

        `request IS NULL` is said too: it is the condition of the index of those chains.
        """
        if kind == Subject.REQUEST:
            return self.filter(request_id=subject_id)
        return self.filter(
            request=None, subject_kind=kind, subject_id=str(subject_id or "")
        )


class Event(models.Model):
    """
    `kind` is one of `clusters.domain.events.EventKind`, or one that an older version wrote.

    Each subject has its own chain, numbered by `seq` from 1 on without a gap. A request's
    events name it by `request`; those of other subjects by `subject_kind` and
    `subject_id` (the primary key as text; empty for the installation, which is one).

    `hash` covers the event and `previous_hash`, the hash of the event before it in its
    chain, so a changed or missing line shows. How it is computed says `format`; the
    rules stand in `clusters.models.event_format`. Names of people are kept beside their
    salt and digest, and the hash covers the digest only: so a name can be erased, salt
    and all, and the chain stays valid. `data` holds no name and no address of a person;
    `names` does: {key: {"digest", "salt", "text", "person"}}, `person` the user's id.
    """

    format = models.PositiveSmallIntegerField(default=2, db_default=1, editable=False)
    subject_kind = models.CharField(
        _("subject"),
        max_length=16,
        choices=Subject.choices,
        default=Subject.REQUEST,
        db_default=Subject.REQUEST,
    )
    subject_id = models.CharField(max_length=36, blank=True, default="", db_default="")
    request = models.ForeignKey(
        ClusterRequest,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
        verbose_name=_("request"),
    )
    seq = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=40)
    from_state = models.CharField(max_length=16, blank=True, default="")
    to_state = models.CharField(max_length=16, blank=True, default="")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_name = models.CharField(_("person"), max_length=150, blank=True, default="")
    actor_salt = models.CharField(
        max_length=32, blank=True, default="", db_default="", editable=False
    )
    actor_digest = models.CharField(
        max_length=64, blank=True, default="", db_default="", editable=False
    )
    data = models.JSONField(default=dict)
    names = models.JSONField(default=dict, db_default={}, editable=False)
    correlation_id = models.CharField(max_length=64, blank=True, default="")
    previous_hash = models.CharField(max_length=64, blank=True, default="")
    hash = models.CharField(max_length=64)

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
        """What it tells of: the kind, and the primary key as text."""
        if self.request_id:
            return Subject.REQUEST.value, str(self.request_id)
        return self.subject_kind, self.subject_id

    def name_of(self, key: str) -> str:
        """Return a name that the event tells; empty once it was erased."""
        kept = self.names.get(key) or {}
        # Events of format 1 have theirs in the data.
        return str(kept.get("text", "") if kept else self.data.get(key) or "")

    def keep_names(self, names: Mapping[str, event_format.Named]) -> None:
        """Keep these names, and the actor's, each beside a fresh salt and its digest."""
        actor = event_format.salted_name((self.actor_name, None))
        if self.actor_name:
            self.actor_salt, self.actor_digest = actor["salt"], actor["digest"]
        self.names = {k: event_format.salted_name(each) for k, each in names.items()}

    def expected_hash(self) -> str:
        """Compute what `hash` must be; another value means that history was changed."""
        return event_format.hash_of(self.hashed())

    def is_intact(self) -> bool:
        """Whether hash and names are what was written; an erased name is no fault."""
        return self.hash == self.expected_hash() and all(
            event_format.is_true_name(each) for each in self._all_names()
        )

    def hashed(self) -> dict[str, Any]:
        """Return what the hash covers, by the rule of the event's format."""
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
