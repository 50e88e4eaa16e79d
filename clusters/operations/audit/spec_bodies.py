"""Whether a stored spec makes the body that stands beside it."""

import re
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

from clusters.cloud.types import CreateApi
from clusters.domain import spec_json
from clusters.models.event_row import read_json, uuid_text
from clusters.operations.audit.request_columns import RequestRow
from clusters.operations.core.request_body import body_of


class Made(NamedTuple):
    """What a spec makes: a body for each version of the create call, and what is shown."""

    bodies: tuple[str, ...]
    name: str
    flavor: str
    instance_num: int


def made_by(row: RequestRow) -> Made | None:
    """
    Return what the spec of this request makes; None if it is no spec.

    The version of the cloud project is not asked: it may be another one since. Equal specs
    of other names share what takes long (`_template`).
    """
    named = f'"name": "{row.name}"'
    if not _PLAIN.fullmatch(row.name) or row.spec.count(named) != 1:
        return _make(row.spec, UUID(row.request_id))
    template = _template(row.spec.replace(named, f'"name": "{_NAME}"'))
    if template is None or template.name != _NAME:
        return template
    request_id = uuid_text(row.request_id)
    bodies = tuple(
        body.replace(_NAME, row.name).replace(_ID_TEXT, request_id)
        for body in template.bodies
    )
    return template._replace(bodies=bodies, name=row.name)


_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]+")
_NAME: Final = f"name-{uuid4()}"
_ID: Final = uuid4()
_ID_TEXT: Final = str(_ID)
"""They stand for name and id in templates. Nobody can have written them into a spec."""


@lru_cache(maxsize=1024)
def _template(spec: str) -> Made | None:
    return _make(spec, _ID)


def _make(spec: str, request_id: UUID) -> Made | None:
    try:
        asked = spec_json.from_json(_object_in(spec))
        bodies = tuple(body_of(asked, request_id, api).decode() for api in CreateApi)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return Made(bodies, asked.name, asked.flavor, asked.instance_num)


def _object_in(text: str) -> dict[str, Any]:
    value = read_json(text)
    if not isinstance(value, dict):
        raise TypeError("no object")
    return value
