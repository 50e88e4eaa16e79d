"""What is done to a cloud project is an event of its chain, with old and new."""

from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command

from clusters.cloud.errors import SignInRefused
from clusters.models import CloudProject, Event, Subject
from clusters.models.cloud_project import Known
from clusters.operations.core.backoff import pause_after_trouble
from clusters.operations.inventory.scan import Inventory
from clusters.operations.polling.capabilities import detect_capabilities
from clusters.operations.projects.connect import Connection, save_connection
from clusters.operations.projects.pause import pause_cloud_project, resume_cloud_project
from clusters.operations.projects.places import learn_project_id
from tests.factories import NOON, approved, cloud_project, submitted, user

pytestmark = pytest.mark.django_db

CONNECTION = Connection(
    region="cn-north-4",
    domain_name="account",
    username="bot",
    project_name="cn-north-4",
    project_id="",
    iam_url="https://iam.test",
    css_url="https://css.test",
    vpc_url="https://vpc.test",
    api_version="v1",
)


def told(project: CloudProject) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the chain of this cloud project, which has to be whole."""
    events = list(
        Event.objects.of_subject(Subject.CLOUD_PROJECT, project.pk).order_by("seq")
    )
    assert all(event.is_intact() for event in events)
    assert all(b.previous_hash == a.hash for a, b in pairwise(events))
    return [(event.kind, event.actor_name, event.data) for event in events]


def kinds(project: CloudProject) -> list[str]:
    return [kind for kind, _who, _data in told(project)]


class TestConnecting:
    def test_tells_every_column_and_never_the_password(self) -> None:
        olga = user("olga")
        project = save_connection("live", CONNECTION, sealed_password="gAAA", by=olga)
        ((kind, who, data),) = told(project)
        assert (kind, who) == ("cloud_project.connected", "olga")
        assert data["secrets"] == ["sealed_password"]
        assert data["changed"]["iam_url"] == [None, "https://iam.test"]
        assert "gAAA" not in str(data)

    def test_again_tells_what_changed_alone(self) -> None:
        project = save_connection("live", CONNECTION, sealed_password="one")
        wanted = Connection(**{**vars(CONNECTION), "username": "other"})
        save_connection("live", wanted, sealed_password="one", via="connect_cloud")
        assert told(project)[1:] == [
            (
                "cloud_project.changed",
                "",
                {
                    "name": "live",
                    "changed": {"username": ["bot", "other"]},
                    "via": "connect_cloud",
                },
            )
        ]

    def test_with_the_same_is_no_event(self) -> None:
        project = save_connection("live", CONNECTION, sealed_password="one")
        save_connection("live", CONNECTION, sealed_password="one")
        assert kinds(project) == ["cloud_project.connected"]


class TestPausing:
    def test_and_resuming_tell_who_and_why(self) -> None:
        project, olga = cloud_project(), user("olga")
        pause_cloud_project(project, by=olga, reason="Works", now=NOON)
        project.refresh_from_db()
        resume_cloud_project(project, by=olga, now=NOON)
        (paused, resumed) = told(project)
        assert paused[:2] == ("cloud_project.paused", "olga")
        assert paused[2]["changed"]["paused_reason"] == ["", "Works"]
        assert resumed[:2] == ("cloud_project.resumed", "olga")
        assert resumed[2]["changed"]["paused_reason"] == ["Works", ""]

    def test_by_the_portal_is_told_once(self) -> None:
        project = cloud_project()
        for _ in range(3):
            pause_after_trouble(project.pk, SignInRefused("No.", status=401), now=NOON)
        ((kind, who, data),) = told(project)
        assert (kind, who) == ("cloud_project.paused", "")
        assert data["changed"]["paused_by"] == ["", "portal"]


class TestTheRest:
    def test_quarantine_is_told_of_each(self) -> None:
        projects = [cloud_project("one"), cloud_project("two")]
        call_command("quarantine", stdout=StringIO())
        for project in projects:
            assert kinds(project) == ["cloud_project.quarantined"]

    def test_the_first_approval_fixes_the_place_and_tells_it_once(self) -> None:
        first, _second = approved("one"), approved("two")
        assert kinds(first.cloud_project) == ["cloud_project.place_fixed"]

    def test_what_a_sign_in_taught_is_told(self) -> None:
        project = cloud_project(project_id="")
        learn_project_id(project.pk, credentials_version=1, project_id="abc")
        learn_project_id(project.pk, credentials_version=1, project_id="def")
        ((kind, _who, data),) = told(project)
        assert (kind, data["changed"]) == (
            "cloud_project.learned",
            {"project_id": ["", "abc"]},
        )

    def test_a_look_that_teaches_nothing_new_writes_nothing(
        self, django_assert_num_queries: Any
    ) -> None:
        row = submitted()
        project = row.cloud_project
        project.names_unique = Known.NO
        listing = Inventory(
            clusters=(), began_at=NOON, is_complete=True, place_sha256=""
        )
        with django_assert_num_queries(0):
            detect_capabilities(project, listing)
        assert kinds(project) == []
