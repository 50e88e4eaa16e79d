"""
The rule about the encryption of disks; v2.0 only.

Source: CSS API Reference, Creating a Cluster (v2.0; address in `clusters.rules`),
parameter ``diskEncryption.systemCmkid``: the id of a key in KMS.
"""

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import ClusterSpec
from clusters.domain.catalog import Catalog
from clusters.rules.problem import Problem, problem

_KEY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def key(spec: ClusterSpec, _catalog: Catalog) -> Iterator[Problem]:
    """Check that the key is named by its id, a UUID with hyphens, not by its alias."""
    value = spec.encryption_key_id
    if value and not _KEY.fullmatch(value.lower()):
        yield problem(
            "encryption_key_id",
            _(
                "“{value}” is not the id of a key. KMS shows it beside the key's name, as 36"
                " digits, letters a to f and hyphens."
            ),
            value=value,
        )
