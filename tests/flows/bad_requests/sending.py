"""Send bad requests to the application that gunicorn serves, and evaluate the answers."""

import io
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from django.conf import settings
from django.core.signals import got_request_exception

from portal.wsgi import application
from tests.flows.bad_requests import junk
from tests.flows.bad_requests.addresses import Page, every_page
from tests.flows.bad_requests.inputs import CHANGES, Bad, fields_in, inputs_of
from tests.flows.bad_requests.keys import swept
from tests.flows.bad_requests.scene import SEALED, Scene, set_scene

TOKEN: Final = "a" * 32
"""A CSRF secret, which is its own token."""

SHOWN_NEVER: Final = (
    "Traceback (most recent call last)",
    "site-packages",
    SEALED,
    settings.SECRET_KEY,
    settings.ENCRYPTION_KEYS[0],
    "md5$",
)


@dataclass
class Result:
    """What came back from one page."""

    page: Page
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def results(count: int, *, seed: str, only: str = "") -> Iterator[Result]:
    """Send so many to each page whose route holds `only`."""
    with _noted() as noted:
        for page in every_page():
            if only in page.route:
                yield _result(page, count, seed=seed, noted=noted)


def _result(page: Page, count: int, *, seed: str, noted: list[str]) -> Result:
    result, scene = Result(page), set_scene()
    fields = _fields(page, scene)
    drawn = inputs_of(page, scene, fields=fields, seed=seed, count=count)
    for bad in chain(drawn, swept(page, thorough=count > len(CHANGES))):
        noted.clear()
        status, text = send(bad, scene)
        result.statuses[status] += 1
        said = [f"shows {word!r}" for word in SHOWN_NEVER if word in text]
        if noted or said or _is_fault(status, page):
            fault = f"{status} {said} {_shortened(bad)}\n{''.join(noted)}"
            result.faults.append(fault)
    return result


def _is_fault(status: int, page: Page) -> bool:
    # A probe says 503 by itself: nothing works here that is not a web.
    return status >= 500 and not (page.route == "readyz" and status == 503)


def _fields(page: Page, scene: Scene) -> tuple[str, ...]:
    """Return the names of the fields that people see on the page, or beside it."""
    found = set(junk.FIELDS[:8])
    paths = [page.path(scene, _First()), f"/requests/{scene.requests[-1]}/"]
    for path in paths:
        for person in ("alice", "olga", "root"):
            found |= fields_in(send(Bad(person=person, path=path), scene)[1])
    return tuple(sorted(found))


class _First:
    """Chooses the first of all."""

    def choice(self, choices: Any) -> Any:
        return choices[0]


def send(bad: Bad, scene: Scene) -> tuple[int, str]:
    """Return the status and the text; 599 if the application itself raised."""
    said: list[int] = []
    try:
        answer = application(_environ(bad, scene), _starts(said))
        try:
            return said[0], b"".join(answer).decode("utf-8", "replace")
        finally:
            getattr(answer, "close", lambda: None)()
    except Exception:  # noqa: BLE001 - a server would answer 500
        return 599, traceback.format_exc()


def _starts(said: list[int]) -> Any:
    def start(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        for name, value in headers:
            f"{name}{value}".encode("latin-1")
            assert "\n" not in value
            assert "\r" not in value
        said.append(int(status.split(maxsplit=1)[0]))

    return start


def _environ(bad: Bad, scene: Scene) -> dict[str, Any]:
    cookies = {"sessionid": scene.sessions.get(bad.person, ""), "csrftoken": TOKEN}
    cookies |= {_bytes(name): _bytes(value) for name, value in bad.cookies.items()}
    found = {
        "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "HTTP_HOST": "testserver",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": bad.kind,
        "CONTENT_LENGTH": str(len(bad.body)),
        **({"HTTP_X_CSRFTOKEN": TOKEN} if bad.has_token else {}),
        **bad.headers,
    }
    return {
        # No server hands over a header with these.
        **{name: _bytes(value, without="\r\n\x00") for name, value in found.items()},
        "REQUEST_METHOD": bad.method,
        "PATH_INFO": _bytes(bad.path),
        "QUERY_STRING": _bytes(bad.query),
        "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(bad.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _bytes(text: str, *, without: str = "") -> str:
    """Return the text as WSGI carries it: each byte a character."""
    kept = "".join(character for character in text if character not in without)
    return kept.encode("utf-8", "surrogatepass").decode("latin-1")


def _shortened(bad: Bad) -> str:
    parts = {name: repr(value)[:300] for name, value in vars(bad).items() if value}
    return ", ".join(f"{name}={value}" for name, value in parts.items())


@contextmanager
def _noted() -> Iterator[list[str]]:
    """Note what any view raised; a later answer may hide it."""
    noted: list[str] = []

    def note(**_: Any) -> None:
        noted.append(traceback.format_exc(limit=-8))

    got_request_exception.connect(note)
    try:
        yield noted
    finally:
        got_request_exception.disconnect(note)
