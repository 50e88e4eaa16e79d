"""Which of the folded groups of the request form are open when its page is shown."""

from collections.abc import Iterable
from typing import Final

from django import forms

from clusters.forms.dependencies import has_value
from clusters.forms.fields import is_off
from clusters.forms.groups.access import AccessFields
from clusters.forms.groups.labels import LabelFields
from clusters.forms.groups.nodes import FIRST_NUMBERS, NodeFields
from clusters.forms.groups.security import SecurityFields

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "security": tuple(SecurityFields.base_fields),
    "nodes": tuple(NodeFields.base_fields),
    "access": tuple(AccessFields.base_fields),
    "labels": tuple(LabelFields.base_fields),
}
"""The fields of each folded group."""

_SET_BY_THE_PAGE: Final = (
    "password_source",
    "master_volume_type",
    "client_volume_type",
    "cold_volume_type",
)
"""Fields that a browser sends with a value though nobody chose one."""


def open_groups(form: forms.Form) -> frozenset[str]:
    """Return the groups that hold an error, or a value that somebody gave."""
    return frozenset(
        group for group, names in GROUPS.items() if _has_to_be_seen(form, names)
    )


def holds_a_value(form: forms.Form, name: str) -> bool:
    """Whether somebody filled this field; what the page sets by itself does not count."""
    value = form[name].value()
    if name in _SET_BY_THE_PAGE or form.fields[name].widget.attrs.get("readonly"):
        return False
    if isinstance(form.fields[name].widget, forms.CheckboxInput):
        return not is_off(value)
    return has_value(value) and value != FIRST_NUMBERS.get(name)


def _has_to_be_seen(form: forms.Form, names: Iterable[str]) -> bool:
    return any(name in form.errors or holds_a_value(form, name) for name in names)
