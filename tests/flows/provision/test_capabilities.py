"""What listings teach about a cloud."""

import pytest

from clusters.cloud.types import CloudCluster, CloudStatus, Tag
from clusters.domain.states import State
from clusters.models.cloud_project import Known
from clusters.operations.inventory.scan import Inventory
from clusters.operations.polling.capabilities import detect_capabilities
from tests.factories import NOON, cluster_request

pytestmark = pytest.mark.django_db


def listed(cluster_id: str, tag: object = "") -> CloudCluster:
    return CloudCluster(
        id=cluster_id,
        name=f"name-of-{cluster_id}",
        status=CloudStatus.AVAILABLE,
        tags=(Tag(key="portal-request", value=str(tag)),) if tag else (),
    )


def taught(project, *clusters: CloudCluster) -> str:
    listing = Inventory(
        place_sha256=project.place.fingerprint,
        began_at=NOON,
        clusters=clusters,
        is_complete=True,
    )
    detect_capabilities(project, listing)
    project.refresh_from_db()
    return str(project.keeps_tags)


@pytest.fixture
def rows():
    return [
        cluster_request(name, state=State.ACTIVE, cloud_id=cluster_id)
        for name, cluster_id in (("first-index", "one"), ("second-index", "two"))
    ]


class TestTags:
    def test_of_clusters_that_we_know_tell_whether_the_cloud_keeps_them(
        self, project, rows
    ):
        one, two = rows
        assert taught(project, listed("three", "x")) == Known.UNKNOWN
        assert taught(project, listed("one"), listed("two")) == Known.NO
        assert (
            taught(project, listed("one", one.id), listed("two", two.id)) == Known.YES
        )

    @pytest.mark.parametrize("gone", [0, 1])
    def test_that_one_person_took_away_say_nothing_about_the_cloud(
        self, project, rows, gone
    ):
        # Believed, it would make a stranger's cluster of the same name ours.
        clusters = [listed(row.cloud_id, row.id) for row in rows]
        clusters[gone] = listed(rows[gone].cloud_id)
        assert taught(project, *clusters) == Known.YES
