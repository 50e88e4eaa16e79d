"""How the parts of a spec are called when it is asked for; names change later."""

from clusters.cloud.types import ClusterSpec
from clusters.domain.catalog import Catalog
from clusters.options.network import network_label
from clusters.options.size import datastore_label, flavor_label


def labels_of(spec: ClusterSpec, catalog: Catalog) -> dict[str, str]:
    """Return names for ids, by ``vpc subnet security_group flavor datastore``."""
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
