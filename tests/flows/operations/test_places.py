"""The place of a cloud project: part of each approval, and fixed by the first one."""

from dataclasses import asdict, fields, replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clusters.cloud.huawei.auth import MemoryTokenStore, utc_now
from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import (
    CatalogSnapshot,
    CloudProject,
    Decision,
    Event,
    HistoryOpening,
    InventorySnapshot,
)
from clusters.operations.core.errors import PlaceChanged, PlaceUnknown
from clusters.operations.core.project_columns import PLACE_FIELDS
from clusters.operations.projects.connect import Connection, PlaceFixed, save_connection
from clusters.operations.projects.places import fix_place, learn_project_id
from clusters.operations.projects.refresh_catalog import refresh_catalog
from clusters.operations.requests.decide import approve_request
from clusters.simulator.account import Account
from clusters.simulator.adapter import SimulatorAdapter
from clusters.simulator.world import World
from clusters.wiring import encryptor
from tests.clients import PROJECT, client_over
from tests.factories import NOON, approved, cloud_project, submitted, user
from tests.flows.decide.pages import as_person, url_of
from tests.openings import change_history

pytestmark = pytest.mark.django_db

OTHER: dict[str, str] = {
    "region": "cn-south-1",
    "iam_url": "https://iam.other.test",
    "css_url": "https://css.other.test",
    "vpc_url": "https://vpc.other.test",
    "domain_name": "another-account",
    "project_name": "cn-south-1",
    "project_domain": "another-account",
    "project_id": "f9e8d7c6b5a4039281706f5e4d3c2b1a",
    "enterprise_project_id": "8b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
}

DECIDING = [each for each in PLACE_FIELDS if each != "project_domain"]
"""What always says where a place is; the domain of a project does so until its id is known."""


def connection_of(project: CloudProject, **changes: str) -> Connection:
    stored = {each.name: getattr(project, each.name) for each in fields(Connection)}
    return replace(Connection(**stored), **changes)


def save(project: CloudProject, **changes: str) -> CloudProject:
    return save_connection(
        project.name,
        connection_of(project, **changes),
        sealed_password=encryptor().encrypt("x"),
    )


class TestConnection:
    @pytest.mark.parametrize("field", DECIDING)
    def test_moves_no_place_that_something_was_approved_for(self, field: str) -> None:
        project = approved().cloud_project
        with pytest.raises(PlaceFixed) as refused:
            save(project, **{field: OTHER[field]})
        assert refused.value.fields == (field,)
        again = CloudProject.objects.get()
        assert again.place == project.place
        assert again.credentials_version == project.credentials_version

    @pytest.mark.parametrize("field", PLACE_FIELDS)
    def test_moves_while_requests_are_only_pending(self, field: str) -> None:
        project = submitted().cloud_project
        save(project, **{field: OTHER[field]})
        assert getattr(CloudProject.objects.get(), field) == OTHER[field]

    def test_changes_credentials_of_a_fixed_place(self) -> None:
        project = approved().cloud_project
        after = save(project, username="another-bot", api_version="v2")
        assert after.username == "another-bot"
        assert after.create_api == "v2"
        assert after.credentials_version == project.credentials_version + 1

    def test_keeps_the_id_when_only_the_name_of_the_project_is_said(self) -> None:
        project = approved().cloud_project
        assert save(project, project_id="").place == project.place

    def test_keeps_the_place_when_only_the_id_is_said(self) -> None:
        project = approved().cloud_project
        assert save(project, project_name="").place == project.place

    @pytest.mark.parametrize("known", [{}, {"project_id": ""}])
    def test_forgets_what_was_read_at_the_place_before(
        self, known: dict[str, str]
    ) -> None:
        project = cloud_project(keeps_tags="yes", names_unique="no", **known)
        InventorySnapshot.objects.create(cloud_project=project)
        CatalogSnapshot.objects.create(cloud_project=project)
        after = save(project, css_url=OTHER["css_url"])
        assert (after.keeps_tags, after.names_unique) == ("", "")
        assert not InventorySnapshot.objects.exists()
        assert not CatalogSnapshot.objects.exists()

    def test_forgets_nothing_at_the_same_place(self) -> None:
        project = cloud_project(keeps_tags="yes")
        InventorySnapshot.objects.create(cloud_project=project)
        assert save(project, username="bot").keeps_tags == "yes"
        assert InventorySnapshot.objects.exists()

    def test_forgets_nothing_when_the_id_is_learned(self) -> None:
        project = cloud_project(keeps_tags="yes", project_id="")
        InventorySnapshot.objects.create(cloud_project=project)
        assert save(project, project_id="abc").keeps_tags == "yes"
        assert InventorySnapshot.objects.exists()


