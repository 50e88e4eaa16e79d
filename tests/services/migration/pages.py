"""
Every page of every request, before requests and clusters were parted and after.

`tests/data/pages_before/` holds what release 0.1 showed: `rows.json`, the rows that were
written in migration state 0017, and `pages.json`, what its code made of them at `NOW`.
`show` loads the rows in that state, migrates to the newest and returns what the code of
today makes of them, in the same form.

`pages.json`: by the address of a page, "HX" after it where htmx asked for a part, and by
reader: the HTTP status, the number of the page's wording, the line of `values` that it
shows. Wordings are numbered as they come up, so that the numbers say which pages say the
same, and not what they say.

Both files were written by `write_files`, with the code of 0.1, and cannot be made again by
the code of today. When a page is to show something else, its line is changed by hand.
"""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, Final

import time_machine
from django.apps import apps as apps_of_today
from django.apps.registry import Apps
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from tests.database_clock import database_clock
from tests.services.migration import forward
from tests.services.migration.dump import Rows, dump, load
from tests.services.migration.shown import shown_by
from tests.services.migration.situations import DATA
from tests.services.migration.values import NOW
from tests.services.migration.writer import add_people, write

FOLDER: Final = DATA.parent / "pages_before"
READERS: Final = ("alice", "bob", "charlie", "dora", "olga")
_LISTS: Final = ("/", "/requests/", "/clusters/", "/approvals/", "/operate/")
_SEARCHED: Final = ("cluster_id", "error_code")
_REFUSED: Final = 400
_NOT_FOUND: Final = 404

Page = list[int]
"""Status, number of the wording, number of the line of values."""


def show() -> None:
    """Write, as JSON, what the code of today shows of the rows of then."""
    apps = forward.migrate_to(forward.LAST)
    with transaction.atomic():
        add_people(apps)
        load(apps, json.loads((FOLDER / "rows.json").read_text()))
    forward.finish()
    sys.stdout.write(json.dumps(_pages()))


def write_files() -> None:
    """Write both files; with the code of 0.1 only."""
    apps = forward.migrate_to(forward.LAST)
    with transaction.atomic():
        write(apps, len(forward.earlier_states()))
    FOLDER.mkdir(exist_ok=True)
    _write("rows.json", _lean(apps))
    _write("pages.json", _pages())


def _write(name: str, content: dict[str, Any]) -> None:
    """Write JSON that has a line for each row or page, for whoever reads a diff."""
    parts = [f" {json.dumps(key)}: {_in_lines(part)}" for key, part in content.items()]
    (FOLDER / name).write_text("{\n" + ",\n".join(parts) + "\n}\n")


def _in_lines(part: dict[str, Any] | list[Any]) -> str:
    if isinstance(part, dict):
        lines = [f"  {json.dumps(key)}: {json.dumps(part[key])}" for key in part]
        return "{\n" + ",\n".join(lines) + "\n }"
    return "[\n" + ",\n".join(f"  {json.dumps(each)}" for each in part) + "\n ]"


def _lean(apps: Apps) -> Rows:
    """Return all rows without what is each column's default."""
    rows = dump(apps)
    for model in apps.get_app_config("clusters").get_models():
        for row in rows[model.__name__].values():
            for column in model._meta.concrete_fields:
                if row[column.attname] in (None, "", 0) and column.name != "id":
                    del row[column.attname]
    return rows


def _pages() -> dict[str, Any]:
    """Read every page as every reader, at `NOW` by each clock."""
    behind = (NOW - datetime.now(UTC)).total_seconds()
    logging.disable()
    book = _Book()
    with ExitStack() as stack:
        stack.enter_context(database_clock(seconds=behind))
        stack.enter_context(time_machine.travel(NOW, tick=False))
        for reader in READERS:
            client = Client(SERVER_NAME="127.0.0.1")
            client.force_login(User.objects.get(username=reader))
            for path, is_part in _addresses(reader):
                headers = {"HX-Request": "true"} if is_part else {}
                response = client.get(path, headers=headers)
                key = f"{path} HX" if is_part else path
                if response.status_code != _NOT_FOUND:
                    status = response.status_code
                    # A refusal shows the id of this one call, and nothing of rows.
                    html = response.content.decode() if status < _REFUSED else ""
                    book.enter(key, reader, status, html)
    return {"values": book.lines, "pages": book.pages}


def _addresses(reader: str) -> Iterator[tuple[str, bool]]:
    """Yield each address, and whether htmx asks it for a part of the page."""
    requests = json.loads((FOLDER / "rows.json").read_text())["ClusterRequest"]
    for path in (*_LISTS, *(f"/requests/{pk}/" for pk in requests)):
        yield path, False
    if (
        reader == "olga"
    ):  # whatever one's role is, these show the same to her who sees all
        yield from _parts(requests)


def _parts(requests: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield what htmx asks for, and lists that are narrowed by a column's value."""
    for state in sorted({row["state"] for row in requests.values()}):
        yield f"/requests/?state={state}", False
    for pk, row in requests.items():
        yield f"/requests/{pk}/?shown=0.0&since=1", True
        yield f"/requests/{pk}/?before=3", True
        for column in [each for each in _SEARCHED if each in row]:
            yield f"/requests/?q={row[column]}", False
    marks = [f"{pk.replace('-', '')}00000000" for pk in requests]
    yield f"/requests/?watch={','.join(marks)}", True


class _Book:
    """The pages that were read, each value line and each wording once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pages: dict[str, dict[str, Page]] = {}
        self._wordings: list[str] = []
        self._labels = _labels()

    def enter(self, key: str, reader: str, status: int, html: str) -> None:
        shown = shown_by(html, self._labels)
        wording = _number_of(" ".join(shown.words), self._wordings)
        line = _number_of(" ".join(shown.values), self.lines)
        self.pages.setdefault(key, {})[reader] = [status, wording, line]


def _number_of(text: str, texts: list[str]) -> int:
    if text not in texts:
        texts.append(text)
    return texts.index(text)


def _labels() -> dict[str, str]:
    """Return what a cluster's health is called on pages, and its value."""
    for model in apps_of_today.get_app_config("clusters").get_models():
        for column in model._meta.concrete_fields:
            if column.name == "health":
                return {str(label): key for key, label in column.choices if key}
    raise LookupError("no model has a column `health`")
