"""What the demo begins with, and that a second start begins nothing again."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from clusters.models import CloudProject, ClusterRequest
from clusters.states import State
from tests import factories
from tests.flows.decide.pages import as_person

pytestmark = pytest.mark.django_db

ADDRESS = "http://127.0.0.1:40123"


@pytest.fixture
def logins(tmp_path: Path) -> Path:
    return tmp_path / "logins"


def seed(logins: Path, *, simulator_url: str = "") -> None:
    call_command(
        "seed_demo", simulator_url=simulator_url, logins=str(logins), verbosity=0
    )


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
        for line in logins.read_text().splitlines():
            name, password = line.split(" ")
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


class TestSecondStart:
    def test_changes_nothing(self, logins: Path) -> None:
        seed(logins)
        requests, people = ClusterRequest.objects.count(), logins.read_text()
        seed(logins)
        assert ClusterRequest.objects.count() == requests
        assert logins.read_text() == people

    def test_follows_the_simulator_to_its_new_port(self, logins: Path) -> None:
        seed(logins)
        seed(logins, simulator_url=ADDRESS)
        assert CloudProject.objects.get(name="demo").iam_url == ADDRESS

    def test_leaves_the_people_of_a_portal_in_use_alone(self, logins: Path) -> None:
        alice = factories.submitted().requester
        seed(logins)
        assert alice.check_password(factories.PASSWORD)
        assert list(User.objects.all()) == [alice]
        assert not logins.exists()
