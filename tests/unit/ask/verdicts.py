"""The verdicts of the form and of the simulated cloud on one spec, side by side."""

from dataclasses import dataclass, replace
from functools import cache

from django.http import QueryDict

from clusters.cloud.huawei.body import (
    build_body,
    canonical_bytes,
    needs_password,
    with_password,
)
from clusters.cloud.types import REQUEST_TAG, ClusterSpec, CreateApi, Tag
from clusters.domain.catalog import Catalog
from clusters.forms import RequestForm, values_of
from clusters.options import Option
from clusters.simulator.checks.capacity import choose_addresses, choose_zones
from clusters.simulator.checks.create import V1, V2, read_order
from clusters.simulator.network import SEARCH_PORT
from clusters.simulator.refusals import Refusal
from clusters.simulator.world import World
from tests.unit.ask.drawn_specs import SITE
from tests.unit.bad_inputs.bodies import catalog_of

PORTAL_TAG = Tag(key=REQUEST_TAG, value="0b7c2f4e-5d61-4a7e-9c3b-1f2a3b4c5d6e")
STRONG = "Zq7-example-Passw0rd"
_VERSIONS = {CreateApi.V1: V1, CreateApi.V2: V2}
_BLOCKED_PORT = "CSS.6000"
"""The cloud takes a group that blocks port 9200, and the creation fails later."""
_NOT_IN_THE_CATALOG = {"CSS.0048"}
"""Reasons that the portal cannot know: whether a bucket exists."""


@cache
def catalog() -> Catalog:
    """Return what the simulated cloud sells, read with the portal's client."""
    return catalog_of(World())


def form_of(spec: ClusterSpec, api: CreateApi) -> RequestForm:
    """Return the form as somebody submits it who wants this."""
    data = QueryDict(mutable=True)
    for name, value in {**values_of(spec), "cloud_project": "demo"}.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    projects = [Option(value="demo", label="demo")]
    return RequestForm(data, catalog=catalog(), api=api, cloud_projects=projects)


def body_of(spec: ClusterSpec, api: CreateApi) -> bytes:
    """Return the body that is approved for this spec, with the portal's tag."""
    return canonical_bytes(build_body(spec, api=api, tags=(PORTAL_TAG,)))


def refusal_of(spec: ClusterSpec, api: CreateApi) -> str:
    """
    Return the code by which the simulated cloud refuses this, or fails it; "" for none.

    In a project without clusters, and without its quotas: the portal knows neither.
    """
    body = body_of(spec, api)
    if needs_password(body):
        body = with_password(body, STRONG)
    try:
        order = read_order(body, SITE, _VERSIONS[api])
        order = replace(order, zones=choose_zones(order, SITE))
        choose_addresses(order, (), SITE)
    except Refusal as refusal:
        return refusal.code or "HTML"
    group = SITE.network.find_group(order.security_group_id)
    return "" if group and group.allows(SEARCH_PORT) else _BLOCKED_PORT


@dataclass(frozen=True)
class Disagreement:
    """What the form and the simulated cloud said; the form's errors are by field."""

    errors: dict[str, list[str]]
    refusal: str


def disagreement(spec: ClusterSpec, api: CreateApi) -> Disagreement | None:
    """
    Return where the form and the simulated cloud judge differently, None if nowhere.

    Either the form lets it through and the cloud refuses what the form made of it, or the
    cloud takes exactly this and the form does not.
    """
    form = form_of(spec, api)
    if form.is_valid():
        refusal = refusal_of(form.to_spec(), api)
        known = refusal and refusal not in _NOT_IN_THE_CATALOG
        return Disagreement({}, refusal) if known else None
    if _is_stricter(spec, api) or refusal_of(spec, api):
        return None
    return Disagreement({name: list(texts) for name, texts in form.errors.items()}, "")


def _is_stricter(spec: ClusterSpec, api: CreateApi) -> bool:
    """
    Whether the form refuses on purpose what the cloud would take.

    v1.0 takes some of bucket, path and agency, and then makes the others itself; the
    contract of the form is all three or none.
    """
    storage = spec.backup and {
        bool(spec.backup.bucket),
        bool(spec.backup.base_path),
        bool(spec.backup.agency),
    }
    return api is CreateApi.V1 and storage == {True, False}
