"""One place to create clusters in: region, endpoints, IAM user, project."""

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
    Accept an id as the cloud writes it, a UUID in lower case, or 0 for the default one.

    :raises ValidationError: if it is anything else
    """
    if not ENTERPRISE_PROJECT.fullmatch(value):
        raise ValidationError(
            _(
                "“%(value)s” is no enterprise project. Give its id, or 0 for the default."
            ),
            params={"value": value},
        )


class PausedBy(models.TextChoices):
    """Who stopped a cloud project; only a pause by the portal is a fault."""

    NOBODY = "", _("not paused")
    PERSON = "person", _("paused by a person")
    PORTAL = "portal", _("paused by the portal")


class ApiVersion(models.TextChoices):
    """Which create call is used, as a choice; all reads are v1.0."""

    V1 = CreateApi.V1.value, "v1.0"
    V2 = CreateApi.V2.value, "v2.0"


class CloudDialect(models.TextChoices):
    """How the cloud spells the API, as a choice."""

    HUAWEI = Dialect.HUAWEI.value, _("Huawei Cloud")
    OTC = Dialect.OTC.value, _("Open Telekom Cloud")


class Known(models.TextChoices):
    """What the listings of a cloud project have taught so far."""

    UNKNOWN = "", _("not known yet")
    YES = "yes", _("yes")
    NO = "no", _("no")


class CloudProjectQuerySet(models.QuerySet["CloudProject"]):
    def running(self) -> "CloudProjectQuerySet":
        """Those in which gates may open and logins may be made."""
        return self.filter(paused_at__isnull=True)

    def with_open_gates(self) -> "CloudProjectQuerySet":
        """Those of which the rows are known to tell the truth, too."""
        return self.running().filter(quarantined_at__isnull=True)

    def at_place(self, place: Place) -> "CloudProjectQuerySet":
        """Those of exactly this place; two cloud projects may share one."""
        return self.filter(**asdict(place))

    def in_project_of(self, place: Place) -> "CloudProjectQuerySet":
        """Those of the same project of the cloud, in whichever enterprise project."""
        project = asdict(place)
        del project["enterprise_project_id"]
        return self.filter(**project)


class CloudProject(models.Model):
    """
    Credentials are kept as ciphertext only (`sealed_password`). `credentials_version`
    grows whenever cached tokens and remembered refusals must be forgotten.

    `place_fixed_at` is when a request was first approved for the place (`place`); from
    then on its columns do not change any more, see `operations/projects/places.py`.

    `due_at` holds back every create of this project (throttling); `polled_until` is the
    lease of whoever reads its cluster list now. Both by the database's clock.
    """

    name = models.SlugField(_("name"), max_length=64, unique=True)
    region = models.CharField(_("region"), max_length=64)
    domain_name = models.CharField(_("account (domain)"), max_length=128)
    username = models.CharField(_("IAM user"), max_length=128)
    sealed_password = models.TextField(editable=False, blank=True, default="")
    project_name = models.CharField(
        _("project name"), max_length=128, blank=True, default=""
    )
    project_id = models.CharField(
        _("project id"), max_length=64, blank=True, default=""
    )
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
    credentials_version = models.PositiveIntegerField(editable=False, default=1)

    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    polled_until = models.DateTimeField(null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
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
    paused_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    quarantined_at = models.DateTimeField(null=True, blank=True, editable=False)
    keeps_tags = models.CharField(
        max_length=3,
        choices=Known.choices,
        blank=True,
        default=Known.UNKNOWN,
        editable=False,
    )
    names_unique = models.CharField(
        max_length=3,
        choices=Known.choices,
        blank=True,
        default=Known.UNKNOWN,
        editable=False,
    )
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
        """Where its requests are sent."""
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
        """Which create call its requests are sent by."""
        return CreateApi(self.api_version)

    @property
    def is_paused(self) -> bool:
        """Whether creates and logins wait for a person."""
        return self.paused_at is not None

    @property
    def is_paused_by_portal(self) -> bool:
        """Whether the portal itself stopped it, because it cannot sign in."""
        return self.paused_by == PausedBy.PORTAL

    @property
    def is_connected(self) -> bool:
        """Whether there are credentials to sign in with."""
        return bool(self.sealed_password)
