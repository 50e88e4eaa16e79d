"""The administrator's password of a cluster in security mode, as long as it is needed."""

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q

from clusters.models.request import ClusterRequest


class PasswordSource(models.TextChoices):
    """Who made the password."""

    GENERATED = "generate", "generate"
    """The portal; it shows it once, to the requester."""
    OWN = "own", "own"
    """The requester, who knows it; it is never shown."""


class AdminPasswordQuerySet(models.QuerySet["AdminPassword"]):
    """Queries for passwords."""

    def kept(self) -> "AdminPasswordQuerySet":
        """Passwords that were not erased."""
        return self.filter(erased_at=None)


class AdminPassword(models.Model):
    """
    The password that the create of one request sets; the row stays when it is erased.

    The body of the request holds a reference in its place
    (`clusters.cloud.spec.PASSWORD_REFERENCE`). `operations.core.admin_passwords` reads and
    writes it; why it is kept like this: docs/adr/0034-a-password-for-one-look.md.
    """

    request = models.OneToOneField(
        ClusterRequest,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="admin_password",
    )
    source = models.CharField(max_length=8, choices=PasswordSource.choices)
    sealed = models.TextField(blank=True)
    """Ciphertext for this request only; empty once the password is erased."""
    reader = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Who was the requester when it was sent: nobody else is ever shown it."""
    shown_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = AdminPasswordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="admin_password_is_kept_or_erased",
                condition=Q(erased_at=None) ^ Q(sealed=""),
            ),
            models.CheckConstraint(
                name="admin_password_shown_is_erased",
                condition=Q(shown_at=None)
                | Q(erased_at__isnull=False, source=PasswordSource.GENERATED),
            ),
        ]
        indexes = [
            models.Index(
                fields=["request"],
                name="admin_password_kept",
                condition=Q(erased_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"the password of request {self.request_id}"

    @property
    def is_kept(self) -> bool:
        """Whether it was not erased."""
        return self.erased_at is None

    def may_be_shown_to(self, user_id: int | None) -> bool:
        """Whether this person is the one who may see it, or might have."""
        is_theirs = user_id is not None and self.reader_id == user_id
        return is_theirs and self.source == PasswordSource.GENERATED


def password_of(row: ClusterRequest) -> AdminPassword | None:
    """Return the password's row; None, without a query, if the spec asks for none."""
    spec = row.spec or {}  # none while a row is being made
    if not spec.get("security"):
        return None
    found: AdminPassword | None = getattr(row, "admin_password", None)
    return found
