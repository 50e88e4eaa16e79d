"""Lists of the cloud that could not be read completely, as `/operate/` shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from clusters.models import CloudProject

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_LISTS: Final = {
    "clusters": _("Clusters"),
    "flavors": _("Flavors"),
    "versions": _("Versions of an unknown engine"),
    "disktypes": _("Disk types"),
    "vpcs": _("VPCs"),
    "subnets": _("Subnets"),
    "security_groups": _("Security groups"),
}
"""Labels by the name that the CSS and VPC API give to a list."""


@dataclass(frozen=True, kw_only=True)
class LeftOutLine:
    """
    One list that is incomplete.

    `count` items are left out as unreadable, `first` is why the first one was;
    `may_be_ours` of them could be clusters of this portal. `more_than` is the number of
    items that were read of a longer list, formatted as ``1,000``; else empty.
    """

    label: "str | _StrPromise"
    count: int
    first: str
    may_be_ours: int
    more_than: str


def left_out_of(project: CloudProject) -> tuple[LeftOutLine, ...]:
    """Return a line for each list whose last reading was incomplete."""
    return tuple(_line(row) for row in _rows(project))


def _rows(project: CloudProject) -> Iterable[dict[str, Any]]:
    for kept in ("inventory_snapshot", "catalog"):
        reading = getattr(project, kept, None)
        if reading is not None:
            yield from reading.left_out


def _line(row: dict[str, Any]) -> LeftOutLine:
    return LeftOutLine(
        label=_LISTS.get(row["what"], row["what"]),
        count=row["count"],
        first=row["first"],
        may_be_ours=row["may_be_ours"],
        more_than=f"{row['more_than']:,}" if row["more_than"] else "",
    )
