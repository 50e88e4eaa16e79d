"""Counters of failed sign-ins, by name, address, pair of both, and known browser."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clusters.domain.sign_in_limits import WINDOW, Kind, TryCount


class SignInCountQuerySet(models.QuerySet["SignInCount"]):
    """Queries for counters."""

    def limited(self, now: datetime) -> "SignInCountQuerySet":
        """Counters whose next sign-in is refused, the longest limit first."""
        return self.filter(limited_until__gt=now).order_by("-limited_until")


class SignInCount(models.Model):
    """
    The sign-ins of the last 15 minutes of a name, an address, a pair or a browser.

    `clusters.domain.sign_in_limits` has the limits; a sign-in beyond a limit is refused
    and not counted, so that the lists stay short.
    """

    KINDS = [
        (Kind.PAIR, _("name and address")),
        (Kind.NAME, pgettext_lazy("of a person", "name")),
        (Kind.ADDRESS, _("address")),
        (Kind.BROWSER, _("known browser")),
    ]

    key = models.CharField(max_length=64, primary_key=True)
    """Keyed hash of kind, name and address."""
    kind = models.CharField(max_length=8, choices=KINDS)
    name = models.CharField(max_length=150, blank=True, default="")
    """Only of existing accounts: people type passwords into the field of the name."""
    address = models.CharField(max_length=64, blank=True, default="")
    failed_at = models.JSONField(default=list)
    """Times of failed sign-ins, in milliseconds since 1970, ascending."""
    trying_at = models.JSONField(default=list)
    """Times of sign-ins without an outcome yet, in the same unit."""
    limited_until = models.DateTimeField(null=True, blank=True)
    """Until when sign-ins are refused; null: they are not."""
    expires_at = models.DateTimeField()
    """When nothing of it counts any more and the sweep deletes the row."""

    objects = SignInCountQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["expires_at"], name="sign_in_count_expired"),
            models.Index(fields=["limited_until"], name="sign_in_count_limited"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.address}"

    def try_count(self, now: datetime) -> TryCount:
        """Return what counts at this moment."""
        return TryCount.read(self.failed_at, self.trying_at, now)

    def keep(self, try_count: TryCount, now: datetime) -> bool:
        """Take the count over, unsaved; True where that closes the limit."""
        was_open = self.limited_until is None or self.limited_until <= now
        self.failed_at, self.trying_at = list(try_count.failed), list(try_count.trying)
        self.limited_until = try_count.limited_until(Kind(self.kind))
        self.expires_at = now + WINDOW if try_count.failed or try_count.trying else now
        return was_open and self.limited_until is not None

    @property
    def counts_a_name(self) -> bool:
        """Whether it counts by name, whether or not an account has that name."""
        return self.kind != Kind.ADDRESS
