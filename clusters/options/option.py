"""One choice of a field, and those that somebody sent though nobody offers them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, kw_only=True)
class Option:
    """
    One choice of a field.

    `why_not` says why it cannot be chosen and what would help; `detail` is a second
    line; `belongs_to` is the value that another field must have for it.
    """

    value: str
    label: "str | _StrPromise"
    enabled: bool = True
    why_not: "str | _StrPromise" = ""
    group: str = ""
    detail: "str | _StrPromise" = ""
    belongs_to: str = ""
    has_local_disks: bool = False


def with_typed(options: Iterable[Option], typed: Iterable[str]) -> tuple[Option, ...]:
    """Return the options and, refused, what somebody sent that is not among them."""
    offered = tuple(options)
    known = {option.value for option in offered}
    return offered + tuple(
        Option(value=value, label=value, enabled=False, why_not=_("not offered here"))
        for value in typed
        if value and value not in known
    )
