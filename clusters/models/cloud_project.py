"""Cloud projects: where clusters can be created, and how to sign in there."""

import re
from dataclasses import asdict

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.cloud.dialect import Dialect
from clusters.cloud.place import Place
from clusters.cloud.types import CreateApi
from clusters.rules.labels import ENTERPRISE_PROJECT

_ORIGIN = re.compile(r"https?://(?:\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?")
_LAST_PORT = 65_535


def require_origin(url: str) -> None:
    """
    Accept scheme://host[:port] and nothing more.

    :raises ValidationError: if there is a path, a user or anything else
    """
    found = _ORIGIN.fullmatch(url)
    if not found or not 0 < int(found[1] or _LAST_PORT) <= _LAST_PORT:
        raise ValidationError(
            _("“%(url)s” must be scheme://host[:port], without a path."),
            params={"url": url},
        )


def require_enterprise_project_id(value: str) -> None:
    """
    Accept the id of an enterprise project: a UUID in lower case, or 0 for the default.

    :raises ValidationError: if it is anything else
    """
    if not ENTERPRISE_PROJECT.fullmatch(value):
        raise ValidationError(
            _(
                "“%(value)s” is not an enterprise project. Give its id, or 0 for the default."
            ),
            params={"value": value},
        )


class PausedBy(models.TextChoices):
    """
    Who paused a cloud project.

    A pause by the portal reports a fault: the login was refused, or the password cannot
    be decrypted. It ends when an operator resumes or saves new credentials.
    """

    NOBODY = "", _("not paused")
    PERSON = "person", _("paused by a person")
    PORTAL = "portal", _("paused by the portal")


class ApiVersion(models.TextChoices):
    """`clusters.cloud.types.CreateApi` as choices of a field."""

    V1 = CreateApi.V1.value, "v1.0"
    V2 = CreateApi.V2.value, "v2.0"


class CloudDialect(models.TextChoices):
    """`clusters.cloud.dialect.Dialect` as choices of a field."""

    HUAWEI = Dialect.HUAWEI.value, _("Huawei Cloud")
    OTC = Dialect.OTC.value, _("Open Telekom Cloud")


class Known(models.TextChoices):
    """
    What the scans of a cloud project have shown about a capability.

    Begins as UNKNOWN; `operations.polling.capabilities` sets YES or NO.
    """

    UNKNOWN = "", _("not known yet")
    YES = "yes", _("yes")
    NO = "no", _("no")


class CloudProjectQuerySet(models.QuerySet["CloudProject"]):
    def running(self) -> "CloudProjectQuerySet":
        """Cloud projects that are not paused: logins are allowed."""
        return self.filter(paused_at__isnull=True)

    def with_open_gates(self) -> "CloudProjectQuerySet":
        """Cloud projects in which creates may be sent: not paused, not quarantined."""
        return self.running().filter(quarantined_at__isnull=True)

    def at_place(self, place: Place) -> "CloudProjectQuerySet":
        """Cloud projects of exactly this place; several may share one."""
        return self.filter(**asdict(place))

    def in_project_of(self, place: Place) -> "CloudProjectQuerySet":
        """Cloud projects of the same project of the cloud, in any enterprise project."""
        project = asdict(place)
        del project["enterprise_project_id"]
        return self.filter(**project)


