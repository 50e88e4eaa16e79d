"""
Rules about the data nodes: flavor, number, availability zones, disks.

Source: CSS API Reference, Creating a Cluster (v1.0 and v2.0; addresses in
`clusters.rules`), parameters ``flavorRef``, ``instanceNum``, ``availability_zone`` and
``volume``; what is on sale comes from GET /v1.0/{project_id}/es-flavors.
"""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import ClusterSpec
from clusters.domain.catalog import Catalog
from clusters.rules.disks import disk_problems
from clusters.rules.flavors import flavor_problems, sold_entry
from clusters.rules.problem import Problem, listed, problem

NODES: Final = (1, 32)
"""Parameter ``instanceNum``: 1 to 32 nodes of type ess."""
MOST_WITH_MASTERS: Final = 200
"""Parameter ``roles.instanceNum``: the maximum of type ess where there is an ess-master."""
MAX_ZONES: Final = 3
"""Parameter ``availability_zone``: one to three zones, joined by commas."""


def flavor(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """
    Check that the flavor is offered, in at least one zone, with the engine version.

    Parameter ``flavorRef``. CSS answers CSS.5007 to an unknown flavor and CSS.0068 to
    one that is sold out (CSS API Reference, Error Codes).
    """
    yield from flavor_problems(spec.flavor, spec.datastore, catalog, field="flavor")


def nodes(spec: ClusterSpec, _catalog: Catalog) -> Iterator[Problem]:
    """
    Check the number of data nodes: 1 to 32, with masters 200, and one for each zone.

    Parameter ``instanceNum``; error codes CSS.5047 and CSS.5172. The number of zones
    counts for the data nodes alone: the page sets it for the nodes of v1.0, which has no
    others.
    """
    fewest, most = NODES
    if spec.masters:
        most = MOST_WITH_MASTERS
    zone_count = len(set(spec.availability_zones))
    if NODES[1] < spec.instance_num <= MOST_WITH_MASTERS and not spec.masters:
        yield problem(
            "instance_num",
            _(
                "{value} nodes are not possible. Choose {fewest} to {most}. Only with master"
                " nodes there may be {limit}."
            ),
            value=spec.instance_num,
            fewest=fewest,
            most=most,
            limit=MOST_WITH_MASTERS,
        )
    elif not fewest <= spec.instance_num <= most:
        yield problem(
            "instance_num",
            _("{value} nodes are not possible. Choose {fewest} to {most}."),
            value=spec.instance_num,
            fewest=fewest,
            most=most,
        )
    elif spec.instance_num < zone_count <= MAX_ZONES:
        yield problem(
            "instance_num",
            _("{zones} zones need {zones} nodes or more. Here are {nodes}."),
            nodes=spec.instance_num,
            zones=zone_count,
        )


def zones(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """
    Check the zones: known, no duplicates, at most three, and each offers the flavor.

    Parameter ``availability_zone``; error code CSS.5052.
    """
    chosen = spec.availability_zones
    unknown = next((zone for zone in chosen if zone not in catalog.zones), None)
    if unknown is not None:
        yield problem(
            "availability_zones",
            _("“{value}” is not a zone of this cloud project. Its zones: {offered}."),
            value=unknown,
            offered=listed(catalog.zones),
        )
    elif len(set(chosen)) < len(chosen):
        yield problem(
            "availability_zones",
            _("“{value}” is named twice. Name one to three different zones."),
            value=next(zone for zone in chosen if chosen.count(zone) > 1),
        )
    elif len(chosen) > MAX_ZONES:
        yield problem(
            "availability_zones",
            _("{count} zones are too many. Choose at most {most}."),
            count=len(chosen),
            most=MAX_ZONES,
        )
    else:
        yield from _zones_offer_flavor(spec, catalog)


def volume(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """Check the disk of each data node (`clusters.rules.disks`)."""
    chosen = sold_entry(spec.flavor, spec.datastore, catalog)
    yield from disk_problems(
        spec.volume,
        chosen,
        zones=spec.availability_zones,
        catalog=catalog,
        fields=("volume_type", "volume_size"),
    )


def _zones_offer_flavor(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    chosen = sold_entry(spec.flavor, spec.datastore, catalog)
    if not chosen or not catalog.names_zones:
        return
    empty = next((z for z in spec.availability_zones if z not in chosen.zones), None)
    if empty is not None:
        yield problem(
            "availability_zones",
            _("“{value}” does not sell {flavor}. Zones that do: {offered}."),
            value=empty,
            flavor=chosen.name,
            offered=listed(chosen.zones),
        )
