"""Training with the demo's simulator: the page of operators, and the banner."""

import json
from collections.abc import Iterator

import pytest
import requests
from django.core.management import call_command
from django.test import Client

from clusters.demo.rehearse import activate_scenario
from clusters.demo.scenarios import CONSOLE_ACTIONS, SCENARIOS
from clusters.models import CloudProject, DemoMarker
from clusters.operations.core.errors import NotAllowed
from clusters.simulator.server import SimulatorServer, serve
from clusters.simulator.switches import read_switches
from clusters.simulator.world import World
from clusters.wiring import simulator_client
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/operate/simulator/"
BANNER = 'id="training"'


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def server(world: World) -> Iterator[SimulatorServer]:
    with serve(world) as running:
        yield running


@pytest.fixture
def demo(server: SimulatorServer, settings) -> str:
    """A portal that ./run started, connected to its simulator."""
    settings.SIMULATOR_URL = server.address
    factories.cloud_project("demo", css_url=server.address)
    return server.address


def as_person(name: str) -> Client:
    client = Client()
    client.force_login(factories.user(name))
    return client


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def switches_of(address: str) -> dict[str, object]:
    answer = requests.get(f"{address}/_simulator/faults", timeout=5)
    switches: dict[str, object] = answer.json()
    return {name: value for name, value in switches.items() if value is not None}


class TestPage:
    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("name", ["alice", "bob", "dora"])
    def test_is_for_operators(self, demo: str, name: str, method: str) -> None:
        answer = getattr(as_person(name), method)(PAGE, {"scenario": "slow"})
        assert answer.status_code == 403
        assert switches_of(demo) == {}

    def test_leads_the_anonymous_to_the_login(self, demo: str) -> None:
        assert Client().get(PAGE)["Location"] == f"/login/?next={PAGE}"

    def test_is_in_the_demo_only(self, server: SimulatorServer, settings) -> None:
        factories.cloud_project("demo", css_url=server.address)
        olga = as_person("olga")
        assert olga.get(PAGE).status_code == 404
        assert PAGE not in shown(olga, "/operate/")
        settings.SIMULATOR_URL = "http://127.0.0.1:9"
        assert olga.get(PAGE).status_code == 404

    def test_is_linked_for_operators_of_the_demo(self, demo: str) -> None:
        assert PAGE in shown(as_person("olga"), "/operate/")

    def test_takes_post_only_with_a_token(self, demo: str) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(factories.user("olga"))
        assert client.post(PAGE, {"scenario": "slow"}).status_code == 403
        assert switches_of(demo) == {}


