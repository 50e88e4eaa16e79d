"""One line of the requested configuration, and the words that several lines use. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.cloud.types import Volume

_VOLUME_TYPES: Final = {
    "COMMON": gettext_lazy("common I/O"),
    "HIGH": gettext_lazy("high I/O"),
    "ULTRAHIGH": gettext_lazy("ultra-high I/O"),
    "ESSD": gettext_lazy("extreme SSD"),
}
_NAMED: Final = 5
"""How many entries of a long list a line names; all of them stand in the JSON."""


@dataclass(frozen=True, kw_only=True)
class SpecLine:
    """
    A label with its value, a detail in small print, and the id in the cloud, if any.

    `warning` is what whoever decides should not miss, empty for most lines.
    """

    label: str
    value: str
    detail: str = ""
    id: str = ""
    warning: str = ""


def disk_words(volume: Volume | None) -> str:
    """Return the disk of each node: "100 GB high I/O"."""
    if volume is None:
        return _("local disks of the flavor")
    kind = _VOLUME_TYPES.get(volume.type, volume.type)
    return _("%(size)s GB %(kind)s") % {
        "size": number_format(volume.size_gb),
        "kind": kind,
    }


def total_words(volume: Volume | None, nodes: int) -> str:
    """Return what all these nodes have together; empty where that says nothing new."""
    if volume is None or nodes == 1:
        return ""
    total = number_format(volume.size_gb * nodes)
    return _("each node, %(total)s GB in all") % {"total": total}


def named(entries: Iterable[str]) -> str:
    """Return the first entries of a list, and how many more there are."""
    every = list(entries)
    shown = ", ".join(every[:_NAMED])
    if len(every) <= _NAMED:
        return shown
    more = number_format(len(every) - _NAMED)
    return _("%(these)s and %(count)s more") % {"these": shown, "count": more}
