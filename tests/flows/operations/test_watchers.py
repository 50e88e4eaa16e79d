"""Who watches a request: stored with it, told of its end, kept by a hand-over."""

import uuid
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail as outbox
from django.core.management import call_command

from clusters import wiring
from clusters.domain.events import EventKind
from clusters.domain.states import State, Verb
from clusters.models import ClusterRequest, Event, SignInCount, Watcher
from clusters.operations.core.transitions import advance
from clusters.operations.requests.cancel import cancel_request
from clusters.operations.requests.decide import reject_request
from clusters.operations.requests.hand_over import hand_over_request
from clusters.operations.requests.submit import (
    SubmissionData,
    SubmittedDifferently,
    submit_request,
    submitted_before,
)
from clusters.operations.requests.watchers import MAX_WATCHERS, WrongWatchers
from tests.factories import NOON, cloud_project, cluster_request, spec, submitted, user
from tests.flows.audit.archives.scene import archived, read
from tests.flows.audit.erasing import fail_to_sign_in, where_found
from tests.flows.operations.test_mail import mails_to, person, send_all

pytestmark = pytest.mark.django_db

KEY = uuid.UUID("11111111-2222-4333-8444-555555555555")
LATER = NOON + timedelta(minutes=5)


def submit(*watchers: str) -> ClusterRequest:
    return submit_request(
        requester=user("alice"),
        cloud_project=cloud_project(),
        submission=SubmissionData(spec=spec(), watchers=watchers),
        submission_key=KEY,
        encryptor=wiring.encryptor(),
        now=NOON,
    )


def watchers_of(row: ClusterRequest) -> list[str]:
    rows = Watcher.objects.filter(request=row).order_by("person__username")
    return list(rows.values_list("person__username", flat=True))


def people(*names: str) -> None:
    for name in names:
        user(name)


def reject(row: ClusterRequest) -> None:
    reject_request(row, approver=user("bob"), comment="Too large.", now=LATER)


class TestSubmit:
    def test_stores_who_watches_and_tells_it_in_the_history(self) -> None:
        people("bob", "charlie")
        row = submit("charlie", "bob")
        assert watchers_of(row) == ["bob", "charlie"]
        event = row.events.get()
        told = [event.name_of("watcher1"), event.name_of("watcher2")]
        assert told == ["bob", "charlie"]
        assert event.data.keys() == {"body_sha256", "reason"}
        assert event.is_intact()

    def test_leaves_out_the_requester_and_repetitions(self) -> None:
        people("bob")
        row = submit("alice", "bob", "bob", "\uff42ob")
        assert watchers_of(row) == ["bob"]

    @pytest.mark.parametrize("name", ["dave", "Bob", "erased-3f2a", "bob "])
    def test_stores_nothing_where_a_name_is_nobodys(self, name: str) -> None:
        people("bob")
        with pytest.raises(WrongWatchers, match="There is no user “"):
            submit("bob", name)
        assert not ClusterRequest.objects.exists()
        assert not Event.objects.exists()

    def test_takes_nobody_who_has_left(self) -> None:
        person("charlie", is_active=False)
        with pytest.raises(WrongWatchers, match="There is no user “charlie”"):
            submit("charlie")

    def test_names_each_that_is_nobodys(self) -> None:
        with pytest.raises(WrongWatchers) as error:
            submit("dave", "x" * 200)
        long = f"There is no user “{'x' * 40}…”."
        assert error.value.sentences == ("There is no user “dave”.", long)

    def test_takes_twenty_and_no_more(self) -> None:
        names = [f"colleague{number}" for number in range(MAX_WATCHERS + 1)]
        User.objects.bulk_create(User(username=name) for name in names)
        with pytest.raises(WrongWatchers, match="These are 21 people"):
            submit(*names)
        assert len(watchers_of(submit("alice", *names[:MAX_WATCHERS]))) == 20

    def test_makes_one_request_of_the_same_watchers_however_written(self) -> None:
        people("bob", "charlie")
        assert submit("bob", "charlie") == submit("charlie", "bob", "alice")
        assert Watcher.objects.count() == 2

    @pytest.mark.parametrize("others", [(), ("charlie",), ("bob", "charlie")])
    def test_refuses_other_watchers_under_the_same_key(
        self, others: tuple[str, ...]
    ) -> None:
        people("bob", "charlie")
        submit("bob")
        with pytest.raises(SubmittedDifferently):
            submit(*others)
        assert Watcher.objects.count() == 1

    def test_knows_a_repetition_after_a_watcher_has_left(self) -> None:
        people("bob")
        first = submit("bob")
        person("bob", is_active=False)
        again = SubmissionData(spec=spec(), watchers=("bob",))
        found = submitted_before(
            user("alice"), cloud_project(), again, KEY, encryptor=wiring.encryptor()
        )
        assert found == first
        assert submit("bob") == first