class TestScenario:
    @pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
    def test_is_switched_on_and_off_by_name(self, demo: str, scenario) -> None:
        olga = as_person("olga")
        answer = olga.post(PAGE, {"scenario": scenario.name})
        assert (answer.status_code, answer["Location"]) == (302, PAGE)
        assert switches_of(demo) == scenario.switches
        page = shown(olga, PAGE)
        assert f'data-scenario="{scenario.name}" data-on' in page
        assert page.count(" data-on") == 1
        assert olga.post(PAGE, {"scenario": "off"}).status_code == 302
        assert switches_of(demo) == {}
        assert " data-on" not in shown(olga, PAGE)

    def test_takes_the_place_of_the_one_before(self, demo: str) -> None:
        olga = as_person("olga")
        olga.post(PAGE, {"scenario": "slow"})
        olga.post(PAGE, {"scenario": "quota"})
        assert switches_of(demo) == {"quota": 0}

    def test_leaves_a_line_in_the_log(
        self, demo: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO", logger="clusters.demo.rehearse")
        as_person("olga").post(PAGE, {"scenario": "quota"})
        (line,) = [each for each in caplog.records if each.message == "simulator.set"]
        said = line.__dict__["scenario"], line.__dict__["by"]
        assert said == ("quota", factories.user("olga").pk)

    @pytest.mark.parametrize("form", [{}, {"scenario": "x"}, {"by_hand": "x"}])
    def test_that_nobody_knows_is_refused(self, demo: str, form: dict) -> None:
        olga = as_person("olga")
        olga.post(PAGE, {"scenario": "quota"})
        answer = olga.post(PAGE, form)
        assert answer.status_code == 400
        assert 'id="problem"' in answer.content.decode()
        assert switches_of(demo) == {"quota": 0}

    def test_is_refused_to_others_below_the_page_too(self, demo: str) -> None:
        levers = simulator_client()
        assert levers
        with pytest.raises(NotAllowed):
            activate_scenario(
                SCENARIOS[0], simulator_client=levers, by=factories.user("bob")
            )
        assert switches_of(demo) == {}

    def test_is_known_to_the_simulator(self) -> None:
        for scenario in SCENARIOS:
            assert read_switches(scenario.switches)


class TestByHand:
    def test_clusters_are_made_renamed_and_deleted(
        self, demo: str, world: World
    ) -> None:
        olga = as_person("olga")
        for what in ("foreign", "rename", "delete"):
            assert olga.post(PAGE, {"by_hand": what}).status_code == 302
            names = [each.order.name for each in world.clusters]
            assert ("renamed-by-hand" in names) == (what == "rename")
        assert len(world.clusters) == 11
        assert {each.name for each in CONSOLE_ACTIONS} == {
            "foreign",
            "rename",
            "delete",
        }

    def test_says_when_there_is_no_cluster(self, demo: str) -> None:
        answer = as_person("olga").post(PAGE, {"by_hand": "delete"})
        assert answer.status_code == 409
        assert "No cluster has" in answer.content.decode()


class TestBanner:
    PAGES = ("/", "/requests/", "/clusters/", "/requests/new/", "/password/", PAGE)

    def test_stands_on_every_page_while_something_is_wrong(self, demo: str) -> None:
        olga, alice = as_person("olga"), as_person("alice")
        assert BANNER not in "".join(shown(olga, page) for page in self.PAGES)
        olga.post(PAGE, {"scenario": "quota"})
        for page in self.PAGES:
            assert "set to “The quota is used up”" in shown(olga, page)
        for page in self.PAGES[:-1]:
            assert BANNER in shown(alice, page)
            assert PAGE not in shown(alice, page)
        assert BANNER in shown(Client(), "/login/")
        olga.post(PAGE, {"scenario": "off"})
        assert BANNER not in "".join(shown(olga, page) for page in self.PAGES)

    def test_asks_no_simulator_and_the_cache_once(
        self,
        demo: str,
        server: SimulatorServer,
        django_assert_num_queries,
        settings,
    ) -> None:
        as_person("olga").post(PAGE, {"scenario": "quota"})
        server.__exit__()
        alice = as_person("alice")
        settings.SIMULATOR_URL = ""
        shown(alice, "/password/")
        with django_assert_num_queries(3):
            assert BANNER not in shown(alice, "/password/")
        settings.SIMULATOR_URL = demo
        with django_assert_num_queries(4):
            assert BANNER in shown(alice, "/password/")

    def test_tells_what_was_set_past_the_portal_once_the_page_was_open(
        self, demo: str, world: World
    ) -> None:
        olga = as_person("olga")
        world.inject(quota=3)
        assert "set to “custom faults”" in shown(olga, PAGE)
        assert BANNER in shown(olga, "/")
        world.inject(quota=None)
        assert BANNER not in shown(olga, PAGE)

    def test_says_that_the_simulator_is_away(
        self, demo: str, server: SimulatorServer
    ) -> None:
        olga = as_person("olga")
        olga.post(PAGE, {"scenario": "quota"})
        server.__exit__()
        for answer in (olga.get(PAGE), olga.post(PAGE, {"scenario": "off"})):
            assert answer.status_code in (409, 503)
            assert "The simulator does not answer" in answer.content.decode()
        assert BANNER in shown(olga, "/")

    def test_is_gone_when_a_new_simulator_is_connected(
        self, demo: str, tmp_path, settings
    ) -> None:
        project = CloudProject.objects.get()
        DemoMarker.objects.create(id=1, cloud_project_id=project.pk, showcase_id=0)
        as_person("olga").post(PAGE, {"scenario": "quota"})
        call_command("seed_demo", simulator_url=demo, logins=str(tmp_path / "logins"))
        assert BANNER not in shown(as_person("olga"), "/")

    def test_shows_switches_as_plain_json(self) -> None:
        for scenario in SCENARIOS:
            assert json.loads(json.dumps(scenario.switches)) == scenario.switches
