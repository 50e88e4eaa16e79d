"""One choice of a form field, and choices for submitted values that are not offered."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, kw_only=True)
class Option:
    """
    One choice of a form field.

    `why_not` is the reason why it is disabled, and what would help; empty if it is
    enabled. `detail` is a second line of text. `group` is the heading that it is listed
    under. `belongs_to` is the value of another field that it depends on: the VPC of a
    subnet.
    """

    value: str
    label: "str | _StrPromise"
    enabled: bool = True
    why_not: "str | _StrPromise" = ""
    group: "str | _StrPromise" = ""
    detail: "str | _StrPromise" = ""
    belongs_to: str = ""
    has_local_disks: bool = False


def with_typed(options: Iterable[Option], typed: Iterable[str]) -> tuple[Option, ...]:
    """Return the options, followed by a disabled one for each value not among them."""
    offered = tuple(options)
    known = {option.value for option in offered}
    return offered + tuple(
        Option(value=value, label=value, enabled=False, why_not=_("not offered here"))
        for value in typed
        if value and value not in known
    )
