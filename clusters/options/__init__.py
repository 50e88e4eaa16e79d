"""
The choices of the request form, built from the catalog of a cloud project.

A choice that cannot be selected is not left out: it is shown disabled, with the reason.
The reason rests on the catalog alone, because the page is not made anew while somebody
fills it in; what rests on several fields is left to `clusters.rules`.
"""

from clusters.options.labels import labels_of
from clusters.options.network import (
    network_label,
    security_group_options,
    subnet_options,
    vpc_options,
)
from clusters.options.option import Option, with_typed
from clusters.options.size import (
    datastore_label,
    datastore_options,
    flavor_label,
    flavor_options,
    volume_type_label,
    volume_type_options,
    zone_options,
)

__all__ = [
    "Option",
    "datastore_label",
    "datastore_options",
    "flavor_label",
    "flavor_options",
    "labels_of",
    "network_label",
    "security_group_options",
    "subnet_options",
    "volume_type_label",
    "volume_type_options",
    "vpc_options",
    "with_typed",
    "zone_options",
]
