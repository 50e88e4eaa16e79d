"""The API variant of Open Telekom Cloud, and the endpoints in a token's catalog."""

from http.client import HTTPConnection
from json import dumps, loads
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from clusters.simulator.server import serve
from clusters.simulator.site import Site
from clusters.simulator.world import World
from tests.unit.simulator.caller import ACCOUNT, Caller, Clock, error_of, login, order


@pytest.fixture
def otc(clock: Clock) -> Caller:
    world = World(clock=clock, build_seconds=100, site=Site(is_otc=True))
    caller = Caller.of(world)
    caller.sign_in(named({"name": ACCOUNT.domain}))
    return caller


def named(domain: dict[str, str] | None = None) -> dict[str, Any]:
    body = login(name="cn-north-4")
    if domain is not None:
        body["auth"]["scope"]["project"]["domain"] = domain
    return body


class TestOtc:
    def test_lists_the_same_flavors_at_another_path(
        self, otc: Caller, caller: Caller
    ) -> None:
        sold = otc.css("GET", "flavors")
        assert sold.status_code == 200
        assert sold.json() == caller.css("GET", "es-flavors").json()

    @pytest.mark.parametrize("path", ["es-flavors", "disktypes"])
    def test_has_no_huawei_paths(self, otc: Caller, path: str) -> None:
        response = otc.css("GET", path)
        assert (response.status_code, response.json()["error_code"]) == (
            404,
            "APIGW.0101",
        )

    def test_has_no_otc_paths_on_huawei(self, caller: Caller) -> None:
        assert caller.css("GET", "flavors").status_code == 404

    @pytest.mark.parametrize("method", ["GET", "DELETE"])
    def test_answers_404_for_an_unknown_cluster(self, otc: Caller, method: str) -> None:
        assert error_of(otc.css(method, "clusters/some-id")) == (404, "CSS.3027")

    def test_answers_409_for_a_name_in_use(self, otc: Caller) -> None:
        assert otc.create(order()).status_code == 200
        assert error_of(otc.create(order())) == (409, "CSS.5050")

    def test_requires_the_domain_with_a_project_name(self, otc: Caller) -> None:
        response = otc.sign_in(named())
        assert response.status_code == 400
        assert "domain in project" in response.json()["error"]["message"]

    @pytest.mark.parametrize(
        ("domain", "status"),
        [
            ({"name": ACCOUNT.domain}, 201),
            ({"id": ACCOUNT.domain_id}, 201),
            ({"name": "another"}, 401),
            ({}, 400),
        ],
        ids=str,
    )
    def test_looks_the_project_up_in_its_domain(
        self, otc: Caller, domain: dict[str, str], status: int
    ) -> None:
        assert otc.sign_in(named(domain)).status_code == status

    def test_requires_no_domain_with_a_project_id(self, otc: Caller) -> None:
        assert otc.sign_in(login(id=otc.project_id)).status_code == 201


class TestCatalog:
    def test_has_the_base_url_of_the_request(self, caller: Caller) -> None:
        response = caller.call("POST", "/v3/auth/tokens", json=login())
        assert urls_of(response.json()) == {caller.base}

    def test_has_the_url_of_the_server(self, world: World) -> None:
        with serve(world) as server:
            response = requests.post(
                f"{server.address}/v3/auth/tokens", json=login(), timeout=5
            )
            assert urls_of(response.json()) == {server.address}
            catalog = response.json()["token"]["catalog"]
            css = next(each for each in catalog if each["type"] == "css")
            token = {"X-Auth-Token": response.headers["X-Subject-Token"]}
            url = f"{css['endpoints'][0]['url']}/v1.0/{Caller.of(world).project_id}"
            listed = requests.get(f"{url}/clusters", headers=token, timeout=5)
            assert listed.json()["clusters"] == []

    @pytest.mark.parametrize(
        ("host", "told"),
        [
            ("127.0.0.1:{port}", "127.0.0.1:{port}"),
            ("LocalHost:{port}", "localhost:{port}"),
            ("localhost", "127.0.0.1:{port}"),
            ("127.0.0.1:1", "127.0.0.1:{port}"),
            ("evil.test:{port}", "127.0.0.1:{port}"),
            ("evil.test", "127.0.0.1:{port}"),
            ("", "127.0.0.1:{port}"),
        ],
    )
    def test_never_has_a_foreign_host_header(
        self, world: World, host: str, told: str
    ) -> None:
        with serve(world) as server:
            port = server.server_port
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request(
                "POST",
                "/v3/auth/tokens",
                body=dumps(login()),
                headers={"Host": host.format(port=port)},
            )
            data = loads(connection.getresponse().read())
            connection.close()
        assert {urlsplit(url).netloc for url in urls_of(data)} == {
            told.format(port=port)
        }


def urls_of(response: Any) -> set[str]:
    return {
        endpoint["url"]
        for service in response["token"]["catalog"]
        for endpoint in service["endpoints"]
    }
