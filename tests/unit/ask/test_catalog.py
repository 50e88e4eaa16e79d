"""The catalog of a cloud project."""

import json

import pytest

from clusters.cloud.types import Datastore, ZoneDisks
from clusters.domain.catalog import Catalog, datastore_of
from tests.unit.ask.made import ZONES, catalog, flavor

DISKS = (
    ZoneDisks(zone=ZONES[1], volume_types=("ULTRAHIGH",)),
    ZoneDisks(zone=ZONES[0], volume_types=("HIGH", "ULTRAHIGH")),
)
NEWEST = Datastore(type="elasticsearch", version="7.10.2")


class TestCatalog:
    def test_round_trips_through_json(self) -> None:
        assert Catalog.from_json(json.loads(json.dumps(catalog().to_json()))) == (
            catalog()
        )

    @pytest.mark.parametrize(
        "data", [{}, {"flavors": 3}, catalog().to_json() | {"vpcs": [{"x": 1}]}]
    )
    def test_refuses_other_json(self, data: dict[str, object]) -> None:
        with pytest.raises(ValueError, match="no catalog"):
            Catalog.from_json(data)

    def test_keeps_data_nodes_of_search_engines_only(self) -> None:
        flavors = [
            flavor("data"),
            flavor("master", role="ess-master"),
            flavor("logstash", role="lgs", version="7.10.0"),
            flavor("strange", version="4.0.0"),
            flavor("rubbish", version="seven"),
        ]
        assert [f.name for f in catalog(flavors=flavors).flavors] == ["data"]

    def test_sorts_versions_as_numbers_elasticsearch_first(self) -> None:
        assert [str(each) for each in catalog().datastores] == [
            "elasticsearch:7.10.2",
            "elasticsearch:7.6.2",
            "opensearch:2.19.0",
        ]

    def test_has_the_newest_engine_as_default(self) -> None:
        assert catalog().newest_datastore() == NEWEST
        assert catalog(flavors=()).newest_datastore() is None

    def test_finds_the_first_zone_that_sells_the_flavor(self) -> None:
        late = flavor("late", zones=(ZONES[2], ZONES[1]))
        assert catalog(flavors=[late]).first_zone_selling("late", NEWEST) == ZONES[1]
        assert catalog().first_zone_selling("ess.spec-32u64g", NEWEST) == ""
        assert catalog().first_zone_selling("nothing", NEWEST) == ""

    def test_treats_nothing_as_sold_out_if_the_cloud_lists_no_zones(self) -> None:
        silent = catalog(flavors=[flavor("a", zones=()), flavor("b", zones=())])
        assert not any(silent.is_sold_out(each) for each in silent.flavors)
        assert [f.name for f in catalog().flavors if catalog().is_sold_out(f)] == [
            "ess.spec-32u64g"
        ]

    def test_offers_the_disks_that_some_zone_sells(self) -> None:
        offered = catalog(disks=DISKS)
        assert offered.volume_types == ("HIGH", "ULTRAHIGH")
        assert offered.sells_disk("HIGH", ZONES[0])
        assert not offered.sells_disk("HIGH", ZONES[1])
        assert Catalog.from_json(offered.to_json()) == offered

    def test_offers_every_disk_type_if_the_cloud_lists_none(self) -> None:
        assert catalog().volume_types == ("COMMON", "HIGH", "ULTRAHIGH", "ESSD")
        assert catalog().sells_disk("ESSD", ZONES[0])
        assert catalog(disks=DISKS).sells_disk("ESSD", ZONES[2])

    def test_reads_an_older_snapshot_without_disks(self) -> None:
        old = catalog().to_json() | {"volume_types": ["HIGH"]}
        del old["disks"]
        assert Catalog.from_json(old) == catalog()

    def test_uses_the_zones_of_disks_if_flavors_list_none(self) -> None:
        silent = catalog(flavors=[flavor("a", zones=())], disks=DISKS)
        assert silent.zones == (ZONES[0], ZONES[1])
        assert silent.first_zone_selling("a", NEWEST) == ZONES[0]


class TestVersion:
    @pytest.mark.parametrize(
        ("version", "engine"),
        [
            ("1.3.6", "opensearch"),
            ("2.19.0", "opensearch"),
            ("5.5.1", "elasticsearch"),
            ("7.10.2", "elasticsearch"),
        ],
    )
    def test_identifies_its_engine(self, version: str, engine: str) -> None:
        assert datastore_of(version) == Datastore(type=engine, version=version)

    @pytest.mark.parametrize("version", ["", ".", "\u0667.1", "7.x", "9" * 5000])
    def test_has_no_engine_if_malformed(self, version: str) -> None:
        assert datastore_of(version) is None
