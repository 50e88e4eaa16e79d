"""The sweep deletes expired rows, a bounded number at a time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.utils import timezone

from clusters import wiring
from clusters.models import Heartbeat, KeptForm, SignInCount
from clusters.operations.upkeep import clean_up as clean_up_module
from clusters.operations.upkeep.sweep import run_beat_tick
from tests.factories import user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def session(name: str, ago: timedelta) -> None:
    Session.objects.create(session_key=name, expire_date=timezone.now() - ago)


def count(name: str, ago: timedelta) -> None:
    SignInCount.objects.create(key=name, kind="name", expires_at=timezone.now() - ago)


def heartbeat(name: str, ago: timedelta) -> None:
    seen_at = timezone.now() - ago - DAY
    Heartbeat.objects.create(name=name, kind="worker", seen_at=seen_at)


def kept_form(name: str, ago: timedelta) -> None:
    KeptForm.objects.create(
        browser_id=name, person=user("alice"), expires_at=timezone.now() - ago
    )


MAKERS = [
    (Session, session),
    (SignInCount, count),
    (Heartbeat, heartbeat),
    (KeptForm, kept_form),
]


def names(model: type[models.Model]) -> set[str]:
    field = "browser_id" if model is KeptForm else "pk"
    return set(model._default_manager.values_list(field, flat=True))


def sweep_now() -> None:
    run_beat_tick(engine=wiring.engine_settings(), now=timezone.now())


@pytest.mark.parametrize(("model", "make"), MAKERS)
class TestSweep:
    def test_deletes_what_is_over_and_keeps_the_rest(
        self, model: type[models.Model], make: Callable[[str, timedelta], None]
    ) -> None:
        make("over", timedelta(minutes=1))
        make("alive", timedelta(minutes=-1))
        sweep_now()
        assert names(model) == {"alive"}

    def test_takes_a_bounded_number_at_a_time(
        self,
        model: type[models.Model],
        make: Callable[[str, timedelta], None],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(clean_up_module, "AT_ONCE", 2)
        for number in range(5):
            make(f"over-{number}", timedelta(minutes=1))
        make("alive", timedelta(minutes=-1))
        left = []
        for _ in range(3):
            sweep_now()
            left.append(len(names(model)))
        assert left == [4, 2, 1]


class TestIndexes:
    @pytest.mark.parametrize(
        ("model", "column"),
        [
            (Session, "expire_date"),
            (SignInCount, "expires_at"),
            (SignInCount, "limited_until"),
            (Heartbeat, "seen_at"),
            (KeptForm, "expires_at"),
        ],
    )
    def test_lead_to_what_is_over(self, model: type[models.Model], column: str) -> None:
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(
                cursor, model._meta.db_table
            )
        assert [column] in [each["columns"] for each in found.values() if each["index"]]


class TestHeartbeats:
    def test_keep_the_newest_so_that_silent_is_not_called_never_seen(self) -> None:
        heartbeat("older", 3 * DAY)
        heartbeat("newest", 2 * DAY)
        sweep_now()
        assert names(Heartbeat) == {"newest"}
