"""Sign-ins that failed lately: one row for each thing that they are counted by."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clusters.domain.sign_in_limits import WINDOW, Kind, TryCount


class SignInCountQuerySet(models.QuerySet["SignInCount"]):
    """What is asked about limits."""

    def limited(self, now: datetime) -> "SignInCountQuerySet":
        """Those whose next try is refused, the longest first."""
        return self.filter(limited_until__gt=now).order_by("-limited_until")


class SignInCount(models.Model):
    """
    The failed tries of the last 15 minutes of a name, an address, both, or a browser.

    Never longer than the limit, since a try beyond it is not counted. `key` is a keyed
    hash; `name` is filled for accounts only, because people type passwords there. The
    sweep deletes a row when `expires_at` is over.
    """

    KINDS = [
        (Kind.PAIR, _("name and address")),
        (Kind.NAME, pgettext_lazy("of a person", "name")),
        (Kind.ADDRESS, _("address")),
        (Kind.BROWSER, _("known browser")),
    ]

    key = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=8, choices=KINDS)
    name = models.CharField(max_length=150, blank=True, default="")
    address = models.CharField(max_length=64, blank=True, default="")
    failed_at = models.JSONField(default=list)
    trying_at = models.JSONField(default=list)
    limited_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

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
        """Whether a name is part of it, be it one of no account."""
        return self.kind != Kind.ADDRESS