class TestApproval:
    def test_keeps_the_place_beside_the_body(self) -> None:
        row = approved()
        place = row.cloud_project.place.fingerprint
        assert len(place) == 64
        assert row.place_sha256 == place
        assert Decision.objects.get().place_sha256 == place
        assert row.events.get(kind="approve").data["place_sha256"] == place
        assert CloudProject.objects.get().place_fixed_at is not None

    def test_waits_until_the_project_id_is_known(self) -> None:
        row = submitted(project=cloud_project(project_id=""))
        with pytest.raises(PlaceUnknown):
            approve_request(
                row, approver=user("bob"), body_sha256=row.body_sha256, now=NOON
            )
        page = as_person("bob").post(
            url_of(row, "approve"), {"body_sha256": row.body_sha256}
        )
        assert page.status_code == 409
        assert "has not signed in to this cloud project yet" in page.text

    def test_of_a_place_that_moved_after_it_was_read_is_none(self) -> None:
        row = submitted()
        read = row.cloud_project
        save(read, css_url=OTHER["css_url"])
        with pytest.raises(PlaceChanged):
            approve_request(
                row, approver=user("bob"), body_sha256=row.body_sha256, now=NOON
            )
        row.refresh_from_db()
        assert row.state == State.PENDING
        assert not Decision.objects.exists()
        assert CloudProject.objects.get().place_fixed_at is None

    def test_of_a_place_that_the_page_did_not_show_is_none(self) -> None:
        row = submitted()
        seen = row.cloud_project.place.fingerprint
        save(row.cloud_project, css_url=OTHER["css_url"])
        fields = {"body_sha256": row.body_sha256, "place_sha256": seen}
        page = as_person("bob").post(url_of(row, "approve"), fields)
        assert page.status_code == 409
        assert "another place" in page.text
        del fields["place_sha256"]
        assert as_person("bob").post(url_of(row, "approve"), fields).status_code == 302

    def test_shows_and_sends_the_place(self) -> None:
        row = submitted()
        page = as_person("bob").get(row.get_absolute_url()).text
        assert f'value="{row.cloud_project.place.fingerprint}"' in page
        assert "css.test" in page
        assert "only to account demo-account in region cn-north-4" in page

    def test_fixes_the_place_once(self) -> None:
        project = approved("one-index").cloud_project
        fixed_at = CloudProject.objects.get().place_fixed_at
        approved("two-index")
        assert CloudProject.objects.get().place_fixed_at == fixed_at
        assert fix_place(project, now=NOON) == project.place.fingerprint

    def test_refuses_a_name_that_another_project_of_the_place_keeps(self) -> None:
        approved("same-name")
        row = submitted("same-name", project=cloud_project("twin"))
        page = as_person("bob").post(
            url_of(row, "approve"), {"body_sha256": row.body_sha256}
        )
        assert page.status_code == 409

    def test_allows_a_name_that_is_kept_at_another_place(self) -> None:
        approved("same-name")
        other = cloud_project("other", project_id=OTHER["project_id"])
        assert approved("same-name", project=other).state == State.APPROVED


