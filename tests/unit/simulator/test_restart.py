"""The state file: what the simulator keeps over a restart."""

import errno
import os
from pathlib import Path

import pytest
import requests

from clusters.simulator.server import serve
from clusters.simulator.state import StateUnreadable
from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, Clock, error_of, order


class TestRestart:
    def test_keeps_clusters_journal_and_tokens(
        self, tmp_path: Path, clock: Clock
    ) -> None:
        file = tmp_path / "var" / "cloud.json"
        with serve(World(clock=clock, state_file=file, build_seconds=100)) as server:
            caller = Caller(server.address)
            caller.sign_in()
            caller.create(order(tags=[{"key": "portal-request", "value": "v"}]))
            before = caller.css("GET", "clusters").json()
            caller.create(order(name="7"))
        clock.now += 50
        world = World(clock=clock, state_file=file, build_seconds=1)
        with serve(world) as server:
            caller.base = server.address
            after = caller.css("GET", "clusters").json()
            assert after["clusters"][0].pop("actionProgress") == {"CREATING": "50%"}
            assert after["clusters"][0].pop("updated") == "2026-11-23T12:00:50"
            for key in ("actionProgress", "updated"):
                before["clusters"][0].pop(key)
            assert after == before
            assert error_of(caller.create(order())) == (400, "CSS.5050")
        assert [each["status"] for each in world.creates] == [200, 400, 400]
        assert len(world.logins) == 1

    def test_keeps_the_cluster_whose_response_was_lost(
        self, tmp_path: Path, clock: Clock
    ) -> None:
        world = World(clock=clock, state_file=tmp_path / "cloud.json")
        caller = Caller.of(world)
        caller.sign_in()
        world.inject(next_create="lost_after")
        with pytest.raises(requests.ConnectionError):
            caller.create(order())
        again = World(clock=clock, state_file=tmp_path / "cloud.json")
        assert again.clusters == world.clusters

    def test_does_not_restore_what_was_deleted_or_reset(
        self, tmp_path: Path, clock: Clock
    ) -> None:
        file = tmp_path / "cloud.json"
        world = World(clock=clock, state_file=file, build_seconds=0)
        caller = Caller.of(world)
        caller.sign_in()
        cluster_id = caller.create(order()).json()["cluster"]["id"]
        caller.css("DELETE", f"clusters/{cluster_id}")
        again = World(clock=clock, state_file=file)
        assert (again.clusters, len(again.creates)) == ((), 1)
        again.reset()
        assert World(clock=clock, state_file=file).creates == []

    def test_writes_no_secret(self, tmp_path: Path, clock: Clock) -> None:
        file = tmp_path / "cloud.json"
        world = World(clock=clock, state_file=file)
        caller = Caller.of(world)
        caller.sign_in()
        secret = "example-Passw0rd!"
        caller.create(order(authorityEnable=True, adminPwd=secret))
        written = file.read_text()
        assert world.account.password not in written
        assert caller.token not in written
        assert secret not in written
        assert [each.name for each in tmp_path.iterdir()] == ["cloud.json"]

    @pytest.mark.parametrize(
        "content", ["", "{", "[]", "{}", '{"format": 2}', '{"format": 1}', "\x00"]
    )
    def test_does_not_change_a_file_of_another_format(
        self, tmp_path: Path, content: str
    ) -> None:
        file = tmp_path / "cloud.json"
        file.write_text(content)
        with pytest.raises(StateUnreadable, match="not a state of the simulator"):
            World(state_file=file)
        assert file.read_text() == content

    def test_works_from_memory_while_the_disk_is_full_and_saves_later(
        self, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "cloud.json"
        world = World(clock=clock, state_file=file)
        caller = Caller.of(world)
        caller.sign_in()
        saved = file.read_bytes()

        def fail(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", fail)
        assert caller.create(order()).status_code == 200
        assert file.read_bytes() == saved
        monkeypatch.undo()
        assert caller.create(order(name="second-index")).status_code == 200
        again = World(clock=clock, state_file=file)
        assert len(again.clusters) == 2
        assert again.clusters == world.clusters
