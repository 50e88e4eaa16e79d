"""Lists of a large cloud project: what is shown of them, and what a search finds."""

import pytest

from clusters.forms.offering import SEARCHED
from clusters.options import (
    Chosen,
    Limit,
    flavor_options,
    security_group_options,
    subnet_options,
)
from tests.unit.ask.made import catalog, form
from tests.unit.ask.sized import large_catalog, sized_catalog

LARGE = large_catalog()
SUBNETS = sorted(LARGE.subnets, key=lambda each: each.name)


class TestALongList:
    def test_shows_the_chosen_one_then_what_fits_then_the_others(self) -> None:
        chosen = Chosen(nodes=5, vpc_id=SUBNETS[3].vpc_id)
        full = SUBNETS[3]  # three addresses are left in it
        shown = subnet_options(LARGE, chosen, Limit(value=full.id, most=40))
        assert len(shown) == 40
        assert (shown[0].value, shown[0].enabled) == (full.id, False)
        is_on = [option.enabled for option in shown[1:]]
        assert is_on == sorted(is_on, reverse=True)
        assert {each.belongs_to for each in shown if each.enabled} <= {full.vpc_id}

    def test_is_whole_and_in_its_order_while_it_is_short(self) -> None:
        short = sized_catalog()
        whole = subnet_options(short, Chosen(nodes=5))
        assert whole == subnet_options(
            short, Chosen(nodes=5), Limit(value=whole[7].value, search="no", most=40)
        )

    @pytest.mark.parametrize(
        "search", [SUBNETS[77].name, SUBNETS[77].id, SUBNETS[77].id.upper()]
    )
    def test_is_searched_by_name_and_id(self, search: str) -> None:
        [found] = subnet_options(LARGE, limit=Limit(search=search, most=40))
        assert found.value == SUBNETS[77].id

    def test_is_searched_by_cidr(self) -> None:
        found = subnet_options(LARGE, limit=Limit(search="10.7.1.0/24", most=40))
        assert found
        assert all("(10.7.1.0/24)" in str(each.label) for each in found)

    def test_shows_the_chosen_one_whatever_is_searched(self) -> None:
        chosen = SUBNETS[5].id
        shown = subnet_options(
            LARGE, limit=Limit(value=chosen, search=SUBNETS[77].name, most=40)
        )
        assert [each.value for each in shown] == [chosen, SUBNETS[77].id]

    def test_finds_what_is_off_with_its_reason(self) -> None:
        [found] = security_group_options(LARGE, Limit(search="sg-0001", most=30))
        assert not found.enabled
        assert found.why_not

    def test_of_flavors_is_searched_by_size(self) -> None:
        found = flavor_options(LARGE, limit=Limit(search="4 VCPU", most=100))
        assert {str(each.label).partition(",")[0] for each in found} == {"4 vCPU"}
        assert len(found) > 10

    def test_of_flavors_is_searched_by_name(self) -> None:
        [found] = flavor_options(LARGE, limit=Limit(search="4u16g.1", most=24))[:1]
        assert found.value == "ess.spec-4u16g.1"


class TestTheForm:
    def test_has_a_search_box_for_long_lists_only(self) -> None:
        assert set(form(form_catalog=LARGE).searches) == set(SEARCHED)
        assert form(form_catalog=catalog()).searches == {}

    def test_says_how_many_it_shows(self) -> None:
        bound = form(form_catalog=LARGE)
        assert "20 of 2,000 shown; search to find others." in str(
            bound["subnet_id"].help_text
        )

    def test_has_no_field_for_a_search(self) -> None:
        names = {name for name, _most in SEARCHED.values()}
        assert not names & set(form().fields)
