"""
One row of events as raw columns, and its hash, computed without an ORM object.

Equal to `Event.expected_hash()` and `Event.is_intact()` of the same row, and several times
as fast: a check of the whole history calls them millions of times. The rules are those of
`clusters.models.event_format`.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC
from functools import lru_cache
from hashlib import sha256
from json import encoder
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.utils.dateparse import parse_datetime

from clusters.models.event_format import digest_of, is_true_name, moment

FORMATS: Final = (1, 2)
"""The formats that exist."""


class EventRow(NamedTuple):
    """
    The columns of an event as the database's driver returns them.

    `request_id` is the uuid with or without hyphens, empty for other subjects. `at` is a
    text in UTC: that of SQLite, or ISO 8601 with microseconds. `data` and `names` are JSON.
    """

    id: int
    request_id: str
    subject_kind: str
    subject_id: str
    seq: int
    format: int
    at: str
    kind: str
    from_state: str
    to_state: str
    actor_id: int | None
    actor_name: str
    actor_salt: str
    actor_digest: str
    data: str
    names: str
    correlation_id: str
    previous_hash: str
    hash: str


class Unreadable(Exception):
    """A column holds what no event can hold, such as JSON that is cut."""


def expected_hash(row: EventRow) -> str:
    """
    Return what `row.hash` must be; another value means that the event was changed.

    :raises Unreadable: if a column cannot be read
    """
    try:
        covered = _format_1(row) if row.format == 1 else _format_2(row)
        return sha256(covered.encode()).hexdigest()
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(str(error)) from error


def has_true_names(row: EventRow) -> bool:
    """
    Whether each name fits its digest or was erased, and nothing stands where none belongs.

    :raises Unreadable: if `names` cannot be read
    """
    if row.format == 1:
        # Its hash covers the actor's name and none of these columns.
        return (row.actor_salt, row.actor_digest, row.names) == ("", "", "{}")
    if row.actor_salt:
        actor = digest_of(row.actor_salt, row.actor_name) == row.actor_digest
    else:
        actor = not row.actor_name
    return actor and (row.names == "{}" or _are_true(row.names))


def subject_of(row: EventRow) -> tuple[str, str]:
    """
    Return kind and id of the event's subject, as `Event.subject` does.

    :raises ValueError: if the id of a request is no uuid
    """
    if row.request_id:
        return "request", uuid_text(row.request_id)
    return row.subject_kind, row.subject_id


@lru_cache(maxsize=16)
def uuid_text(request_id: str) -> str:
    """
    Return the uuid with hyphens; rows of one request ask for it one after the other.

    :raises ValueError: if it is none
    """
    return str(UUID(request_id))


@lru_cache(maxsize=4096)
def canonical_json(text: str) -> str:
    """
    Return this JSON with sorted keys, without spaces, every letter beyond ASCII escaped.

    :raises ValueError: if it is no JSON
    """
    return "".join(_parts(read_json(text), 0))


def read_json(text: str) -> Any:
    """
    Return the value of this JSON; quicker than `json.loads`, which looks for spaces first.

    :raises ValueError: if it is no JSON
    """
    try:
        value, end = _DECODER.raw_decode(text)
    except ValueError:
        end = -1
    return value if end == len(text) else json.loads(text)


_DECODER: Final = json.JSONDecoder()
_quoted: Final = encoder.encode_basestring_ascii
_write: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def _parts_of_encoder() -> Callable[[Any, int], Iterable[str]]:
    """
    Return what `JSONEncoder.encode` makes anew for each value, made once: twice as fast.

    No value that was read from JSON contains itself, so nothing looks for that.
    """
    make = getattr(encoder, "c_make_encoder", None)
    if make is None:  # a Python without the module in C
        return lambda value, _level: [_write(value)]
    parts: Callable[[Any, int], Iterable[str]] = make(
        None, None, _quoted, None, ":", ",", True, False, True
    )
    return parts


_parts: Final = _parts_of_encoder()


def _format_1(row: EventRow) -> str:
    at = moment_of(row.at).replace(".000000+", "+")
    request = uuid_text(row.request_id) if row.request_id else "None"
    return (
        f'{{"actor":{_quoted(row.actor_name)},"at":{_quoted(at)}'
        f',"correlation":{_quoted(row.correlation_id)},"data":{canonical_json(row.data)}'
        f',"from":{_quoted(row.from_state)},"kind":{_quoted(row.kind)}'
        f',"previous":{_quoted(row.previous_hash)},"request":"{request}"'
        f',"seq":{row.seq},"to":{_quoted(row.to_state)}}}'
    )


def _format_2(row: EventRow) -> str:
    actor = "null" if row.actor_id is None else row.actor_id
    subject = _subject_json(row.request_id, row.subject_kind, row.subject_id)
    names = "{}" if row.names == "{}" else _covered_names(row.names)
    return (
        f'{{"actor":[{actor},{_quoted(row.actor_digest)}]'
        f',"at":{_quoted(moment_of(row.at))}'
        f',"correlation":{_quoted(row.correlation_id)},"data":{canonical_json(row.data)}'
        f',"format":{row.format},"from":{_quoted(row.from_state)}'
        f',"kind":{_quoted(row.kind)},"names":{names}'
        f',"previous":{_quoted(row.previous_hash)},"seq":{row.seq}'
        f',"subject":{subject},"to":{_quoted(row.to_state)}}}'
    )


@lru_cache(maxsize=16)
def _subject_json(request_id: str, subject_kind: str, subject_id: str) -> str:
    """Return the subject as JSON; one chain after the other asks for the same one."""
    if request_id:
        return f'["request","{uuid_text(request_id)}"]'
    return f"[{_quoted(subject_kind)},{_quoted(subject_id)}]"


def moment_of(at: str) -> str:
    """Return the time as `event_format.moment` does; SQLite leaves out microseconds of 0."""
    if len(at) == 32:
        return at
    if len(at) == 26:
        return f"{at[:10]}T{at[11:]}+00:00"
    if len(at) == 19:
        return f"{at[:10]}T{at[11:]}.000000+00:00"
    parsed = parse_datetime(at)
    if parsed is None:
        raise ValueError("no time")
    return moment(parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC))


def _covered_names(names: str) -> str:
    kept = read_json(names)
    return _write(
        {key: [each.get("person"), each.get("digest")] for key, each in kept.items()}
    )


def _are_true(names: str) -> bool:
    try:
        return all(
            each.keys() <= _KEPT_KEYS and is_true_name(each)
            for each in read_json(names).values()
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(str(error)) from error


_KEPT_KEYS: Final = {"digest", "salt", "text", "person"}
"""What `Event.names` holds of each name; the hash would not cover anything else."""
