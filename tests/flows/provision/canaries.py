"""Look for a password in everything that the portal keeps, sends, logs and shows."""

import base64
import html
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import time_machine
from celery.signals import before_task_publish
from django.contrib import admin
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clusters.models import ClusterRequest, Mail
from tests.database_clock import database_clock
from tests.factories import user

PAGES = (
    "/",
    "/requests/",
    "/requests/new/",
    "/approvals/",
    "/clusters/",
    "/operate/",
    "/audit/",
    "/readyz",
)
"""Pages about no single row; who may not see one gets an answer, too."""

LATER = timedelta(days=2)
"""When a password is erased at the latest, and its request can be archived."""

PEOPLE = ("alice", "bob", "olga", "dora", "root")


def spellings(password: str) -> Iterator[str]:
    """Yield the password as it is, and as URL, JSON, HTML and base64 write it."""
    yield password
    yield quote(password, safe="")
    yield quote_plus(password)
    yield json.dumps(password)[1:-1]
    yield html.escape(password)
    yield repr(password)[1:-1]
    for before in range(3):
        # What does not depend on the neighbours: without four characters at each end.
        for coded in (base64.b64encode, base64.urlsafe_b64encode):
            yield coded(b"-" * before + password.encode())[4:-4].decode()


class Messages:
    """Every message that is published, while the block runs."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __enter__(self) -> "Messages":
        before_task_publish.connect(self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        before_task_publish.disconnect(self._note)

    def _note(self, **published: Any) -> None:
        self.texts.append(repr(published))


class Log(logging.Handler):
    """Every line of every logger, with all that is attached to it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.getMessage()} {record.__dict__!r}")
        if record.exc_info:
            self.texts.append(logging.Formatter().formatException(record.exc_info))


def tables() -> Iterator[tuple[str, str]]:
    """Yield each table, those of cache and sessions included, with each of its rows."""
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")  # noqa: S608
            for row in cursor.fetchall():
                yield name, " ".join(str(value) for value in row)


def mails() -> Iterator[tuple[str, str]]:
    """Yield each mail that was sent."""
    for each in mail.outbox:
        yield "mail", each.message().as_string()
        yield "mail", f"{each.subject} {each.body}"


def pages(row: ClusterRequest) -> Iterator[tuple[str, str]]:
    """Yield every page that shows this request, to each of PEOPLE; no button is pressed."""
    of_row = (
        row.get_absolute_url(),
        f"{row.get_absolute_url()}password/",
        f"{row.get_absolute_url()}?before=99",
        f"/requests/new/?from={row.id}",
    )
    for name in PEOPLE:
        client = Client()
        client.force_login(person(name))
        everywhere = (*PAGES, *_admin_pages()) if name == "root" else ()
        for path in (*of_row, *(PAGES if name == "alice" else everywhere)):
            yield f"{path} to {name}", _text(client.get(path))
        news = client.get(f"{of_row[0]}?shown=x.x", headers={"HX-Request": "true"})
        yield f"the news to {name}", _text(news)


def person(name: str) -> Any:
    """Return this person; root is a superuser."""
    found = user(name)
    if name == "root" and not found.is_superuser:
        found.is_superuser = found.is_staff = True
        found.save()
    return found


def _admin_pages() -> Iterator[str]:
    for model in admin.site._registry:
        where = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{where}_changelist")
        for pk in model._base_manager.values_list("pk", flat=True):
            yield reverse(f"{where}_change", args=[pk])


def _text(answer: Any) -> str:
    return f"{answer.headers} {answer.content.decode()}"


def exports(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what the commands about the history print, and the file of an archive."""
    for command in ("verify_audit", "export_head"):
        out = StringIO()
        call_command(command, stdout=out)
        yield command, out.getvalue()
    path = folder / "ended.archive"
    ids = list(ClusterRequest.objects.values_list("pk", flat=True))
    Mail.objects.update(due_at=None)
    later = timezone.now() + 2 * LATER
    # Four days on by both clocks: no scan looks for a cluster of a lost answer any more.
    with time_machine.travel(later, tick=False), database_clock(days=4):
        before = f"--before={later - timedelta(days=1):%Y-%m-%d}"
        call_command("archive", before, str(path), stdout=StringIO())
    if not path.exists():
        return
    yield "archive", path.read_bytes().decode("latin-1")
    for pk in set(ids) - set(ClusterRequest.objects.values_list("pk", flat=True)):
        out = StringIO()
        call_command("read_archive", str(path), f"--request={pk}", stdout=out)
        yield "read_archive", out.getvalue()
