"""
Display names for the ids of a spec, stored with the request when it is submitted.

Names in the cloud may change later; the request keeps those that the requester saw.
"""

from clusters.cloud.types import ClusterSpec
from clusters.domain.catalog import Catalog
from clusters.options.network import network_label
from clusters.options.size import datastore_label, flavor_label


def labels_of(spec: ClusterSpec, catalog: Catalog) -> dict[str, str]:
    """
    Return the display names that the catalog knows.

    :return: a dict with any of the keys vpc, subnet, security_group, flavor, datastore;
        an id that the catalog does not contain has no key
    """
    vpc, subnet = catalog.vpc(spec.vpc_id), catalog.subnet(spec.subnet_id)
    group = catalog.security_group(spec.security_group_id)
    flavors = catalog.flavors_named(spec.flavor)
    found = {
        "vpc": network_label(vpc) if vpc else "",
        "subnet": network_label(subnet) if subnet else "",
        "security_group": group.name if group else "",
        "flavor": str(flavor_label(flavors[0])) if flavors else "",
        "datastore": datastore_label(spec.datastore) if spec.datastore else "",
    }
    return {what: label for what, label in found.items() if label}
