"""Watchers: people whom a requester lets read a request and get its notices."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class WatcherQuerySet(models.QuerySet["Watcher"]):
    """Queries for watchers."""

    def who_may_sign_in(self) -> Self:
        """Watchers whose account is active, by user name."""
        return self.filter(person__is_active=True).order_by("person__username")


class Watcher(models.Model):
    """
    One person who watches one request.

    It has no copy of the user name, unlike a requester: pages show the present one, and
    there is nothing to erase. The event of the submit keeps the names of that time.
    """

    request = models.ForeignKey(
        # By name: `models.request` asks for watchers, through `models.visibility`.
        "clusters.ClusterRequest",
        on_delete=models.CASCADE,
        related_name="watchers",
        verbose_name=_("request"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # The index of the constraint begins with it.
        db_index=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("watcher"),
    )

    objects = WatcherQuerySet.as_manager()

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "request"], name="watcher_is_one_for_each_request"
            ),
        ]

    def __str__(self) -> str:
        return f"watcher {self.person_id} of {self.request_id}"
