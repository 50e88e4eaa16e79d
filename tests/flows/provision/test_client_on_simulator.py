"""The real client against the simulated cloud: deleting, disks, and the old spelling."""

import pytest

from clusters.cloud.errors import CloudRefused
from clusters.cloud.huawei.body import build_body, canonical_bytes
from clusters.cloud.types import CloudStatus
from clusters.simulator.site import Site
from clusters.simulator.world import World
from tests.factories import spec

pytestmark = pytest.mark.django_db


def made(cloud) -> str:
    """Create a cluster and return its id."""
    body = canonical_bytes(build_body(spec()))
    return cloud.create(body, gate=lambda: None).cluster_id


class TestDelete:
    def test_leaves_nothing_and_may_be_repeated(self, cloud, clock, world: World):
        cluster_id = made(cloud)
        clock.advance(seconds=60)
        cloud.delete(cluster_id)
        assert world.clusters == ()
        cloud.delete(cluster_id)

    def test_is_refused_while_the_cluster_is_built(self, cloud, world: World):
        cluster_id = made(cloud)
        with pytest.raises(CloudRefused) as refused:
            cloud.delete(cluster_id)
        assert refused.value.code == "CSS.0011"
        assert len(world.clusters) == 1


class TestDisks:
    def test_are_told_by_zone_in_the_words_of_the_create_call(self, cloud):
        sold = {each.zone: each.volume_types for each in cloud.disks()}
        assert sold["cn-north-4a"] == ("COMMON", "HIGH", "ULTRAHIGH", "ESSD")
        assert sold["cn-north-4c"] == ("COMMON", "HIGH", "ULTRAHIGH")


class TestOldSpelling:
    @pytest.fixture
    def world(self, clock) -> World:
        return World(
            clock=lambda: clock().timestamp(),
            build_seconds=60,
            site=Site(legacy_fields=True),
        )

    def test_is_read_like_the_new_one(self, cloud, clock, world: World):
        world.inject(next_create="fails_303")
        cluster_id = made(cloud)
        clock.advance(seconds=60)
        page = cloud.list_page(start=1, limit=10)
        assert page.total is None
        for found in (cloud.cluster(cluster_id), page.clusters[0]):
            assert found.status is CloudStatus.BROKEN
            assert found.failure_code == "CSS.6000"
            assert found.failure_message == "Failed to create the cluster."
