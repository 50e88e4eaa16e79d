"""
The first line of a batch in an archive: what the batch holds, signed. Pure.

An archive is a file of one batch after the other. A batch is this line, then one line for
each request, encrypted, in the order of the requests' ids. The line is JSON as
`clusters.domain.signed_line` has it:

* `format`: 1
* `installation`: the id of the installation, or empty
* `archive`: the id of the archive, a uuid; the same in each of its batches
* `at`: when it was written, ISO 8601 in UTC
* `before`: the date before which its requests had ended, in the portal's time zone
* `requests`, `events`: how many it holds
* `bytes`, `sha256`: length and SHA-256 (hexadecimal) of the lines of the requests
* `root`: SHA-256, in hexadecimal, of one line for each request, as in a head
  (`clusters.domain.signed_head`)
* `key`: the Fernet key of the requests' lines, encrypted with ENCRYPTION_KEYS for this archive
* `public_key`, `signature`
"""

from dataclasses import asdict, dataclass
from typing import Final

from clusters.credentials.signing import Signer
from clusters.domain.signed_line import BadLine, Shapes, signed_line, signed_values

FORMAT: Final = 1


class BadBatch(Exception):
    """The line begins no batch, or its signature is wrong; the message is half a sentence."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What the line of a batch says; the module explains each value."""

    installation: str
    archive: str
    at: str
    before: str
    requests: int
    events: int
    bytes: int
    sha256: str
    root: str
    key: str


@dataclass(frozen=True, kw_only=True)
class SignedBatch:
    """A batch whose signature was verified with the key in its line."""

    batch: Batch
    public_key: str


def line_of(batch: Batch, signer: Signer) -> str:
    """Return the signed line, without a line feed."""
    return signed_line({"format": FORMAT, **asdict(batch)}, signer)


def read_line(line: str) -> SignedBatch:
    """
    Return the batch that this line begins.

    That its key is one of ours is for the caller to check.

    :raises BadBatch: if it is no line of a known format, or its signature is wrong
    """
    try:
        values = signed_values(line, what="batch", known_format=FORMAT, shapes=_SHAPES)
    except BadLine as bad:
        raise BadBatch(str(bad)) from None
    public_key = values.pop("public_key")
    del values["format"]
    return SignedBatch(batch=Batch(**values), public_key=public_key)


_DATE: Final = r"\d{4}-\d\d-\d\d"
_HASH: Final = r"[0-9a-f]{64}"
_SHAPES: Final[Shapes] = {
    "installation": r".{0,64}",
    "archive": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "at": _DATE + r"T\d\d:\d\d:\d\d(\.\d{6})?\+00:00",
    "before": _DATE,
    "requests": int,
    "events": int,
    "bytes": int,
    "sha256": _HASH,
    "root": _HASH,
    "key": r"[A-Za-z0-9_=-]{1,1000}",
}
