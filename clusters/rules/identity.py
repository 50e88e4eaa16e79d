"""Rules about what is asked for: name, description, engine."""

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import ClusterSpec
from clusters.domain.catalog import Catalog
from clusters.rules.problem import Problem, listed, problem, spelled

NAME_LENGTH: Final = (4, 32)
MAX_DESCRIPTION: Final = 128

_STRANGE: Final = re.compile(r"[^A-Za-z0-9_-]")


def name(spec: ClusterSpec, _catalog: Catalog) -> Iterator[Problem]:
    """Check ``^[A-Za-z][A-Za-z0-9_-]{3,31}$``, the subset that all versions take."""
    strange = _STRANGE.search(spec.name)
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
    """Check its length."""
    if len(spec.description) > MAX_DESCRIPTION:
        yield problem(
            "description",
            _("This has {count} characters. Use at most {longest}."),
            count=len(spec.description),
            longest=MAX_DESCRIPTION,
        )


def datastore(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """Check that the engine version is sold; documented ones may not be."""
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
