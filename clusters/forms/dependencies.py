"""
Which fields of the request form depend on which others, in one table.

A field that does not apply is dropped: it may hold anything. One that applies may be
required.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from clusters.domain.catalog import DATA_ROLE, Catalog, has_local_disks
from clusters.forms.groups.security import OWN
from clusters.rules.backup import HOURLY

Values = Mapping[str, Any]
"""Cleaned values by field; one that could not be read is missing."""
_Condition = Callable[[Values, Catalog | None], bool]


def _always(_values: Values, _catalog: Catalog | None) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Dependency:
    """
    Fields that apply only where the field `on` has a value, if it is named, and `applies`
    is true.

    `required` maps those that must not be empty then to their message; those of
    `optional` may be.
    """

    on: str = ""
    applies: _Condition = _always
    required: Mapping[str, Any] = field(default_factory=dict)
    optional: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that depend, required or not."""
        return (*self.required, *self.optional)

    def holds(self, values: Values, catalog: Catalog | None) -> bool:
        """Whether the fields apply to these values."""
        is_asked = not self.on or has_value(values.get(self.on))
        return is_asked and self.applies(values, catalog)


def has_value(value: object) -> bool:
    """Whether something was given; the number 0 was, an unticked box was not."""
    return value is not False and value not in ("", None, (), [])


def dependents_of(name: str) -> Iterator[str]:
    """Yield the fields that apply only where this one has a value."""
    for each in DEPENDENCIES:
        if each.on == name:
            yield from each.fields


def _has_no_local_disks(flavor: str, role: str) -> _Condition:
    def condition(values: Values, catalog: Catalog | None) -> bool:
        named = values.get(flavor, "")
        sold = catalog.flavors_named(named, role) if catalog else ()
        return not any(has_local_disks(each) for each in sold)

    return condition


def _is_at_an_hour(values: Values, _catalog: Catalog | None) -> bool:
    return bool(values.get("backup_frequency") != HOURLY)


def _is_own_password(values: Values, _catalog: Catalog | None) -> bool:
    return bool(values.get("password_source") == OWN)


DEPENDENCIES: Final = (
    Dependency(
        applies=_has_no_local_disks("flavor", DATA_ROLE),
        required={
            "volume_type": _("Choose a disk type."),
            "volume_size": _("Enter the disk size of each node in GB."),
        },
    ),
    Dependency(
        on="backup_enabled",
        required={
            "backup_timezone": _("Choose the time zone of that hour."),
            "backup_prefix": _("Enter the prefix of the snapshots' names."),
            "backup_keepday": _("Enter how many snapshots to keep."),
        },
        optional=(
            "backup_frequency",
            "backup_bucket",
            "backup_base_path",
            "backup_agency",
        ),
    ),
    Dependency(
        on="backup_enabled",
        applies=_is_at_an_hour,
        required={"backup_hour": _("Choose the hour of the snapshot.")},
    ),
    Dependency(
        on="master_flavor",
        required={
            "master_instance_num": _("Enter the number of master nodes: 3, 5, 7 or 9."),
            "master_volume_type": _("Choose a disk type."),
        },
    ),
    Dependency(
        on="client_flavor",
        required={
            "client_instance_num": _("Enter the number of client nodes: 1 to 32."),
            "client_volume_type": _("Choose a disk type."),
        },
    ),
    Dependency(
        on="cold_flavor",
        required={"cold_instance_num": _("Enter the number of cold nodes: 1 to 32.")},
    ),
    Dependency(
        on="cold_flavor",
        applies=_has_no_local_disks("cold_flavor", "ess-cold"),
        required={
            "cold_volume_type": _("Choose a disk type."),
            "cold_volume_size": _("Enter the disk size of each node in GB."),
        },
    ),
    Dependency(on="security_mode", optional=("password_source",)),
    Dependency(
        on="password_source",
        applies=_is_own_password,
        optional=("admin_password", "admin_password_again"),
    ),
    Dependency(on="public_bandwidth", optional=("public_whitelist",)),
    Dependency(on="kibana_bandwidth", optional=("kibana_whitelist",)),
    Dependency(
        on="vpc_endpoint", optional=("vpc_endpoint_dns", "vpc_endpoint_permissions")
    ),
)
"""In this order: what a dropped field would have decided is decided by an empty one."""
