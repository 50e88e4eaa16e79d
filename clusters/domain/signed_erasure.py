"""
A signed list of the events of format 1 from which a name was erased. Pure.

The hash of such an event covers the name itself, so the event does not fit it any more.
It counts if a list names it with two hashes: the one that it has in its chain, and the
one of its content after the erasure. What is left of it is so covered as before.

The list is the `data` of an event of the kind `person.name_erased`:

* `person`: the user's id
* `pseudonym`: what pages show instead of the name
* `format_1`: {primary key of the event, as text: [hash in the chain, hash of the content]}
* `public_key`, `signature`: Ed25519 in base64, over the JSON of the other keys and
  `public_key`, sorted and without spaces
"""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from clusters.credentials.signing import Signer, is_signature

ErasedEvents = Mapping[int, tuple[str, str]]
"""By the primary key of an event: its hash in the chain, and that of its content now."""

_SIGNED: Final = ("person", "pseudonym", "format_1", "public_key")


def signed_erasure(
    *, person: int, pseudonym: str, events: ErasedEvents, signer: Signer
) -> dict[str, Any]:
    """Return the data of the event."""
    values: dict[str, Any] = {
        "person": person,
        "pseudonym": pseudonym,
        "format_1": {str(pk): list(hashes) for pk, hashes in sorted(events.items())},
        "public_key": signer.public_key,
    }
    return values | {"signature": signer.sign(_covered(values))}


def events_in(data: object, known_keys: Collection[str]) -> dict[int, tuple[str, str]]:
    """Return the events of a list; none if no known key has signed it just so."""
    if not isinstance(data, dict):
        return {}
    values = {key: data.get(key) for key in _SIGNED}
    signature, public_key = str(data.get("signature", "")), values["public_key"]
    if not isinstance(public_key, str) or public_key not in known_keys:
        return {}
    if not is_signature(signature, _covered(values), public_key=public_key):
        return {}
    listed: dict[str, list[str]] = data["format_1"]
    return {int(pk): (was, now) for pk, (was, now) in listed.items()}


def is_erased_event(
    pk: int, *, chained: str, content: str, erased: ErasedEvents
) -> bool:
    """
    Whether an event of format 1 counts although it does not fit its hash.

    :param chained: the hash that it has in its chain
    :param content: the hash of its content as it is now
    """
    return erased.get(pk) == (chained, content)


def _covered(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
