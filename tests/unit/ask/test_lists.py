"""Select fields: no disabled option is selected, since browsers do not submit it."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clusters import options
from clusters.cloud.types import CloudSecurityGroup, CloudSubnet, CloudVpc
from clusters.domain.catalog import Catalog
from clusters.forms import RequestForm, hours
from clusters.forms.fields import CatalogSelect
from clusters.options import Option
from tests.unit.ask.made import VPC, catalog, form, whole_form

SELECTS = sorted(
    name
    for name, field in form().fields.items()
    if isinstance(field.widget, CatalogSelect)
)
REFUSED = {
    "vpc_id": "v-new",
    "subnet_id": "s-broken",
    "security_group_id": "g-shut",
    "flavor": "ess.spec-32u64g",
    "volume_type": "GPSSD",
    "master_flavor": "ess.spec-32u64g",
    "master_volume_type": "GPSSD",
    "client_flavor": "ess.spec-i3small",
    "client_volume_type": "GPSSD",
    "cold_flavor": "ess.spec-4u16g",
    "cold_volume_type": "GPSSD",
    "backup_frequency": "FORTNIGHT",
    "backup_timezone": "GMT+15:00",
    "backup_hour": "24",
    "datastore": "elasticsearch:1.0.0",
    "cloud_project": "gone",
}
"""For each select field, a value that is disabled or not offered."""


def offered() -> Catalog:
    """Return a catalog with a disabled option in each list."""
    whole = catalog()
    return catalog(
        vpcs=(*whole.vpcs, CloudVpc(id="v-new", name="new", status="CREATING")),
        subnets=(
            *whole.subnets,
            CloudSubnet(id="s-broken", name="broken", vpc_id=VPC, status="ERROR"),
        ),
        security_groups=(
            *whole.security_groups,
            CloudSecurityGroup(id="g-shut", name="shut"),
        ),
    )


def shown(**typed: str) -> RequestForm:
    return whole_form(form_catalog=offered(), **typed)


def selected(html: str) -> list[str]:
    return re.findall(r"<option[^>]*\bselected\b[^>]*>", html)


class TestEveryList:
    @given(
        st.dictionaries(
            st.sampled_from(SELECTS),
            st.one_of(st.sampled_from(sorted(REFUSED.values())), st.text()),
        )
    )
    def test_never_selects_a_disabled_option(self, typed: dict[str, str]) -> None:
        bound = shown(**typed)
        for name in SELECTS:
            for option in selected(str(bound[name])):
                assert "disabled" not in option

    @pytest.mark.parametrize("name", sorted(REFUSED))
    def test_leaves_the_refusal_of_a_choice_to_the_rules(self, name: str) -> None:
        assert name in shown(**{name: REFUSED[name]}).errors

    def test_shows_the_reason_beside_a_refused_choice(self) -> None:
        html = str(shown(security_group_id="g-shut")["security_group_id"])
        assert '<option value="g-shut" selected data-refused>shut: add an' in html


class TestEveryOptionThatIsOff:
    OFF = Option(value="off", label="Off", enabled=False, why_not="come back later")

    @pytest.mark.parametrize("name", SELECTS)
    def test_says_why_in_a_select(self, name: str) -> None:
        bound = form()
        bound.fields[name].widget.catalog_options += (self.OFF,)
        shown_as = '<option value="off" disabled>Off: come back later</option>'
        assert shown_as in str(bound[name])

    def test_says_why_among_the_flavors(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(options, "flavor_options", lambda *_: (self.OFF,))
        html = render_to_string("clusters/fragments/form_size.html", {"form": form()})
        assert re.search(r'value="off" disabled\b', html)
        assert "come back later" in html

    def test_says_why_among_the_zones(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(options, "zone_options", lambda *_: (self.OFF,))
        html = render_to_string("clusters/fragments/form_size.html", {"form": form()})
        assert re.search(r'value="off" disabled\b', html)
        assert "come back later" in html


def values(on: date, chosen: str = "") -> list[str]:
    return [option.value for option in hours.offset_options(on, chosen=chosen)]


class TestOffsets:
    @pytest.mark.parametrize("month", [1, 4, 7, 11])
    def test_include_every_time_zone_in_every_season(self, month: int) -> None:
        on = date(2026, month, 15)
        noon, found = datetime(2026, month, 15, 12, tzinfo=UTC), values(on)
        for name in available_timezones():
            for moment in (noon, noon + timedelta(days=183)):
                assert hours.offset_at(moment.astimezone(ZoneInfo(name))) in found

    def test_include_daylight_saving_time_of_the_chatham_islands(self) -> None:
        assert "GMT+13:45" in values(date(2026, 11, 29))
        assert "GMT+12:45" in values(date(2026, 11, 29))

    def test_are_sorted_from_west_to_east(self) -> None:
        found = values(date(2026, 11, 29))
        assert found[0] == "GMT-12:00"
        assert found[-1] == "GMT+14:00"
        assert found.index("GMT-03:30") < found.index("GMT-03:00")

    def test_exist_without_a_time_zone_database(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hours, "available_timezones", set)
        hours._offsets.cache_clear()
        found = values(date(2026, 11, 29))
        hours._offsets.cache_clear()
        assert "GMT+05:45" in found
        assert len(found) > 30

    def test_include_an_earlier_choice_if_it_is_valid(self) -> None:
        assert "GMT+05:17" in values(date(2026, 11, 29), chosen="GMT+05:17")
        assert "GMT+15:00" not in values(date(2026, 11, 29), chosen="GMT+15:00")

    @pytest.mark.parametrize(
        "name", ["Pacific/Chatham", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
    )
    def test_include_the_time_zone_of_the_portal(self, name: str) -> None:
        with override_settings(TIME_ZONE=name):
            here = timezone.localtime(timezone=timezone.get_default_timezone())
            bound = form(backup_timezone=hours.offset_at(here))
            [option] = selected(str(bound["backup_timezone"]))
        assert "refused" not in option
