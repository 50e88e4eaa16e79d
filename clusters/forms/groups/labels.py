"""Tags, enterprise project, and who else may read the request."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import ClusterSpec, Tag
from clusters.forms.fields import Lines, Names, Word


class LabelFields(forms.Form):
    """The group's fields; watchers stay in the portal, not in the spec."""

    use_required_attribute = False

    tags = Lines(
        label=_("Tags"),
        help_text=_("One a line, at most 9: key=value"),
        required=False,
    )
    enterprise_project_id = Word(
        label=_("Enterprise project"),
        help_text=_("Its id, or 0 for the default one. Empty: the default one."),
        required=False,
    )
    watchers = Names(
        label=_("Watchers"),
        help_text=_(
            "User names with commas between them, at most 20: they may read the request"
            " and get its notices."
        ),
        required=False,
    )


def tags_of(values: Mapping[str, Any]) -> tuple[Tag, ...]:
    """Return the tags in the order of their lines; without `=` the value is empty."""
    parts = (line.partition("=") for line in values.get("tags", ()))
    return tuple(Tag(key=key.strip(), value=value.strip()) for key, _is, value in parts)


def label_values(spec: ClusterSpec) -> dict[str, Any]:
    """Return the values of the group's fields; watchers are no part of a spec."""
    return {
        "tags": "\n".join(f"{tag.key}={tag.value}" for tag in spec.tags),
        "enterprise_project_id": spec.enterprise_project_id,
    }
