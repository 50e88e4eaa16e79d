"""Generated bad requests for a page; the same ones for the same seed."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote_from_bytes, urlencode

from tests.flows.bad_requests import bodies, junk
from tests.flows.bad_requests.addresses import Page
from tests.flows.bad_requests.scene import PEOPLE, Scene

FORM: Final = "application/x-www-form-urlencoded"


@dataclass
class Bad:
    """A request as a server hands it over, before it is one of WSGI."""

    person: str
    path: str
    method: str = "GET"
    query: str = ""
    kind: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    has_token: bool = True


_Change = Callable[[Bad, random.Random, tuple[str, ...]], None]


def inputs_of(
    page: Page, scene: Scene, *, fields: tuple[str, ...], seed: str, count: int
) -> Iterator[Bad]:
    """Yield `count` requests; `fields` are names of fields that the page has."""
    for number in range(count):
        rng = random.Random(f"{seed}/{page.route}/{number}")  # noqa: S311 - no secret
        bad = Bad(person=rng.choice(PEOPLE), path=page.path(scene, rng))
        # The first requests take each kind of change once, whatever the random numbers are.
        changes = [CHANGES[number % len(CHANGES)]]
        changes += rng.sample(CHANGES, rng.choice((0, 0, 1, 2)))
        for change in changes:
            change(bad, rng, fields)
        bad.has_token = rng.random() < 0.85
        yield bad


def _query(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    names = junk.NAMES + fields
    pairs = [(rng.choice(names), text(rng)) for _ in range(rng.choice((1, 1, 2, 5)))]
    bad.query = urlencode(pairs, errors="surrogatepass")


def _raw_query(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    name = rng.choice(junk.NAMES[:20] + fields).encode()
    raw = quote_from_bytes(name) + "="
    bad.query = raw + rng.choice(junk.BYTES).decode("latin-1")


def _many_in_query(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    bad.query = "&".join([f"{rng.choice(junk.NAMES[:8])}={rng.randrange(9)}"] * 1_500)


def _form(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    """Fill each field of the page with something, and some that it does not have."""
    names = set(rng.sample(fields, min(len(fields), rng.choice((1, 3, 40)))))
    names |= {rng.choice(junk.FIELDS)}
    pairs = [(name, text(rng)) for name in sorted(names)]
    bad.method, bad.kind = "POST", FORM
    bad.body = urlencode(pairs, errors="surrogatepass").encode()


def _raw_form(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    name = rng.choice(fields + junk.FIELDS)
    bad.method, bad.kind = "POST", FORM
    bad.body = urlencode({name: ""}).encode() + rng.choice(junk.BYTES)


def _parts(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    bad.method, bad.kind = "POST", "multipart/form-data; boundary=b"
    bad.body = bodies.multipart(rng, rng.choice(fields + junk.FIELDS), text(rng))


def _body(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    bad.method = rng.choice(("POST", "POST", "PUT", "PATCH", "DELETE", "GET"))
    bad.kind = rng.choice(junk.KINDS)
    bad.body = bodies.any_body(rng)


def _length(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    _form(bad, rng, fields)
    bad.headers["CONTENT_LENGTH"] = rng.choice(junk.LENGTHS)


def _method(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    bad.method = rng.choice(junk.METHODS)


def _headers(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    for name in rng.sample(junk.HEADERS, rng.choice((1, 1, 3))):
        bad.headers[name] = text(rng)
    if rng.random() < 0.2:
        bad.headers["HTTP_ACCEPT_LANGUAGE"] = rng.choice(junk.LANGUAGES)
    if rng.random() < 0.2:
        bad.headers["REMOTE_ADDR"] = rng.choice(junk.PEERS)


def _live_part(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    rng.choice((_query, _form))(bad, rng, fields)
    bad.headers["HTTP_HX_REQUEST"] = "true"
    bad.headers["HTTP_HX_CURRENT_URL"] = text(rng)


def _cookies(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    bad.cookies[rng.choice(junk.COOKIES)] = text(rng)


def _path(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    """Put something else for one part of the address."""
    parts = bad.path.split("/")
    parts[rng.randrange(1, len(parts))] = text(rng)[:2_000]
    bad.path = "/".join(parts)


def _longer_path(bad: Bad, rng: random.Random, fields: tuple[str, ...]) -> None:
    bad.path += rng.choice(
        ("/", "//", "%00", "\x00", "\xff", "..", "a" * 3_000, ";a=b")
    )


CHANGES: Final[list[_Change]] = [
    _query, _form, _parts, _headers, _path, _body, _cookies, _raw_query, _raw_form,
    _method, _form, _live_part, _length, _many_in_query, _longer_path, _form,
]  # fmt: skip


def text(rng: random.Random) -> str:
    """Return a value: from the list, or a changed one."""
    chosen = rng.choice(junk.TEXTS)
    if rng.random() < 0.7:
        return chosen
    at = rng.randrange(len(chosen) + 1)
    return chosen[:at] + chr(rng.choice((0, 10, 37, 127, 0x202E, 0xD800))) + chosen[at:]


_FIELD: Final = re.compile(r'<(?:input|select|textarea|button)\b[^>]*?\bname="([^"]+)"')


def fields_in(html: str) -> set[str]:
    """Return the names of the fields of a page."""
    return set(_FIELD.findall(html))
