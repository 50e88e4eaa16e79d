"""Whatever stands in a column, a check says so in a sentence and never breaks."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from clusters import wiring
from clusters.domain.events import EventKind
from clusters.models import (
    Attempt,
    AuditCheck,
    Cluster,
    ClusterRequest,
    Decision,
    Event,
    Installation,
    KeptHead,
    SigningKey,
)
from clusters.operations.audit.heads import keep_head
from clusters.operations.core.history import record_event, record_installation_event
from tests.factories import NOON, submitted
from tests.flows.audit.erasing import live
from tests.flows.audit.scene import answered_attempt
from tests.flows.audit.verified import finding, said
from tests.flows.decide.pages import as_person
from tests.openings import change_history

pytestmark = pytest.mark.django_db

MODELS: Final[tuple[type[Model], ...]] = (
    *(Attempt, Cluster, ClusterRequest, Decision),
    *(Event, Installation, KeptHead, SigningKey),
)
GARBAGE: Final = ("'garbage'", "''", "-1", "'[]'", "'{\"a\": [1]}'", "x'ff'", "NULL")
DATA: Final[tuple[Any, ...]] = (
    *([1], "text", 7),
    {key: [] for key in ("claim", "cluster_id", "attempts", "sha256", "outcome")},
    {key: {} for key in ("body_sha256", "place_sha256", "to_id", "because")},
    {"format_1": [], "public_key": [], "signature": {}},
)


def columns() -> Iterator[tuple[str, str]]:
    """Yield table and column of all that a check reads, and more."""
    for model in MODELS:
        for field in model._meta.concrete_fields:
            yield model._meta.db_table, field.column


def put(table: str, column: str, value: str) -> None:
    """Put this SQL into the column of the newest row."""
    newest = f"SELECT max(rowid) FROM {table}"  # noqa: S608
    with change_history(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = {value} WHERE rowid = ({newest})"  # noqa: S608
        )


def is_sentence(text: str) -> bool:
    """Whether it is one; the words of a database that cannot decode have no full stop."""
    unread = text.startswith("The history could not be read to its end")
    return unread or text.strip().endswith(("chain ok", "."))


@pytest.fixture
def unchecked(db: None) -> Iterator[None]:
    """Switch off each CHECK, which only SQLite can; later tests share the connection."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite keeps a value of any type")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        yield
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


class TestAColumn:
    @pytest.mark.usefixtures("unchecked")
    def test_may_hold_anything(self) -> None:
        live()
        answered_attempt()
        keep_head(wiring.audit_keys(), now=NOON + timedelta(days=1))
        for table, column in columns():
            for value in GARBAGE:
                with transaction.atomic():
                    try:
                        put(table, column, value)
                    except IntegrityError:
                        continue
                    assert is_sentence(said()), (table, column, value)
                    transaction.set_rollback(True)

    def test_with_garbage_is_kept_as_a_finding(self) -> None:
        if connection.vendor != "sqlite":
            pytest.skip("only SQLite keeps a value of any type")
        submitted()
        put("clusters_clusterrequest", "body", "x'ff'")
        sentence = finding()
        assert "A column holds what the portal does not write" in sentence
        assert AuditCheck.objects.get().finding == sentence

    @pytest.mark.parametrize("kind", EventKind)
    def test_of_data_may_hold_any_json_with_its_right_hash(self, kind: str) -> None:
        row = submitted()
        for data in DATA:
            with transaction.atomic():
                record_event(row.pk, EventKind(kind), now=NOON, data=data)
                record_installation_event(EventKind(kind), now=NOON, data=data)
                assert is_sentence(said()), data
                transaction.set_rollback(True)

    def test_of_a_kept_head_breaks_no_page(self) -> None:
        if connection.vendor != "sqlite":
            pytest.skip("only SQLite keeps a value of any type")
        keep_head(wiring.audit_keys(), now=NOON)
        put("clusters_kepthead", "at", "'garbage'")
        assert as_person("dora").get("/audit/").status_code == 200
        put("clusters_kepthead", "line", "'garbage'")
        assert as_person("dora").get("/audit/").status_code == 200


def test_a_name_with_controls_of_a_terminal_is_printed_marked() -> None:
    row = submitted()
    ClusterRequest.objects.filter(pk=row.pk).update(name="a\x1b[2J", state="failed")
    assert "a[U+001B][2J" in finding()
