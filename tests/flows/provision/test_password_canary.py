"""
A password on its whole way, looked for everywhere: nothing but its one page shows it.

Own and generated ones: submitted, approved, sent with a lost answer, sent again, ready,
shown, erased; and refused by a cloud that repeats the body in its answer.
"""

import base64
import logging
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from clusters import wiring
from clusters.domain.events import EventKind
from clusters.domain.states import State, Verb
from clusters.models import AdminPassword, CatalogSnapshot, ClusterRequest, Mail
from clusters.operations.core.admin_passwords import open_password
from clusters.operations.core.history import record_event
from clusters.operations.core.transitions import advance
from clusters.operations.requests.decide import approve_request
from clusters.operations.upkeep.erase_passwords import erase_due_passwords
from clusters.operations.upkeep.send_mail import send_mails
from clusters.simulator.world import World
from tests.factories import NOON, user
from tests.flows.provision import canaries
from tests.flows.provision.canaries import Log, Messages
from tests.flows.provision.conftest import Clock
from tests.flows.provision.rows import make_due, reload
from tests.flows.provision.wire import Scripted, Wire
from tests.unit.ask.made import catalog, posted

pytestmark = pytest.mark.django_db

OWN = "Correct7<Horse>&!"


class Scene:
    """What was kept so far beside the rows: messages, lines of the log, shown pages."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.messages = Messages()
        self.log = Log()
        self.answers: list[str] = []

    def leaks(self, password: str, *more: tuple[str, str]) -> list[str]:
        """Return where this password is found, in any spelling."""
        wanted = [*canaries.spellings(password)]
        return [
            where
            for where, text in self._everything(more)
            if any(spelling in text for spelling in wanted)
        ]

    def _everything(
        self, more: tuple[tuple[str, str], ...]
    ) -> Iterator[tuple[str, str]]:
        yield from canaries.tables()
        yield from canaries.mails()
        yield from (("message", text) for text in self.messages.texts)
        yield from (("log", text) for text in self.log.texts)
        yield from (("answer", text) for text in self.answers)
        yield "simulator", repr(self.world.calls)
        yield "cache", repr(getattr(cache, "_cache", ""))
        yield from more


class ExplodingWire(Wire):
    """A wire that may raise once it has read the body, with the body in its words."""

    raises = False

    def _create(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not self.raises:
            return super()._create(request, *args, **kwargs)
        raise RuntimeError(request.body.read().decode())


@pytest.fixture
def wire(world: World) -> ExplodingWire:
    return ExplodingWire(world)


@pytest.fixture
def scene(world: World, project) -> Iterator[Scene]:
    CatalogSnapshot.objects.create(
        cloud_project=project, data=catalog().to_json(), fetched_at=NOON, tried_at=NOON
    )
    for name in ("alice", "bob"):
        person = user(name)
        person.email = f"{name}@example.test"
        person.save()
    found = Scene(world)
    root = logging.getLogger()
    level = root.level
    root.addHandler(found.log)
    root.setLevel(logging.DEBUG)
    with found.messages:
        yield found
    root.setLevel(level)
    root.removeHandler(found.log)


@pytest.fixture
def ask(
    scene: Scene, clock: Clock, django_capture_on_commit_callbacks: Any
) -> Callable[..., tuple[ClusterRequest, str]]:
    """Let Alice ask by the form, twice and once wrongly, and Bob approve."""
    clock.now = timezone.now()

    def asked(own: str | None, name: str) -> tuple[ClusterRequest, str]:
        typed = {
            "security_mode": "on",
            "https_enabled": "on",
            "password_source": "own" if own else "generate",
            "admin_password": own or "",
            "admin_password_again": own or "",
            "submission_key": str(uuid.uuid4()),
            "name": name,
        }
        client = Client()
        client.force_login(user("alice"))
        with django_capture_on_commit_callbacks(execute=True):
            for changes in ({"instance_num": "x"}, {"check": "1"}, {}, {}):
                data = dict(posted(**typed, **changes).lists())
                answer = client.post("/requests/new/", data)
                scene.answers.append(answer.content.decode())
            row = ClusterRequest.objects.get(name=name)
            digest = row.body_sha256
            approve_request(
                row, approver=user("bob"), body_sha256=digest, now=timezone.now()
            )
            for person_id in Mail.objects.values_list(
                "person_id", flat=True
            ).distinct():
                send_mails(
                    person_id, public_url=wiring.public_url(), now=timezone.now()
                )
        row.refresh_from_db()
        return row, open_password(row.id, encryptor=wiring.encryptor())

    return asked


class TestWholeLife:
    @pytest.mark.parametrize("own", [None, OWN], ids=["generated", "own"])
    def test_leaves_it_nowhere(
        self, own, ask, scene, take_turn, poll, clock, tmp_path
    ) -> None:
        row, password = ask(own, "kept-search")
        assert scene.leaks(password) == []
        scene.world.inject(next_create="lost_before")
        take_turn()
        assert reload(row).state == State.UNCLEAR
        assert scene.leaks(password) == []
        ClusterRequest.objects.filter(id=row.id).update(
            state=State.APPROVED, sent_at=None, answer_by=None, claimed_until=None
        )
        make_due()
        take_turn()
        clock.advance(minutes=5)
        poll()
        assert reload(row).state == State.ACTIVE
        assert AdminPassword.objects.get().is_kept == (own is None)
        assert scene.leaks(password, *canaries.pages(row)) == []
        self.look(row, password, own)
        assert not AdminPassword.objects.get().is_kept
        shown = [*canaries.pages(row), *canaries.exports(tmp_path)]
        assert scene.leaks(password, *shown) == []

    def look(self, row: ClusterRequest, password: str, own: str | None) -> None:
        client = Client()
        client.force_login(user("alice"))
        answer = client.post(f"{row.get_absolute_url()}password/")
        shown = answer.context["password"] if own is None else ""
        assert (answer.status_code, shown) == (
            (200, password) if own is None else (404, "")
        )


class TestRefusal:
    @pytest.mark.parametrize(
        ("kind", "own"),
        [("json", OWN), ("base64", None), ("html", OWN), ("error", OWN)],
        ids=["json", "base64", "html", "error"],
    )
    def test_that_repeats_the_body_leaves_it_nowhere(
        self, own, kind, ask, scene, take_turn, wire, tmp_path
    ) -> None:
        row, password = ask(own, "refused-search")
        echo = row.body.replace("secret:admin", password)
        wire.next_create = _answer(kind, echo)
        wire.raises = kind == "error"
        take_turn()
        assert reload(row).state in (State.FAILED, State.UNCLEAR)
        assert row.attempts.get().message or row.attempts.get().raw
        assert scene.leaks(password, *canaries.pages(row)) == []
        if reload(row).state == State.UNCLEAR:
            advance(row.id, Verb.SETTLE, now=timezone.now())
        erase_due_passwords(now=timezone.now() + canaries.LATER)
        assert not AdminPassword.objects.get().is_kept
        exported = [*canaries.exports(tmp_path)]
        assert "read_archive" in dict(exported)
        assert scene.leaks(password, *exported) == []


def _answer(kind: str, echo: str) -> Scripted:
    if kind == "html":
        return Scripted(502, f"<pre>{echo}</pre>".encode())
    said = echo if kind == "json" else base64.b64encode(echo.encode()).decode()
    return Scripted.json(400, {"errCode": "CSS.0001", "externalMessage": said})


class TestCanary:
    """The search itself: it has to find what is there."""

    def test_finds_each_spelling_in_an_event(self, ask, scene) -> None:
        row, password = ask(OWN, "leaky-search")
        assert scene.leaks(password) == []
        with transaction.atomic():
            for leak in canaries.spellings(password):
                data = {"cluster_id": f"<{leak}>"}
                sid = transaction.savepoint()
                record_event(row.id, EventKind.LATE_ANSWER, now=NOON, data=data)
                assert "clusters_event" in scene.leaks(password)
                transaction.savepoint_rollback(sid)
        assert scene.leaks(password) == []

    def test_finds_one_in_a_log_a_message_and_the_cache(self, ask, scene) -> None:
        _row, password = ask(None, "leaky-search")
        logging.getLogger("any.logger").debug("said %s", password)
        scene.messages._note(body=password)
        cache.set("leak", password)
        assert {"log", "message"} <= {*scene.leaks(password)}
        assert any("cache" in where for where in scene.leaks(password))
