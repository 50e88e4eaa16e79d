"""What the demo begins with, and that it touches nothing that it did not make."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from clusters.demo.demo_project import adopt_first_version
from clusters.domain.states import State
from clusters.models import CloudProject, ClusterRequest, DemoMarker, Event
from tests import factories
from tests.flows.decide.pages import as_person
from tests.openings import change_history

pytestmark = pytest.mark.django_db

ADDRESS = "http://127.0.0.1:20123"
OLD_ADDRESS = "http://127.0.0.1:40123"
PLACE = ("iam_url", "css_url", "vpc_url")
NAMES = ["alice", "bob", "charlie", "dora", "olga"]


@pytest.fixture
def logins(tmp_path: Path) -> Path:
    return tmp_path / "logins"


def seed(logins: Path, *, simulator_url: str = "") -> str:
    """Return what the command printed."""
    said = StringIO()
    call_command(
        "seed_demo", simulator_url=simulator_url, logins=str(logins), stdout=said
    )
    return said.getvalue()


def everything() -> dict[str, list[Any]]:
    """Return each row that the demo could touch."""
    groups = User.groups.through.objects
    return {
        "people": list(User.objects.order_by("pk").values()),
        "groups": list(groups.order_by("pk").values_list("user_id", "group_id")),
        "projects": list(CloudProject.objects.order_by("pk").values()),
        "requests": list(ClusterRequest.objects.order_by("pk").values()),
        "markers": list(DemoMarker.objects.values()),
    }


def passwords_in(logins: Path) -> dict[str, str]:
    return dict(line.split(" ") for line in logins.read_text().splitlines())


class TestFirstStart:
    def test_makes_the_five_people_with_their_roles(self, logins: Path) -> None:
        seed(logins)
        roles = {
            person.username: [group.name for group in person.groups.all()]
            for person in User.objects.prefetch_related("groups")
        }
        assert roles == {
            "alice": [],
            "bob": ["approvers"],
            "charlie": [],
            "dora": ["auditors"],
            "olga": ["operators"],
        }
        assert not User.objects.filter(is_superuser=True).exists()

    def test_writes_logins_that_only_the_owner_may_read(self, logins: Path) -> None:
        seed(logins)
        assert logins.stat().st_mode & 0o777 == 0o600
        for name, password in passwords_in(logins).items():
            signed_in = Client().post(
                "/login/", {"username": name, "password": password}
            )
            assert signed_in.status_code == 302

    def test_shows_a_request_in_every_state_where_nothing_moves(
        self, logins: Path
    ) -> None:
        seed(logins)
        showcase = CloudProject.objects.get(name="showcase")
        assert (showcase.paused_by, showcase.is_connected) == ("person", False)
        states = showcase.requests.values_list("state", flat=True)
        assert set(states) == set(State.values)
        assert as_person("olga").post("/operate/showcase/resume/").status_code == 409

    @pytest.mark.parametrize("address", ["", ADDRESS])
    def test_connects_an_empty_project_to_the_simulator(
        self, logins: Path, address: str
    ) -> None:
        seed(logins, simulator_url=address)
        demo = CloudProject.objects.get(name="demo")
        assert demo.is_connected
        assert not demo.requests.exists()
        assert demo.css_url == (address or "http://127.0.0.1:8090")

    def test_marks_what_it_made(self, logins: Path) -> None:
        seed(logins)
        marker = DemoMarker.objects.get()
        assert marker.user_ids == sorted(User.objects.values_list("pk", flat=True))
        projects = CloudProject.objects.in_bulk(field_name="name")
        assert marker.cloud_project_id == projects["demo"].pk
        assert marker.showcase_id == projects["showcase"].pk

    def test_that_breaks_off_leaves_nothing(
        self, logins: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("broken off")

        monkeypatch.setattr("clusters.management.seeding.seed_showcase", fail)
        with pytest.raises(RuntimeError):
            seed(logins)
        assert not any(everything().values())
        assert not logins.exists()


class TestSecondStart:
    def test_changes_nothing(self, logins: Path) -> None:
        seed(logins, simulator_url=ADDRESS)
        before, people = everything(), logins.read_text()
        assert seed(logins, simulator_url=ADDRESS) == ""
        assert everything() == before
        assert logins.read_text() == people

    def test_at_another_port_moves_nothing_and_says_how_to_go_on(
        self, logins: Path
    ) -> None:
        seed(logins, simulator_url=ADDRESS)
        before = everything()
        with pytest.raises(CommandError, match=f"at {ADDRESS}.*var/simulator-port"):
            seed(logins, simulator_url="http://127.0.0.1:20124")
        assert everything() == before

    def test_leaves_a_demo_that_somebody_connected_elsewhere(
        self, logins: Path
    ) -> None:
        seed(logins, simulator_url=ADDRESS)
        real = dict.fromkeys(PLACE, "https://css.example.com")
        CloudProject.objects.filter(name="demo").update(**real)
        before = everything()
        seed(logins, simulator_url=ADDRESS)
        assert everything() == before

    def test_without_the_file_renews_the_passwords_of_the_demo_only(
        self, logins: Path
    ) -> None:
        seed(logins, simulator_url=ADDRESS)
        alice = User.objects.get(username="alice")
        User.objects.filter(pk=alice.pk).update(username="alice.old")
        real = factories.user("alice")  # the name is somebody else's now
        real.set_password(factories.PASSWORD)
        real.save()
        User.objects.get(username="bob").groups.clear()
        logins.unlink()
        seed(logins, simulator_url=ADDRESS)
        real.refresh_from_db()
        assert real.check_password(factories.PASSWORD)
        assert sorted(passwords_in(logins)) == ["alice.old", *NAMES[1:]]
        for name, password in passwords_in(logins).items():
            assert User.objects.get(username=name).check_password(password)
        assert not User.objects.get(username="bob").groups.exists()


@pytest.mark.parametrize("address", ["", ADDRESS])
class TestDatabaseOfSomebody:
    """One with people, cloud projects or requests, and without a marker."""

    @pytest.fixture(params=["people", "requests", "projects", "all of the names"])
    def _in_use(self, request: pytest.FixtureRequest) -> None:
        if request.param == "people":
            factories.user("olga")
        elif request.param == "requests":
            factories.submitted()
        elif request.param == "projects":
            factories.cloud_project("other")
        else:
            for name in NAMES:
                factories.user(name)
            factories.cloud_project("demo", **dict.fromkeys(PLACE, OLD_ADDRESS))
            factories.cloud_project("showcase")

    @pytest.mark.usefixtures("_in_use")
    def test_stays_as_it_is_and_the_command_says_so(
        self, logins: Path, address: str
    ) -> None:
        before = everything()
        said = seed(logins, simulator_url=address)
        assert everything() == before
        assert said.startswith("No demo data was made")
        assert "needs an empty database" in said
        assert not logins.exists()

    def test_keeps_its_people_where_a_file_of_logins_lies_about(
        self, logins: Path, address: str
    ) -> None:
        for name in NAMES:
            factories.user(name)
        kept = "".join(f"{name} {factories.PASSWORD[:4]}\n" for name in NAMES)
        logins.write_text(kept)
        before = everything()
        seed(logins, simulator_url=address)
        assert everything() == before
        assert logins.read_text() == kept


class TestDemoOfTheFirstVersion:
    """It has no marker, and its port was another one at each start."""

    @pytest.fixture
    def _made(self, logins: Path) -> None:
        seed(logins, simulator_url=OLD_ADDRESS)
        DemoMarker.objects.all().delete()

    @pytest.mark.usefixtures("_made")
    def test_gets_its_marker_and_its_place_once(self, logins: Path) -> None:
        before, people = everything(), logins.read_text()
        seed(logins, simulator_url=ADDRESS)
        after = everything()
        place = CloudProject.objects.filter(name="demo").values_list(*PLACE).get()
        assert place == (ADDRESS, ADDRESS, ADDRESS)
        assert after["people"] == before["people"]
        assert after["requests"] == before["requests"]
        assert DemoMarker.objects.get().user_ids == sorted(
            User.objects.filter(username__in=NAMES).values_list("pk", flat=True)
        )
        assert logins.read_text() == people
        with pytest.raises(CommandError):
            seed(logins, simulator_url=OLD_ADDRESS)
        assert everything() == after

    @pytest.mark.usefixtures("_made")
    @pytest.mark.parametrize("project_id", ["", "p1"])
    def test_takes_what_was_approved_along(self, logins: Path, project_id: str) -> None:
        CloudProject.objects.filter(name="demo").update(project_id="p1")
        demo = CloudProject.objects.get(name="demo")
        row = factories.approved(project=demo)
        other = factories.approved(
            "other-index", project=factories.cloud_project("other")
        )
        if not project_id:  # version 0.1 did not keep it
            CloudProject.objects.filter(pk=demo.pk).update(project_id="")
            ClusterRequest.objects.filter(pk=row.pk).update(place_sha256="")
            with change_history():
                row.decisions.update(place_sha256="")
        seed(logins, simulator_url=ADDRESS)
        demo.refresh_from_db()
        row.refresh_from_db()
        assert row.place_sha256 == demo.place.fingerprint
        assert row.decisions.get().place_sha256 == demo.place.fingerprint
        opened = Event.objects.filter(kind="history.opened", data__via="seed_demo")
        assert opened.count() == bool(project_id)
        assert demo.place_fixed_at is not None
        kept = other.place_sha256
        other.refresh_from_db()
        assert other.place_sha256 == kept != ""

    @pytest.mark.usefixtures("_made")
    def test_does_not_own_whoever_has_another_password_or_address_by_now(
        self, logins: Path
    ) -> None:
        alice = User.objects.get(username="alice")
        alice.set_password(factories.PASSWORD)
        alice.save()
        User.objects.filter(username="bob").update(email="bob@example.org")
        seed(logins, simulator_url=ADDRESS)
        owned = User.objects.filter(pk__in=DemoMarker.objects.get().user_ids)
        assert sorted(each.username for each in owned) == NAMES[2:]

    @pytest.mark.usefixtures("_made")
    @pytest.mark.parametrize(
        "changes",
        [
            {"name": "showcase", "css_url": "https://css.showcase.example.com"},
            {"name": "demo", "css_url": "https://css.example.com"},
            {"name": "demo", "domain_name": "our-account"},
        ],
    )
    def test_is_not_one_where_anything_else_stands(
        self, logins: Path, changes: dict[str, str]
    ) -> None:
        changes = dict(changes)
        CloudProject.objects.filter(name=changes.pop("name")).update(**changes)
        before = everything()
        assert "No demo data was made" in seed(logins, simulator_url=ADDRESS)
        assert everything() == before

    @pytest.mark.usefixtures("_made")
    def test_is_not_one_without_its_file_of_logins(self, logins: Path) -> None:
        logins.unlink()
        before = everything()
        assert "No demo data was made" in seed(logins, simulator_url=ADDRESS)
        assert everything() == before

    def test_no_other_project_moves_where_there_is_a_marker(self, logins: Path) -> None:
        seed(logins, simulator_url=OLD_ADDRESS)
        before = everything()
        assert adopt_first_version(ADDRESS, passwords_in(logins), encrypt=str) is None
        assert everything() == before
