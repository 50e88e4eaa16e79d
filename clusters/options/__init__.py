"""
The choices of the request form, from the catalog of a cloud project and the values so far.

A choice that cannot be selected is not left out: it is shown disabled, with the reason and
the way out. The order of what follows from what: engine, flavor, zones, disk type, range of
the disk size; number of nodes and VPC, subnet. A later value never restricts an earlier one,
but for the zones: a flavor that is sold out in a chosen zone says where it is free.
A long list is cut by a `Limit`, which has what was searched for.
"""

from clusters.options.chosen import NOTHING, Chosen, on_sale
from clusters.options.labels import labels_of
from clusters.options.network import (
    is_usable_subnet,
    is_usable_vpc,
    network_label,
    security_group_options,
    subnet_options,
    vpc_options,
)
from clusters.options.option import Option, with_typed
from clusters.options.shortlist import EVERYTHING, Limit
from clusters.options.size import (
    datastore_label,
    datastore_options,
    flavor_label,
    flavor_options,
    size_hint,
    volume_type_label,
    volume_type_options,
    zone_options,
)

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "Chosen",
    "Limit",
    "Option",
    "datastore_label",
    "datastore_options",
    "flavor_label",
    "flavor_options",
    "is_usable_subnet",
    "is_usable_vpc",
    "labels_of",
    "network_label",
    "on_sale",
    "security_group_options",
    "size_hint",
    "subnet_options",
    "volume_type_label",
    "volume_type_options",
    "vpc_options",
    "with_typed",
    "zone_options",
]