class TestLearnedId:
    def test_completes_the_place(self) -> None:
        project = cloud_project(project_id="")
        learn_project_id(project.pk, credentials_version=1, project_id="abc")
        assert CloudProject.objects.get().project_id == "abc"
        assert not Event.objects.filter(kind=EventKind.HISTORY_OPENED).exists()

    @pytest.mark.parametrize(
        ("css", "learned"), [("https://css.test", PROJECT.id), ("https://b.test", "")]
    )
    def test_is_that_of_the_place_where_the_client_signed_in(
        self, css: str, learned: str
    ) -> None:
        project = cloud_project(project_id="", css_url=css)
        client = client_over(
            SimulatorAdapter(World()),
            tokens=MemoryTokenStore(),
            clock=utc_now,
            project_id="",
        )
        refresh_catalog(project.pk, cloud=client, now=NOON)
        assert CloudProject.objects.get().project_id == learned

    def test_of_other_credentials_is_not_kept(self) -> None:
        project = cloud_project(project_id="")
        learn_project_id(project.pk, credentials_version=7, project_id="abc")
        assert CloudProject.objects.get().project_id == ""

    def test_never_replaces_one(self) -> None:
        project = cloud_project()
        learn_project_id(project.pk, credentials_version=1, project_id="abc")
        assert CloudProject.objects.get().project_id == Account().projects[0].id

    def test_completes_what_was_approved_before_ids_were_kept(self) -> None:
        rows = [approved("one-index"), submitted("two-index")]
        type(rows[0]).objects.update(place_sha256="")
        with change_history():
            Decision.objects.update(place_sha256="")
        CloudProject.objects.update(project_id="")
        project = CloudProject.objects.get()
        learn_project_id(project.pk, credentials_version=1, project_id="abc")
        place = CloudProject.objects.get().place.fingerprint
        for row in rows:
            row.refresh_from_db()
        assert [row.place_sha256 for row in rows] == [place, ""]
        assert Decision.objects.get().place_sha256 == place
        opened = Event.objects.get(kind=EventKind.HISTORY_OPENED)
        assert opened.data.keys() == {"why", "via", "cloud_project"}
        assert opened.data["via"] == "learn_project_id"
        assert not HistoryOpening.objects.exists()

    def test_keeps_what_looks_have_shown_of_the_same_place(self) -> None:
        project = approved().cloud_project
        CloudProject.objects.update(project_id="")
        InventorySnapshot.objects.create(
            cloud_project=project, known_ours=["one"], roles=["css"]
        )
        learn_project_id(project.pk, credentials_version=1, project_id="abc")
        snapshot = InventorySnapshot.objects.get()
        place = CloudProject.objects.get().place.fingerprint
        assert (snapshot.place_sha256, snapshot.known_ours) == (place, ["one"])

    def test_of_a_fixed_place_is_not_entered_by_hand(self) -> None:
        project = approved().cloud_project
        CloudProject.objects.update(project_id="")
        project.refresh_from_db()
        assert save(project, project_id="abc").project_id == ""


def connect(name: str, monkeypatch: Any, **options: str) -> str:
    monkeypatch.setenv("CLOUD_PASSWORD", "s3cret-Passw0rd")
    given = {
        "region": "cn-north-4",
        "domain": "demo-account",
        "username": "bot",
        "project": "cn-north-4",
        **options,
    }
    words = [f"--{key.replace('_', '-')}={value}" for key, value in given.items()]
    out = StringIO()
    call_command("connect_cloud", name, *words, "--no-check", stdout=out)
    return out.getvalue()


class TestConnectCloud:
    def test_says_what_may_not_move_and_changes_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        approved()
        before = CloudProject.objects.values().get()
        with pytest.raises(CommandError, match=r"--css-url: The place of a cloud"):
            connect("demo", monkeypatch, css_url="https://css.other.test")
        assert CloudProject.objects.values().get() == before

    def test_sends_the_password_nowhere_when_the_place_may_not_move(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        approved()
        monkeypatch.setattr("clusters.wiring.unsaved_cloud", pytest.fail)
        words = ["--region", "cn-south-1", "--domain", "x", "--username", "y"]
        with pytest.raises(CommandError, match="Nothing was saved"):
            call_command("connect_cloud", "demo", *words, "--project", "z")

    def test_keeps_addresses_and_api_that_are_left_out(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud_project(api_version="v2")
        connect("demo", monkeypatch)
        after = CloudProject.objects.get()
        assert after.css_url == "https://css.test"
        assert after.api_version == "v2"

    def test_takes_the_addresses_of_another_region(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud_project()
        connect("demo", monkeypatch, region="cn-south-1")
        css_url = CloudProject.objects.get().css_url
        assert css_url == "https://css.cn-south-1.myhuaweicloud.com"


class TestAdmin:
    def form_of(self, project: CloudProject) -> dict[str, str]:
        return {**asdict(connection_of(project)), "name": project.name}

    def url(self, project: CloudProject) -> str:
        return f"/admin/clusters/cloudproject/{project.pk}/change/"

    @pytest.fixture
    def admin(self, client):
        root = user("root")
        root.is_staff = root.is_superuser = True
        root.save()
        client.force_login(root)
        return client

    @pytest.mark.parametrize("field", DECIDING)
    def test_says_it_at_the_field(self, admin, field: str) -> None:
        project = approved().cloud_project
        form = self.form_of(project) | {field: OTHER[field], "password": "typed-anew"}
        page = admin.post(self.url(project), form)
        assert page.status_code == 200
        assert "cannot change once a request was approved" in page.text
        assert CloudProject.objects.get().place == project.place

    def test_says_it_where_an_approval_came_between(self, admin, monkeypatch) -> None:
        project = approved().cloud_project
        form = self.form_of(project) | {
            "css_url": OTHER["css_url"],
            "password": "typed-anew",
        }
        monkeypatch.setattr(
            "clusters.admin.projects.require_unmoved_place", lambda *_: None
        )
        page = admin.post(self.url(project), form, follow=True)
        assert "cannot change once a request was approved" in page.text
        assert CloudProject.objects.get().place == project.place
