"""`manage.py erase_person`: the name is nowhere any more, and every chain stays valid."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from clusters import wiring
from clusters.credentials.signing import Signer
from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import Cluster, ClusterRequest, Event, SignInCount, Subject
from clusters.models.cluster import Health
from clusters.models.people import viewer_of
from clusters.operations.audit import erase
from clusters.operations.audit.erase_refusals import EraseRefused
from clusters.operations.audit.erasures import erased_events
from clusters.operations.requests.hand_over import hand_over_request
from tests.factories import CLUSTER_ID, NOON, cluster_request, submitted, user
from tests.flows.audit.erasing import (
    EMAIL,
    LATER,
    everything,
    fail_to_sign_in,
    live,
    where_found,
)
from tests.openings import change_history
from tests.read_only import read_only

pytestmark = pytest.mark.django_db

NAMES = ("alice", "alicia", "Alyssa", "Liddell", EMAIL)
EVERYWHERE = {
    "auth_user.email",
    "auth_user.first_name",
    "auth_user.last_name",
    "auth_user.username",
    "clusters_cluster.owner_name",
    "clusters_clusterrequest.requester_name",
    "clusters_decision.by_name",
    "clusters_event.actor_name",
    "clusters_event.data",
    "clusters_event.names",
    "clusters_mail.error",
    "clusters_signincount.name",
    "django_admin_log.object_repr",
}


def erased(
    name: str = "alice", *, by: str = "olga", comment: str = "Asked for."
) -> str:
    """Return the pseudonym."""
    out = StringIO()
    call_command("erase_person", name, by=by, comment=comment, stdout=out)
    return out.getvalue().split("erased person ")[1].split(".")[0]


def refusal(*arguments: str, **how: str) -> str:
    """Return why nothing was erased."""
    before = everything()
    with pytest.raises(CommandError) as error:
        erased(*arguments, **how)
    assert everything() == before
    assert error.value.returncode == 1
    return str(error.value)


def verified() -> str:
    """Return what the check of the whole history says."""
    out = StringIO()
    try:
        call_command("verify_audit", stdout=out)
    except CommandError as finding:
        return str(finding)
    return out.getvalue()


def erasing_events(person: User) -> list[Event]:
    chain = Event.objects.of_subject(Subject.PERSON, person.pk)
    return list(chain.filter(kind=EventKind.NAME_ERASED))


class TestErase:
    def test_leaves_the_name_nowhere(self) -> None:
        live()
        found = {place for text in NAMES for place in where_found(text)}
        assert found == EVERYWHERE
        erased()
        assert where_found(*NAMES) == []

    def test_leaves_every_chain_valid(self) -> None:
        live()
        erased()
        salted = Event.objects.exclude(format=1)
        assert all(event.is_intact() for event in salted)
        assert verified().endswith("chain ok\n")

    def test_leaves_an_account_that_can_do_nothing(self) -> None:
        alice = live()
        pseudonym = erased()
        alice.refresh_from_db()
        assert alice.username == f"erased-{pseudonym}"
        assert not (alice.is_active or alice.is_staff or alice.is_superuser)
        assert not (alice.groups.exists() or alice.has_usable_password())

    def test_ends_the_sessions_of_the_person_alone(self, client: Any) -> None:
        live()
        client.force_login(user("olga"))
        assert Session.objects.count() == 2
        erased()
        assert Session.objects.count() == 1
        assert client.get("/").status_code == 200

    def test_says_in_the_history_who_did_it_and_why(self) -> None:
        alice = live()
        erased(comment="Article 17.")
        opening = Event.objects.get(kind=EventKind.HISTORY_OPENED)
        told = {"why": "Article 17.", "via": "erase_person", "person": alice.pk}
        assert (opening.actor_name, opening.data) == ("olga", told)
        assert [event.actor_name for event in erasing_events(alice)] == ["olga"]

    def test_leaves_another_person_of_a_similar_name_alone(self) -> None:
        live()
        other = user("alice2")
        submitted("of-alice2", requester=other)
        before = where_found("alice2")
        erased()
        assert where_found("alice2") == before

    def test_leaves_who_has_a_former_name_now_alone(self) -> None:
        live()
        submitted("of-the-new-one", requester=user("alicia"))
        fail_to_sign_in("alicia")
        erased()
        assert {*SignInCount.objects.values_list("name", flat=True)} == {"", "alicia"}
        places = {*where_found("alicia")}
        assert "auth_user.username" in places
        assert "clusters_event.actor_name" in places

    def test_takes_more_digits_where_four_are_taken(self, monkeypatch: Any) -> None:
        for name in ("olga", "charlie", "erased-3f2a"):
            user(name)
        monkeypatch.setattr(erase.secrets, "token_hex", lambda _: "3f2a77")
        assert erased("charlie") == "3f2a7"

    def test_names_many_events_of_format_1_in_several_of_its_own(
        self, monkeypatch: Any
    ) -> None:
        alice = live()
        monkeypatch.setattr(erase, "_LISTED", 1)
        erased()
        assert len(erasing_events(alice)) == 2
        assert verified().endswith("chain ok\n")


class TestFormat1:
    def test_counts_by_a_signed_erasure_alone(self) -> None:
        alice = live()
        erased()
        [event] = erasing_events(alice)
        event.data["signature"] = Signer.new().sign(b"something else")
        with change_history():
            Event.objects.filter(pk=event.pk).update(data=event.data)
        assert verified().startswith("Request handed-over-long-ago")

    def test_counts_by_no_key_that_is_not_known(self) -> None:
        live()
        erased()
        assert len(erased_events(wiring.audit_keys().known())) == 2
        assert erased_events({Signer.new().public_key}) == {}

    @pytest.mark.parametrize(
        "changed",
        [{"kind": "approve"}, {"actor_name": "mallory"}, {"actor_digest": "planted"}],
    )
    def test_is_covered_as_before_once_it_was_erased(self, changed: Any) -> None:
        live()
        erased()
        with change_history():
            Event.objects.filter(format=1, kind="submit").update(**changed)
        assert "event 1" in verified()
        assert "was changed" in verified()

    def test_loses_the_names_of_one_person_after_the_other(self) -> None:
        live()
        erased()
        user("dora")
        for row in ClusterRequest.objects.filter(requester=user("charlie")):
            hand_over_request(row, by=user("olga"), requester="dora", now=LATER)
        erased("charlie")
        assert where_found("charlie") == []
        [event] = Event.objects.filter(format=1, kind=EventKind.HAND_OVER)
        assert {event.data[key][:7] for key in ("from", "to")} == {"erased-"}
        assert verified().endswith("chain ok\n")
        counted = dict(erased_events(wiring.audit_keys().known()))
        assert counted[event.pk] == (event.hash, event.expected_hash())

    def test_that_was_changed_is_not_hidden(self) -> None:
        live()
        with change_history():
            Event.objects.filter(format=1, kind="submit").update(correlation_id="other")
        said = refusal()
        assert said.startswith("Event 1 (submit) of request")
        assert said.endswith("see what verify_audit says first.")


class TestRefusals:
    @pytest.mark.parametrize("name", ["nobody", ""])
    def test_of_who_is_not_there(self, name: str) -> None:
        user("olga")
        words = f"There is nobody with the user name “{name}”."
        assert refusal(name) == words
        assert refusal("olga", by=name) == words

    def test_of_an_erased_person(self) -> None:
        user("olga")
        name = f"erased-{erased(user('charlie').username)}"
        assert refusal(name) == f"{name}: this name is erased already."

    def test_of_who_may_not(self) -> None:
        assert refusal(user("charlie").username, by=user("bob").username) == (
            "bob is no operator."
        )
        assert refusal(user("olga").username) == (
            "Nobody erases their own name: another operator has to."
        )

    def test_of_who_was_erased_meanwhile(self) -> None:
        dora, olga = user("dora"), user("olga")
        assert viewer_of(olga).operates  # as it was read before the lock
        user("bob", groups=("operators",))
        erased("olga", by="bob")
        with pytest.raises(EraseRefused, match="is no operator"):
            erase.erase_person(
                dora, by=olga, comment="x", keys=wiring.audit_keys(), now=LATER
            )
        dora.refresh_from_db()
        assert dora.username == "dora"

    def test_without_a_reason(self) -> None:
        user("olga")
        said = refusal(user("charlie").username, comment=" ")
        assert said == "Say in the comment why the name is erased."

    def test_while_requests_wait_for_the_person(self) -> None:
        user("olga")
        rows = [submitted(f"index-{number}") for number in range(4)]
        which = ", ".join(f"{row.name} ({row.pk})" for row in _by_key(rows)[:3])
        assert refusal() == (
            f"alice has requests that have not ended: {which} and 1 more."
            " Hand them over first."
        )

    def test_while_the_person_owns_a_cluster(self) -> None:
        user("olga")
        cluster_request(state=State.ACTIVE)
        assert refusal() == (
            f"alice owns clusters: logs-search ({CLUSTER_ID})."
            " Hand over their requests first."
        )

    @pytest.mark.parametrize(
        "state, changes",
        [
            (State.ACTIVE, {"health": Health.VANISHED}),
            (State.ACTIVE, {"gone_at": NOON}),
            (State.REJECTED, {}),
        ],
    )
    def test_not_once_nothing_is_left(self, state: State, changes: Any) -> None:
        user("olga")
        cluster_request(state=state)
        Cluster.objects.update(**changes or {"tags": []})
        assert erased()

    def test_while_the_database_only_reads(self) -> None:
        for name in ("olga", "charlie"):
            user(name)
        with read_only():
            said = refusal("charlie")
        assert said == "The database takes no changes now."

    def test_leave_everything_as_it_was_after_an_error_in_the_middle(
        self, monkeypatch: Any
    ) -> None:
        live()
        before = everything()

        def fail(*_: Any, **__: Any) -> None:
            assert where_found("Liddell") == []
            raise RuntimeError

        monkeypatch.setattr(erase, "record_subject_event", fail)
        with pytest.raises(RuntimeError):
            erased()
        assert everything() == before


def _by_key(rows: list[ClusterRequest]) -> list[ClusterRequest]:
    return sorted(rows, key=lambda row: row.pk)
