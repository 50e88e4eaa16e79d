"""The SHA-256 of the bodies that a stored spec makes."""

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from clusters.cloud.types import CreateApi
from clusters.domain import spec_json
from clusters.operations.core.request_body import body_of


def is_body_of(body_sha256: str, spec: dict[str, Any], request_id: str) -> bool:
    """
    Whether this spec makes this body, for either version of the create call.

    Which one it was made for is not compared with the cloud project, which may have
    another version since.
    """
    try:
        return body_sha256 in _hashes(spec, request_id)
    except (ValueError, TypeError, AttributeError):
        return False


def _hashes(spec: dict[str, Any], request_id: str) -> Iterator[str]:
    asked = spec_json.from_json(spec)
    for api in CreateApi:
        yield hashlib.sha256(body_of(asked, UUID(request_id), api)).hexdigest()
