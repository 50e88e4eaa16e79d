"""The product's app."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class ClustersConfig(AppConfig):
    name = "clusters"
    verbose_name = _("Cluster requests")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what `check --deploy` asks; the models can be imported only now."""
        from clusters.operations.audit.deploy_check import check_triggers  # noqa: PLC0415 - models

        checks.register(check_triggers, checks.Tags.security, deploy=True)
