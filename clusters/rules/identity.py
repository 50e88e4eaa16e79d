"""
Rules that identify the cluster: name, description, engine.

Source: CSS API Reference, Creating a Cluster (v1.0 and v2.0; addresses in
`clusters.rules`), parameters ``name``, ``desc`` and ``datastore``.
"""

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import ClusterSpec
from clusters.domain.catalog import Catalog
from clusters.rules.problem import Problem, listed, problem, spelled

NAME_LENGTH: Final = (4, 32)
"""Parameter ``name``: minimum and maximum length in characters."""
MAX_DESCRIPTION: Final = 128
"""Parameter ``desc``: maximum length in characters."""

_INVALID_CHARACTER: Final = re.compile(r"[^A-Za-z0-9_-]")


def name(spec: ClusterSpec, _catalog: Catalog) -> Iterator[Problem]:
    """
    Check that the name matches ``^[A-Za-z][A-Za-z0-9_-]{3,31}$``.

    Parameter ``name``. The v2.0 page also allows periods; v1.0 does not, so they are
    rejected. CSS answers CSS.5077 or CSS.5057 to a bad name.
    """
    strange = _INVALID_CHARACTER.search(spec.name)
    if strange:
        yield problem(
            "name",
            _(
                "“{value}” contains {strange}. Use letters a to z, digits, - and _ only."
            ),
            value=spec.name,
            strange=spelled(strange[0]),
        )
    elif spec.name[:1].isdigit():
        yield problem(
            "name",
            _("“{value}” begins with a digit. Begin with a letter."),
            value=spec.name,
        )
    elif spec.name[:1] in ("-", "_"):
        yield problem(
            "name",
            _("“{value}” begins with “{first}”. Begin with a letter."),
            value=spec.name,
            first=spec.name[0],
        )
    else:
        yield from _name_length(spec.name)


def description(spec: ClusterSpec, _catalog: Catalog) -> Iterator[Problem]:
    """Check the length of the description: at most 128 characters."""
    if len(spec.description) > MAX_DESCRIPTION:
        yield problem(
            "description",
            _("This has {count} characters. Use at most {longest}."),
            count=len(spec.description),
            longest=MAX_DESCRIPTION,
        )


def datastore(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """
    Check that the catalog offers this engine and version.

    Parameter ``datastore``. Versions on the vendor's page may be withdrawn in a region,
    so the catalog decides, not the page. An absent engine passes.
    """
    if spec.datastore and spec.datastore not in catalog.datastores:
        yield problem(
            "datastore",
            _("“{value}” is not offered here. Offered: {offered}."),
            value=spec.datastore,
            offered=listed(catalog.datastores),
        )


def _name_length(value: str) -> Iterator[Problem]:
    shortest, longest = NAME_LENGTH
    if not shortest <= len(value) <= longest:
        yield problem(
            "name",
            _("“{value}” has {count} characters. Use {shortest} to {longest}."),
            value=value,
            count=len(value),
            shortest=shortest,
            longest=longest,
        )
