"""
What the rules ask about a flavor, whatever kind of node it is for.

Source: parameter ``flavorRef`` of the create call (addresses in `clusters.rules`); what
is on sale comes from GET /v1.0/{project_id}/es-flavors, by kind of node and version.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import CloudFlavor, Datastore
from clusters.domain.catalog import DATA_ROLE, Catalog, datastore_of
from clusters.rules.problem import Problem, listed, problem


def flavor_problems(
    name: str,
    datastore: Datastore | None,
    catalog: Catalog,
    *,
    field: str,
    role: str = DATA_ROLE,
) -> Iterator[Problem]:
    """
    Check that some zone sells the flavor for this kind of node with the engine version.

    An engine version that nobody sells is left to the rule about it.

    :param field: the field of the form that gets the messages
    :param role: the kind of node as CSS writes it, such as ``ess-master``
    """
    known = catalog.flavors_named(name, role)
    sold = [each for each in known if not catalog.is_sold_out(each)]
    if not known:
        yield problem(
            field,
            _("“{value}” is not offered here. Choose a flavor from the list."),
            value=name,
        )
    elif not sold:
        yield problem(
            field,
            _("No zone sells “{value}” now. Choose another flavor."),
            value=name,
        )
    elif datastore in catalog.datastores and not sold_entry(
        name, datastore, catalog, role
    ):
        yield problem(
            field,
            _("“{value}” is not sold with {datastore} now, but with {others}."),
            value=name,
            datastore=datastore,
            others=listed(datastore_of(each.version) for each in sold),
        )


def sold_entry(
    name: str, datastore: Datastore | None, catalog: Catalog, role: str = DATA_ROLE
) -> CloudFlavor | None:
    """Return an entry of the flavor that is on sale with the engine version, or None."""
    for each in catalog.flavors_named(name, role):
        fits = datastore in (None, datastore_of(each.version))
        if fits and not catalog.is_sold_out(each):
            return each
    return None
