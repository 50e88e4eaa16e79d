"""What the request form can offer: the cloud projects and the catalog of one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import CreateApi
from clusters.domain.catalog import Catalog
from clusters.forms import RequestForm
from clusters.forms.chosen import implied_network
from clusters.models import CatalogSnapshot, CloudProject
from clusters.models.catalog import catalog_snapshot_of
from clusters.options import Option


@dataclass(frozen=True, kw_only=True)
class FormCatalog:
    """
    The cloud projects, and the chosen one with its catalog.

    `project` is None if there is no cloud project; `catalog` is None if it was never read.
    """

    projects: tuple[CloudProject, ...]
    project: CloudProject | None
    snapshot: CatalogSnapshot | None
    catalog: Catalog | None

    @property
    def is_connected(self) -> bool:
        """Whether the chosen cloud project has credentials."""
        return self.project is not None and self.project.is_connected

    @property
    def api(self) -> CreateApi:
        """The API version of creates in the chosen cloud project."""
        return self.project.create_api if self.project else CreateApi.V1

    def form(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
        person_name: str = "",
    ) -> RequestForm:
        """Return the form of this person with these options; bound if there is `data`."""
        return RequestForm(
            data,
            initial=initial,
            catalog=self.catalog,
            api=self.api,
            cloud_projects=[_option(project) for project in self.projects],
            person_name=person_name,
            enterprise_project_id=(
                self.project.enterprise_project_id if self.project else ""
            ),
        )

    def implied_by(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of empty fields that follow from others without a choice."""
        return implied_network(values, self.catalog) if self.catalog else {}


def form_catalog_of(name: str) -> FormCatalog:
    """
    Return the named cloud project with its catalog; without a name the best one.

    :raises Http404: if no cloud project has this name
    """
    form_catalog = nearest_form_catalog(name)
    if name and (form_catalog.project is None or form_catalog.project.name != name):
        raise Http404(f"There is no cloud project {name}.")
    return form_catalog


def nearest_form_catalog(name: str) -> FormCatalog:
    """Return the named cloud project with its catalog, or the best one."""
    projects = tuple(CloudProject.objects.all())
    project = next((each for each in projects if each.name == name), None)
    return _with_catalog(projects, project or _best(projects))


def _best(projects: tuple[CloudProject, ...]) -> CloudProject | None:
    """Return the first connected one that is not paused, else the first connected one."""
    best = sorted(projects, key=lambda each: (not each.is_connected, each.is_paused))
    return next(iter(best), None)


def _with_catalog(
    projects: tuple[CloudProject, ...], project: CloudProject | None
) -> FormCatalog:
    snapshot = catalog_snapshot_of(project) if project else None
    return FormCatalog(
        projects=projects,
        project=project,
        snapshot=snapshot,
        catalog=snapshot.read() if snapshot else None,
    )


def _option(project: CloudProject) -> Option:
    label = f"{project.name} ({project.region})"
    if not project.is_connected:
        return Option(
            value=project.name, label=label, enabled=False, why_not=_("not connected")
        )
    return Option(value=project.name, label=label)
