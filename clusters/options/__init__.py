"""The catalog as choices on a page: what cannot be chosen stays, and says why."""

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
