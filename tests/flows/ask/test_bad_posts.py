"""Generated bad forms on the real view: an error at the field, no fault, no row."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings

from clusters.cloud.types import CloudSubnet, ZoneDisks
from clusters.domain.catalog import Catalog
from clusters.forms.dependencies import DEPENDENCIES
from clusters.models import CatalogSnapshot, CloudProject, ClusterRequest
from clusters.models.cloud_project import ApiVersion
from tests.flows.ask.posting import URL, post, text
from tests.flows.ask.wrong import WRONG, wrong_forms
from tests.unit.ask.made import (
    FILLED,
    FLAVORS,
    RIGHT,
    SECRETS,
    WIDE_SUBNET,
    ZONES,
    catalog,
    flavor,
)


@pytest.fixture
def v2_project(project: CloudProject, colleagues: None) -> CloudProject:
    project.api_version = ApiVersion.V2
    project.save()
    return project


def have_to_be_named(wrong: dict[str, Any]) -> Iterator[str]:
    """Yield the fields that still apply: with a wrong main field its details may not."""
    for name in wrong:
        if not any(name in each.fields and each.on in wrong for each in DEPENDENCIES):
            yield name


def answered_at_its_fields(client: Client, wrong: dict[str, Any]) -> None:
    answer = post(client, **{**FILLED, **wrong})
    assert answer.status_code == 200
    page = text(answer)
    for name in have_to_be_named(wrong):
        assert page.count(f'id="id_{name}_error"') == 1, name
        assert f'href="#id_{name}"' in page
    assert 'id="problems"' in page
    assert not ClusterRequest.objects.exists()


class TestBadForm:
    def test_covers_every_field_but_those_of_the_password(self) -> None:
        assert set(WRONG) == set(RIGHT) - set(SECRETS)

    def test_is_bad_for_what_is_wrong_alone(
        self, client: Client, v2_project: CloudProject
    ) -> None:
        assert post(client, **FILLED).status_code == 302

    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
    @given(wrong=wrong_forms())
    def test_is_answered_at_its_fields(
        self, client: Client, v2_project: CloudProject, wrong: dict[str, Any]
    ) -> None:
        answered_at_its_fields(client, wrong)

    @pytest.mark.nightly  # a minute and a half
    @settings(
        max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(wrong=wrong_forms())
    def test_is_answered_at_its_fields_a_thousand_times(
        self, client: Client, v2_project: CloudProject, wrong: dict[str, Any]
    ) -> None:
        answered_at_its_fields(client, wrong)


class TestCatalog:
    """A catalog that is empty, half, or says two things at a time."""

    @pytest.mark.parametrize(
        ("offered", "field"),
        [
            (catalog(flavors=()), "flavor"),
            (
                catalog(flavors=[each for each in FLAVORS if each.role == "ess"]),
                "master_flavor",
            ),
            (
                catalog(flavors=[each for each in FLAVORS if each.role != "ess"]),
                "flavor",
            ),
            (catalog(vpcs=()), "vpc_id"),
            (catalog(subnets=()), "subnet_id"),
            (catalog(security_groups=()), "security_group_id"),
            (catalog(disks=[ZoneDisks(zone=ZONES[0], volume_types=())]), "volume_type"),
            (
                catalog(
                    flavors=[*FLAVORS, flavor("ess.spec-4u16g", disk_min_gb=900)][::-1]
                ),
                "volume_size",
            ),
            (
                catalog(
                    flavors=[flavor("ess.spec-4u16g", disk_min_gb=900, disk_max_gb=80)]
                ),
                "volume_size",
            ),
            (
                catalog(
                    subnets=[
                        CloudSubnet(
                            id=WIDE_SUBNET,
                            name="",
                            vpc_id="nowhere",
                            status="ACTIVE",
                            free_addresses=-1,
                        )
                    ]
                ),
                "subnet_id",
            ),
        ],
    )
    def test_leads_to_an_error_at_the_field(
        self, client: Client, v2_project: CloudProject, offered: Catalog, field: str
    ) -> None:
        CatalogSnapshot.objects.update(data=offered.to_json())
        assert client.get(URL).status_code == 200
        answer = post(client, **FILLED)
        assert answer.status_code == 200
        assert f'id="id_{field}_error"' in text(answer)
        assert not ClusterRequest.objects.exists()
