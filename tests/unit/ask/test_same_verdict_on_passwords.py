"""
A password that the form takes is taken by the simulated cloud, in both versions of the call.

Not the other way round: the form refuses more on purpose, such as the cluster's own name
backwards, and the characters that v1.0 alone takes.
"""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clusters.cloud.huawei.body import with_password
from clusters.cloud.types import CreateApi, SecurityMode
from clusters.credentials.generated_password import generated_password
from clusters.rules.security import password
from clusters.simulator.checks import options
from clusters.simulator.checks.create import V1, V2, read_order
from clusters.simulator.refusals import Refusal
from tests.factories import spec
from tests.unit.ask.drawn_specs import SITE
from tests.unit.ask.verdicts import body_of

WISH = spec(security=SecurityMode(https=True), backup=None)
APIS = pytest.mark.parametrize("api", list(CreateApi))
PASSWORDS = st.one_of(
    st.text(
        st.characters(min_codepoint=32, max_codepoint=126), min_size=6, max_size=34
    ),
    st.text("aA1!^+\\ 密", min_size=7, max_size=33),
    st.sampled_from(sorted(options._WEAK_PASSWORDS)).map(str.title),
)


def is_taken_by_the_form(value: str) -> bool:
    return not list(password(value, names=("logs-search", "alice")))


def refusal_of(value: str, api: CreateApi) -> str:
    """Return the code by which the simulated cloud refuses this password, "" for none."""
    body = with_password(body_of(WISH, api), value)
    assert json.loads(body)["cluster"]["adminPwd"] == value
    try:
        read_order(body, SITE, V2 if api is CreateApi.V2 else V1)
    except Refusal as refusal:
        return refusal.code
    return ""


class TestPassword:
    @APIS
    @settings(max_examples=1000)
    @given(value=PASSWORDS)
    @example(value="Abcdefg1+")
    def test_of_the_form_is_one_for_the_cloud(self, api: CreateApi, value: str) -> None:
        if is_taken_by_the_form(value):
            assert refusal_of(value, api) == ""

    @APIS
    def test_that_the_portal_makes_is_one_for_the_cloud(self, api: CreateApi) -> None:
        made = {generated_password() for _ in range(200)}
        assert {refusal_of(each, api) for each in made} == {""}
        assert all(is_taken_by_the_form(each) for each in made)

    @pytest.mark.parametrize("value", sorted(options._WEAK_PASSWORDS))
    def test_that_the_cloud_calls_weak_is_refused_by_the_form(self, value: str) -> None:
        assert not is_taken_by_the_form(value)
