"""The administrator's password: sent once for each attempt, the same, and kept nowhere else."""

import base64
import html
import json
import logging
from typing import Any
from urllib.parse import quote

import pytest

from clusters import wiring
from clusters.cloud.huawei.body import with_password
from clusters.cloud.types import SecurityMode
from clusters.domain.error_codes import PortalCode
from clusters.domain.states import State
from clusters.models import AdminPassword, Attempt, ClusterRequest
from clusters.operations.core.admin_passwords import open_password
from clusters.operations.core.errors import NotSendable
from clusters.operations.requests.manual_resolution import confirm_absent
from clusters.operations.requests.retry import retry_request
from clusters.simulator.world import World
from tests.factories import NOON, approved, submitted, user
from tests.flows.provision.rows import make_due, reload
from tests.flows.provision.wire import Scripted, Wire

pytestmark = pytest.mark.django_db

SECURE = SecurityMode(https=True)


class RecordingWire(Wire):
    """A wire that remembers the bytes of each create."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.sent: list[bytes] = []

    def _create(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.sent.append(request.body._stream.getvalue())
        return super()._create(request, *args, **kwargs)


@pytest.fixture
def wire(world: World) -> RecordingWire:
    return RecordingWire(world)


def password_of(row: ClusterRequest) -> str:
    return open_password(row.id, encryptor=wiring.encryptor())


def lost_again(row: ClusterRequest) -> None:
    """Put an unclear request back to the queue, as its settled absence does."""
    ClusterRequest.objects.filter(id=row.id).update(
        state=State.APPROVED, sent_at=None, answer_by=None, claimed_until=None
    )


class TestSending:
    def test_puts_the_password_in_the_place_of_the_reference(
        self, take_turn, wire, world: World
    ):
        row = approved(security=SECURE)
        password = password_of(row)
        take_turn()
        assert wire.sent == [with_password(row.body.encode(), password)]
        assert reload(row).state == State.CREATING
        assert len(world.clusters) == 1

    def test_leaves_the_approved_bytes_as_they_are(self, take_turn):
        row = approved(security=SECURE)
        take_turn()
        after = reload(row)
        assert json.loads(after.body)["cluster"]["adminPwd"] == "secret:admin"
        assert after.body == row.body
        assert row.attempts.get().body_sha256 == row.body_sha256

    def test_sends_the_same_one_after_a_lost_answer(self, take_turn, wire, world):
        row = approved(security=SECURE)
        world.inject(next_create="lost_before")
        take_turn()
        assert reload(row).state == State.UNCLEAR
        lost_again(row)
        take_turn()
        assert reload(row).state == State.CREATING
        assert len(wire.sent) == 2
        assert wire.sent[0] == wire.sent[1]

    def test_sends_nothing_else_for_a_cluster_without_a_password(self, take_turn, wire):
        row = approved()
        take_turn()
        assert wire.sent == [row.body.encode()]
        assert not AdminPassword.objects.exists()


class TestEchoes:
    """A cloud that repeats the body in its answer."""

    @pytest.mark.parametrize("status", [400, 409, 500, 504])
    @pytest.mark.parametrize("spelling", ["plain", "json", "base64", "url", "html"])
    def test_do_not_bring_it_into_a_row_or_a_log(
        self, take_turn, wire, caplog, status, spelling
    ):
        caplog.set_level(logging.DEBUG)
        row = approved(security=SECURE)
        password = password_of(row)
        sent = with_password(row.body.encode(), password).decode()
        wire.next_create = _echo(status, spelling, sent, password)
        take_turn()
        after = reload(row)
        kept = f"{after.__dict__} {[a.__dict__ for a in row.attempts.all()]}"
        kept += str([event.data for event in row.events.all()]) + caplog.text
        assert password not in kept
        assert _inside_base64(password) not in kept
        assert "[hidden]" in kept

    def test_keep_the_words_around_it(self, take_turn, wire):
        row = approved(security=SECURE)
        message = f"adminPwd {password_of(row)} is weak"
        answer = {"errCode": "CSS.2026", "externalMessage": message}
        wire.next_create = Scripted.json(400, answer)
        take_turn()
        assert reload(row).error_message == "adminPwd [hidden] is weak"


def _echo(status: int, spelling: str, sent: str, password: str) -> Scripted:
    if spelling == "plain":
        return Scripted(status, f"<pre>{sent}</pre>".encode())
    if spelling == "json":
        answer = {"errCode": "CSS.0001", "externalMessage": f"bad input: {sent}"}
        return Scripted.json(status, answer)
    if spelling == "base64":
        echoed = base64.b64encode(sent.encode()).decode()
        answer = {"errCode": "CSS.0001", "externalMessage": echoed}
        return Scripted.json(status, answer)
    text = quote(sent, safe="") if spelling == "url" else html.escape(sent)
    return Scripted(status, f"{text} {password}".encode())


def _inside_base64(password: str) -> str:
    """Return a part that base64 of a text with this password at its beginning has."""
    return base64.b64encode(password.encode()).decode()[:24]


class TestPasswordThatIsGone:
    def gone(self, row: ClusterRequest) -> None:
        AdminPassword.objects.filter(pk=row.pk).update(sealed="", erased_at=NOON)

    def test_ends_the_request_without_a_call(self, take_turn, wire, clock):
        row = approved(security=SECURE)
        self.gone(row)
        take_turn()
        after = reload(row)
        assert (after.state, after.error_code) == (
            State.FAILED,
            PortalCode.PASSWORD_GONE,
        )
        assert wire.sent == []
        assert not Attempt.objects.exists()
        make_due()
        assert take_turn() is None

    def test_cannot_be_sent_by_a_retry(self, take_turn):
        row = approved(security=SECURE)
        self.gone(row)
        take_turn()
        with pytest.raises(NotSendable, match="not kept any more"):
            retry_request(reload(row), by=row.requester, now=NOON)
        assert reload(row).state == State.FAILED

    def test_asks_an_operator_if_a_cluster_may_exist(
        self, take_turn, wire, world, clock
    ):
        row = approved(security=SECURE)
        world.inject(next_create="lost_before")
        take_turn()
        lost_again(row)
        self.gone(row)
        take_turn()
        after = reload(row)
        assert (after.state, after.needs) == (State.UNCLEAR, "operator")
        assert len(wire.sent) == 1
        confirm_absent(after, by=user("olga"), comment="Looked.", now=clock())
        assert reload(row).state == State.FAILED

    def test_is_one_that_no_key_opens(self, take_turn, wire):
        row = approved(security=SECURE)
        AdminPassword.objects.update(sealed="gAAAAAB-of-another-key")
        take_turn()
        assert reload(row).error_code == PortalCode.PASSWORD_GONE
        assert wire.sent == []

    def test_is_one_of_another_request(self, take_turn, wire):
        one = approved("one-search", security=SECURE)
        other = submitted("other-search", security=SECURE)
        stolen = AdminPassword.objects.get(pk=other.pk).sealed
        AdminPassword.objects.filter(pk=one.pk).update(sealed=stolen)
        take_turn()
        assert reload(one).error_code == PortalCode.PASSWORD_GONE