class TestNotices:
    def test_of_the_end_go_to_requester_and_watchers_once(self) -> None:
        for name in ("alice", "bob", "charlie", "dora", "olga"):
            person(name)
        row = submitted(watchers=("charlie", "dora"))
        assert mails_to() == ["bob"]
        reject(row)
        assert mails_to() == ["alice", "bob", "charlie", "dora"]

    def test_go_once_to_a_watcher_who_is_the_requester(self) -> None:
        person("alice")
        row = submitted()
        Watcher.objects.create(request=row, person=user("alice"))
        reject(row)
        assert mails_to() == ["alice"]

    def test_leave_out_the_watcher_who_did_it(self) -> None:
        for name in ("alice", "olga"):
            person(name)
        cancel_request(submitted(watchers=("olga",)), by=user("olga"), now=LATER)
        assert mails_to() == ["alice"]

    def test_of_a_cluster_that_was_found_go_to_watchers(self) -> None:
        person("charlie")
        row = cluster_request(state=State.FAILED, watchers=("charlie",))
        with_cluster = cluster_request("other", state=State.ACTIVE).cluster
        advance(row.id, Verb.FOUND, now=LATER, cluster=with_cluster)
        assert mails_to() == ["charlie"]

    def test_leave_out_who_has_left_or_has_no_address(self) -> None:
        people("charlie")
        person("dora")
        row = submitted(watchers=("charlie", "dora"))
        person("dora", is_active=False)
        reject(row)
        assert mails_to() == []

    def test_say_whose_request_it_is(self) -> None:
        person("charlie")
        reject(submitted(watchers=("charlie",)))
        send_all()
        (sent,) = outbox.outbox
        assert sent.to == ["charlie@example.com"]
        assert (
            "The request of alice for the cluster logs-search in demo, which you watch,"
            " is now: Rejected." in sent.body
        )
        assert "Your request" not in sent.body


class TestHandOver:
    def test_keeps_the_watchers_but_the_new_requester(self) -> None:
        people("bob", "charlie", "olga")
        row = submitted(watchers=("bob", "charlie"))
        other = submitted("other", watchers=("charlie",))
        hand_over_request(row, by=user("olga"), requester="charlie", now=LATER)
        assert watchers_of(row) == ["bob"]
        assert watchers_of(other) == ["charlie"]


class TestErasing:
    def test_takes_the_names_of_a_watcher_out_of_the_history(self) -> None:
        people("olga", "adalbert")
        row = submitted(watchers=("adalbert", "olga"))
        User.objects.filter(username="adalbert").update(username="bertha")
        fail_to_sign_in("adalbert")
        call_command("erase_person", "bertha", by="olga", comment="Asked for.")
        assert where_found("adalbert", "bertha") == []
        # Also by a name that only the watched request still knew.
        assert {*SignInCount.objects.values_list("name", flat=True)} == {""}
        event = row.events.get(kind=EventKind.SUBMIT)
        assert (event.name_of("watcher1"), event.name_of("watcher2")) == ("", "olga")
        assert event.is_intact()
        out = StringIO()
        call_command("verify_audit", stdout=out)
        assert out.getvalue().endswith("chain ok\n")
        reject(row)
        assert mails_to() == []


class TestArchive:
    def test_takes_the_watchers_with_the_request_and_keeps_their_names(
        self, tmp_path: Any
    ) -> None:
        people("charlie")
        row = submitted(watchers=("charlie",))
        cancel_request(row, by=user("alice"), now=LATER)
        submitted("other", watchers=("charlie",))
        archived(tmp_path / "old.archive")
        assert Watcher.objects.count() == 1
        kept = read(tmp_path / "old.archive", row.id)
        assert "charlie" in str(kept["events"][0])
        out = StringIO()
        call_command("verify_audit", stdout=out)
        assert out.getvalue().endswith("chain ok\n")
