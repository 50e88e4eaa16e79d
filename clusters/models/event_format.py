"""
How the hash of an event is computed; enough to verify an exported history elsewhere.

The hash is SHA-256, in hexadecimal, of JSON in UTF-8 with sorted keys, `,` and `:` as
separators and every letter beyond ASCII escaped.

Format 1 (until 0.2), events of requests only. Keys: `previous` (the hash before it in the
chain, empty for the first), `request` (the uuid), `seq`, `at` (ISO 8601), `kind`, `from`,
`to`, `actor` (the name itself), `data`, `correlation`.

Format 2. Keys: `format` (2), `previous`, `subject` ([kind, id], for a request ["request",
uuid]), `seq`, `at` (ISO 8601 in UTC with microseconds), `kind`, `from`, `to`, `actor`
([user id or null, digest]), `names` ({key: [user id or null, digest]}), `data`,
`correlation`. A digest is SHA-256 of salt and name one after the other, both in UTF-8;
the salt is 32 hexadecimal digits, fresh for each name of each event, so that the digest
alone says nothing of the name. No actor: null and an empty digest. An erased name has
its digest still, and neither salt nor text.
"""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any

Named = tuple[str, int | None]
"""A name or an address of a person, and the user's id; None without a user."""


def hash_of(hashed: dict[str, Any]) -> str:
    """Return the hash of the values that it covers, by the rules of the event's format."""
    canonical = json.dumps(hashed, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def moment(at: datetime) -> str:
    """Return a time as ISO 8601 in UTC with microseconds, whatever its time zone."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def digest_of(salt: str, text: str) -> str:
    """Return the digest of a name."""
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def salted_name(named: Named) -> dict[str, Any]:
    """Return a name with a new salt and the digest, as `Event.names` stores it."""
    text, person = named
    salt = secrets.token_hex(16)
    return {
        "digest": digest_of(salt, text),
        "salt": salt,
        "text": text,
        "person": person,
    }


def is_true_name(kept: dict[str, Any]) -> bool:
    """Whether a stored name fits its digest, or was erased together with its salt."""
    salt, text = kept.get("salt", ""), kept.get("text", "")
    if not salt:
        return not text
    return bool(kept.get("digest") == digest_of(salt, text))
