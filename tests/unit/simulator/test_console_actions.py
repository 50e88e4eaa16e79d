"""Console actions: POST /_simulator/world."""

from collections.abc import Iterator

import pytest

from clusters.simulator.server import serve
from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, order
from tests.unit.simulator.ordering import detail, listed, made

TAG = {"key": "portal-request", "value": "r-1"}


@pytest.fixture
def caller(world: World) -> Iterator[Caller]:
    with serve(world) as server:
        caller = Caller(server.address)
        caller.sign_in()
        yield caller


def act(caller: Caller, **body: object) -> list[str]:
    response = caller.call("POST", "/_simulator/world", json=body)
    assert response.status_code == 200, response.text
    touched: list[str] = response.json()["clusters"]
    return touched


class TestConsoleActions:
    @pytest.mark.parametrize("by", ["id", "r-1", "portal-request=r-1", "es-css"])
    def test_rename(self, caller: Caller, by: str) -> None:
        cluster_id = made(caller, name="es-css", tags=[TAG])
        act(caller, rename=cluster_id if by == "id" else by, to="renamed")
        shown = detail(caller, cluster_id)
        assert (shown["name"], shown["tags"]) == ("renamed", [TAG])

    def test_delete_a_cluster_in_creation(self, caller: Caller, world: World) -> None:
        cluster_id = made(caller, tags=[TAG])
        assert act(caller, delete="r-1") == [cluster_id]
        assert world.clusters == ()
        assert world.calls["tags"] == {
            "portal-request=r-1": {"creates": 1, "clusters": 0}
        }

    def test_copy_the_tag_of_a_cluster(self, caller: Caller, world: World) -> None:
        made(caller, name="ours", tags=[TAG])
        (copied,) = act(caller, copy_tag="ours", name="theirs")
        assert detail(caller, copied)["tags"] == [TAG]
        assert detail(caller, copied)["name"] == "theirs"
        assert world.calls["tags"] == {
            "portal-request=r-1": {"creates": 1, "clusters": 2}
        }

    def test_copy_the_tag_of_a_create_without_a_cluster(
        self, caller: Caller, world: World
    ) -> None:
        world.inject(create=["empty200"])
        caller.create(order(tags=[TAG]))
        (copied,) = act(caller, copy_tag="r-1", flavor="ess.spec-8u32g")
        shown = detail(caller, copied)
        assert shown["instances"][0]["specCode"] == "ess.spec-8u32g"
        assert world.calls["tags"] == {
            "portal-request=r-1": {"creates": 1, "clusters": 1}
        }

    def test_use_the_newest_cluster_for_a_star(self, caller: Caller) -> None:
        made(caller, name="older")
        newest = made(caller, name="newer")
        assert act(caller, rename="*", to="renamed") == [newest]
        assert act(caller, delete="*") == [newest]
        assert [each["name"] for each in listed(caller)["clusters"]] == ["older"]

    def test_add_foreign_clusters(self, caller: Caller) -> None:
        act(caller, add_foreign={"name": "theirs", "count": 35})
        act(caller, add_foreign={"name": "one-more"})
        shown = listed(caller, limit=100)
        assert shown["totalSize"] == 36
        assert shown["clusters"][0]["name"] == "one-more"
        assert shown["clusters"][0]["status"] == "200"
        assert shown["clusters"][1]["name"] == "theirs-35"

    def test_revoke_tokens(self, caller: Caller) -> None:
        assert act(caller, revoke_tokens=True) == []
        assert caller.css("GET", "clusters").status_code == 401
        caller.sign_in()
        assert caller.css("GET", "clusters").status_code == 200

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"explode": 1},
            {"rename": "nobody", "to": "x"},
            {"rename": "theirs"},
            {"move": "theirs"},
            {"rename": "theirs", "to": "a b"},
            {"rename": "theirs", "to": "x", "delete": "theirs"},
            {"delete": "nobody"},
            {"delete": []},
            {"delete": "theirs", "name": "x"},
            {"copy_tag": "nobody"},
            {"copy_tag": "theirs"},
            {"add_foreign": 3},
            {"add_foreign": {"count": 0}},
            {"add_foreign": {"count": True}},
            {"add_foreign": {"number": 3}},
        ],
    )
    def test_refuse_invalid_actions_and_change_nothing(
        self, caller: Caller, world: World, body: dict[str, object]
    ) -> None:
        world.act({"add_foreign": {"name": "theirs"}})
        before = world.clusters
        response = caller.call("POST", "/_simulator/world", json=body)
        assert response.status_code == 400
        assert response.json()["problem"].endswith(".")
        assert world.clusters == before