class CloudProject(models.Model):
    """
    A project of the cloud, its addresses and its IAM user.

    The columns of `place` do not change once a request was approved for it
    (`operations.projects.places`). All times are by the database's clock.
    """

    name = models.SlugField(_("name"), max_length=64, unique=True)
    region = models.CharField(_("region"), max_length=64)
    """Name such as cn-north-4; `clusters.cloud.huawei.regions` has its addresses."""
    domain_name = models.CharField(_("account (domain)"), max_length=128)
    username = models.CharField(_("IAM user"), max_length=128)
    sealed_password = models.TextField(editable=False, blank=True, default="")
    """Ciphertext (`clusters.credentials.encryption`); empty: no credentials saved."""
    project_name = models.CharField(
        _("project name"), max_length=128, blank=True, default=""
    )
    """What a login is scoped to, if there is no id; by default that of the region."""
    project_id = models.CharField(
        _("project id"), max_length=64, blank=True, default=""
    )
    """The cloud's id; empty until the first sign-in has returned it."""
    enterprise_project_id = models.CharField(
        _("enterprise project"),
        max_length=36,
        blank=True,
        default="",
        validators=[require_enterprise_project_id],
        help_text=_(
            "Clusters are made in it, and only its networks are offered. Its id, or 0 for "
            "the default one; empty where the user has rights in the whole account."
        ),
    )
    project_domain = models.CharField(
        _("account (domain) of the project"),
        max_length=128,
        blank=True,
        default="",
        help_text=_("Only for a cloud that wants it beside the name of a project."),
    )
    iam_url = models.CharField(
        _("IAM address"), max_length=255, validators=[require_origin]
    )
    css_url = models.CharField(
        _("CSS address"), max_length=255, validators=[require_origin]
    )
    vpc_url = models.CharField(
        _("VPC address"), max_length=255, validators=[require_origin]
    )
    api_version = models.CharField(
        _("create API"),
        max_length=2,
        choices=ApiVersion.choices,
        default=ApiVersion.V1,
    )
    dialect = models.CharField(
        _("dialect"),
        max_length=16,
        choices=CloudDialect.choices,
        default=CloudDialect.HUAWEI,
    )
    place_fixed_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When a request was first approved for the place; null: it may still change."""
    credentials_version = models.PositiveIntegerField(editable=False, default=1)
    """Grows when cached tokens and remembered refusals of logins are to be discarded."""

    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    """No create is sent before (throttling); null: none is held back."""
    polled_until = models.DateTimeField(null=True, blank=True, editable=False)
    """Lease of the worker that reads the cluster list now; null or past: none does."""
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Since when it is paused; null: it is not. Set together with `paused_by`."""
    paused_by = models.CharField(
        max_length=8,
        choices=PausedBy.choices,
        blank=True,
        default=PausedBy.NOBODY,
        editable=False,
    )
    paused_reason = models.CharField(
        max_length=500, blank=True, default="", editable=False
    )
    """Words of the person, or a sentence of the portal that is translated when shown."""
    paused_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    """Who paused it; null for a pause by the portal or a command."""
    quarantined_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Since when it is quarantined (`operations.projects.quarantine`); null: it is not."""
    keeps_tags = models.CharField(
        max_length=3,
        choices=Known.choices,
        blank=True,
        default=Known.UNKNOWN,
        editable=False,
    )
    """Whether the cluster list shows the tags that a create sent."""
    names_unique = models.CharField(
        max_length=3,
        choices=Known.choices,
        blank=True,
        default=Known.UNKNOWN,
        editable=False,
    )
    """Whether the cloud refuses a second cluster of one name."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CloudProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("cloud project")
        verbose_name_plural = _("cloud projects")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="cloud_project_pause_is_whole",
                condition=(
                    models.Q(paused_at__isnull=True, paused_by="")
                    | (models.Q(paused_at__isnull=False) & ~models.Q(paused_by=""))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Place:
        """The place that its requests are sent to."""
        return Place(
            region=self.region,
            iam_url=self.iam_url,
            css_url=self.css_url,
            vpc_url=self.vpc_url,
            domain_name=self.domain_name,
            project_id=self.project_id,
            enterprise_project_id=self.enterprise_project_id,
        )

    @property
    def create_api(self) -> CreateApi:
        """The version of the create call that bodies are built for."""
        return CreateApi(self.api_version)

    @property
    def is_paused(self) -> bool:
        """Whether no create is sent and no login made until somebody resumes it."""
        return self.paused_at is not None

    @property
    def is_paused_by_portal(self) -> bool:
        """Whether the portal itself paused it, because it cannot sign in."""
        return self.paused_by == PausedBy.PORTAL

    @property
    def is_connected(self) -> bool:
        """Whether credentials are saved."""
        return bool(self.sealed_password)
