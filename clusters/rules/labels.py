"""
Rules about parameters ``tags`` and ``enterprise_project_id`` of the create call.

Source: CSS API Reference, Creating a Cluster (v1.0 and v2.0; addresses in
`clusters.rules`), table CreateClusterTagsBody. Pages of 2026 allow longer keys and
values with more characters; the limits here are the older ones, which each region takes.
"""

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import REQUEST_TAG, ClusterSpec, Tag
from clusters.domain.catalog import Catalog
from clusters.rules.problem import Problem, problem

MAX_TAGS: Final = 9
"""CSS allows 10 tags per cluster; one is reserved for the tag of the portal."""
LONGEST_KEY: Final = 36
"""Characters of a tag key; a key has at least one."""
LONGEST_VALUE: Final = 43
"""Characters of a tag value; it may be empty."""

_WORD: Final = re.compile(r"[A-Za-z0-9_-]*")
ENTERPRISE_PROJECT: Final = re.compile(r"0|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A lower-case UUID with hyphens, or ``0`` for the default enterprise project."""


def tags(spec: ClusterSpec, _catalog: Catalog) -> Iterator[Problem]:
    """
    Check the number of tags, and each key and value.

    A key has 1 to 36 and a value 0 to 43 of the characters A-Z a-z 0-9 - and _ . Keys
    that begin with ``sys`` are reserved by the cloud; no key may occur twice. CSS answers
    CSS.5137, CSS.5138, CSS.5038 and CSS.5039.
    """
    if len(spec.tags) > MAX_TAGS:
        yield problem(
            "tags",
            _("{count} tags are too many. Use at most {most}."),
            count=len(spec.tags),
            most=MAX_TAGS,
        )
        return
    for position, tag in enumerate(spec.tags):
        yield from _key(tag.key)
        yield from _value(tag)
        if tag.key in {each.key for each in spec.tags[:position]}:
            yield problem(
                "tags", _("Tag “{key}” is given twice. Give it once."), key=tag.key
            )


def enterprise_project(spec: ClusterSpec, _catalog: Catalog) -> Iterator[Problem]:
    """
    Check that the value is a UUID or ``0``, the default enterprise project.

    An empty value is valid: the parameter is then not sent.
    """
    value = spec.enterprise_project_id
    if value and not ENTERPRISE_PROJECT.fullmatch(value.lower()):
        yield problem(
            "enterprise_project_id",
            _(
                "“{value}” is not an enterprise project. Give its id, or 0 for the default."
            ),
            value=value,
        )


def other_enterprise_project(named: str, fixed: str) -> Problem:
    """Return the problem of a cluster in another enterprise project than `fixed`."""
    return problem(
        "enterprise_project_id",
        _(
            "“{value}” is another enterprise project. This cloud project makes clusters in"
            " {fixed} only: leave this empty, or choose another cloud project."
        ),
        value=named,
        fixed=fixed,
    )


def _key(key: str) -> Iterator[Problem]:
    if not (1 <= len(key) <= LONGEST_KEY and _WORD.fullmatch(key)):
        yield problem(
            "tags",
            _(
                "“{value}” is not a valid tag key. Use 1 to {longest} letters a to z, digits,"
                " - and _."
            ),
            value=key,
            longest=LONGEST_KEY,
        )
    elif key.lower().startswith("sys"):
        yield problem(
            "tags",
            _("“{value}” begins with sys, which the cloud keeps for itself."),
            value=key,
        )
    elif key == REQUEST_TAG:
        yield problem(
            "tags", _("“{value}” is the portal's own tag. Choose another."), value=key
        )


def _value(tag: Tag) -> Iterator[Problem]:
    if len(tag.value) > LONGEST_VALUE or not _WORD.fullmatch(tag.value):
        yield problem(
            "tags",
            _(
                "“{value}” of tag “{key}” is not a valid value. Use up to {longest} letters"
                " a to z, digits, - and _."
            ),
            value=tag.value,
            key=tag.key,
            longest=LONGEST_VALUE,
        )
