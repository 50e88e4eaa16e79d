"""A person with traces in every table, and a search in all of them."""

from datetime import timedelta
from typing import Any, Final

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client

from clusters.domain.events import EventKind
from clusters.domain.sign_in_limits import LIMITS, Kind, counted_by
from clusters.models import ClusterRequest, Event, KeptForm, Mail, Mailbox
from clusters.operations.accounts.people import change_of_person
from clusters.operations.accounts.sign_in import begin_try, refuse_try
from clusters.operations.core.history import record_installation_event
from clusters.operations.requests.cancel import cancel_request
from clusters.operations.requests.decide import approve_request
from clusters.operations.requests.hand_over import hand_over_request
from tests.factories import NOON, cluster, submitted, user
from tests.openings import change_history

EMAIL: Final = "a.l@wonder.land"
LATER: Final = NOON + timedelta(minutes=5)


def live() -> User:
    """Return Alice, an approver, who has left her names in every way."""
    alice = user("alicia", groups=("approvers", "team:search"))
    with change_of_person(alice, by=user("olga"), now=NOON):
        alice.username, alice.email = "alice", EMAIL
        alice.first_name, alice.last_name = "Alyssa", "Liddell"
        alice.save()
    _act(alice)
    fail_to_sign_in("alice")
    # As where an account was renamed between a try and the next one.
    record_installation_event(
        EventKind.SIGN_IN_LIMITED, now=LATER, names={"name": ("alicia", None)}
    )
    _be_kept(alice)
    return alice


def of_format_1(row: ClusterRequest) -> list[Event]:
    """Write the events of a request anew, as versions before 0.3 did; return them."""
    previous = ""
    with change_history():
        for event in row.events.order_by("seq"):
            event.data |= {key: event.name_of(key) for key in event.names}
            event.format, event.names = 1, {}
            event.actor_salt = event.actor_digest = ""
            event.previous_hash = previous
            event.hash = previous = event.expected_hash()
            event.save()
    return list(row.events.order_by("seq"))


def _act(alice: User) -> None:
    olga, charlie = user("olga"), user("charlie")
    asked = submitted("hers", requester=alice)
    cancel_request(asked, by=alice, now=LATER)
    cluster(asked, cloud_id="gone", gone_at=LATER)
    for name in ("handed-over", "handed-over-long-ago"):
        row = submitted(name, requester=alice)
        hand_over_request(row, by=olga, requester="charlie", now=LATER)
    of_format_1(row)
    other = submitted("of-another", requester=charlie)
    approve_request(other, approver=alice, body_sha256=other.body_sha256, now=LATER)


def fail_to_sign_in(name: str) -> None:
    """Fail until the limits of this name from one address close."""
    counted = counted_by(name=name, account=name, address="192.0.2.7", browser="")
    for _ in range(LIMITS[Kind.PAIR]):
        refuse_try(begin_try(counted, now=LATER), now=LATER)


def _be_kept(alice: User) -> None:
    Client().force_login(alice)
    KeptForm.objects.create(
        person=alice, browser_id="browser", sealed="sealed", expires_at=LATER
    )
    event = Event.objects.filter(kind=EventKind.SUBMIT).latest("pk")
    Mail.objects.update_or_create(
        event=event, person=alice, defaults={"error": f"550 {EMAIL} is unknown"}
    )
    Mailbox.objects.get_or_create(person=alice)
    LogEntry.objects.create(
        user=user("olga"),
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(alice.pk),
        object_repr="alice",
        action_flag=CHANGE,
    )


def where_found(*texts: str) -> list[str]:
    """Return the table and column of each value that contains one of the texts."""
    return [
        place for place, value in everything() if any(text in value for text in texts)
    ]


def everything() -> list[tuple[str, str]]:
    """Return each value of each table as text, with its place."""
    with connection.cursor() as cursor:
        return [
            (f"{table}.{column[0]}", str(value))
            for table in connection.introspection.table_names(cursor)
            for row, columns in _rows(cursor, table)
            for column, value in zip(columns, row, strict=True)
        ]


def _rows(cursor: Any, table: str) -> list[tuple[Any, Any]]:
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
    columns = list(cursor.description)
    return [(row, columns) for row in cursor.fetchall()]
