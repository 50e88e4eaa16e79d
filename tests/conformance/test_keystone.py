"""Signing in works with Keystone, whose Identity API v3 is that of Huawei's IAM."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from clusters.cloud.errors import SignInPaused, SignInRefused
from clusters.cloud.hosts import AllowedHosts
from clusters.cloud.huawei.auth import MemoryTokenStore
from clusters.cloud.huawei.client import Credentials, Endpoints, HuaweiCloud
from clusters.cloud.huawei.http import CloudHttp
from clusters.models import CloudProject
from clusters.simulator.server import serve
from tests.conformance.guarded import KeystoneWorld
from tests.conformance.keystone import (
    ACCOUNT,
    PASSWORD,
    PROJECT,
    SUB_PROJECT,
    USERNAME,
    Keystone,
)

pytestmark = [pytest.mark.services, pytest.mark.nightly]

WRONG = "n0t-the-passw0rd"

LOOPBACK = AllowedHosts.of(["127.0.0.1"])


class ScopeAdapter(HTTPAdapter):
    """Replaces the scope of each login; everything else stays as the client sent it."""

    def __init__(self, new_scope: Callable[[dict[str, Any]], Any]) -> None:
        super().__init__()
        self._rescope = new_scope

    def send(self, request: PreparedRequest, *args: Any, **more: Any) -> Response:
        body = json.loads(request.body or b"")
        body["auth"]["scope"] = self._rescope(body["auth"])
        request.prepare_body(json.dumps(body), files=None)
        return super().send(request, *args, **more)


def client(
    keystone: Keystone,
    *,
    new_scope: Callable[[dict[str, Any]], Any] | None = None,
    css: str = "",
    **changes: str,
) -> HuaweiCloud:
    """Return a client of the portal that signs in to this Keystone."""
    who = {"domain": ACCOUNT, "username": USERNAME, "password": PASSWORD, **changes}
    adapter = ScopeAdapter(new_scope) if new_scope else None
    other = css or keystone.url
    return HuaweiCloud(
        http=CloudHttp(
            connect_timeout=5, read_timeout=20, hosts=LOOPBACK, adapter=adapter
        ),
        region="RegionOne",
        endpoints=Endpoints(iam=keystone.url, css=other, vpc=other),
        credentials=Credentials(**who),
        tokens=MemoryTokenStore(),
    )


def refusal(keystone: Keystone, **how: Any) -> SignInRefused:
    """Return why this login is refused; require that it was sent exactly once."""
    before = keystone.logins()
    with pytest.raises(SignInRefused) as caught:
        client(keystone, **how).sign_in()
    assert keystone.logins() == before + 1
    assert how.get("password", PASSWORD) not in str(caught.value)
    return caught.value


class TestSigningIn:
    def test_by_project_id_takes_one_login_and_returns_a_valid_token(
        self, keystone: Keystone
    ) -> None:
        before = keystone.logins()
        cloud = client(keystone, project_id=keystone.project_id)
        token = cloud.sign_in()
        assert cloud.sign_in() == token
        assert keystone.logins() == before + 1
        assert token.project_id == keystone.project_id
        assert keystone.project_of(token.value) == keystone.project_id

    def test_reads_the_times_of_a_token(self, keystone: Keystone) -> None:
        token = client(keystone, project_id=keystone.project_id).sign_in()
        age = datetime.now(UTC) - token.issued_at
        assert abs(age) < timedelta(minutes=1)
        assert token.expires_at - token.issued_at == timedelta(hours=1)

    def test_by_name_alone_is_refused_with_the_reason_of_keystone(
        self, keystone: Keystone
    ) -> None:
        error = refusal(keystone, project_name=PROJECT)
        assert error.status == 400
        assert "Expecting to find domain in project" in error.message

    def test_by_name_works_where_the_domain_of_the_project_is_said(
        self, keystone: Keystone
    ) -> None:
        token = client(
            keystone, project_name=SUB_PROJECT, project_domain=ACCOUNT
        ).sign_in()
        assert token.project_id == keystone.sub_project_id
        assert keystone.project_of(token.value) == keystone.sub_project_id

    def test_by_name_is_refused_in_a_domain_that_is_not_there(
        self, keystone: Keystone
    ) -> None:
        error = refusal(keystone, project_name=SUB_PROJECT, project_domain="nowhere")
        assert error.status == 401

    def test_by_id_does_not_ask_in_which_domain_it_is(self, keystone: Keystone) -> None:
        token = client(
            keystone, project_id=keystone.project_id, project_domain="nowhere"
        ).sign_in()
        assert token.project_id == keystone.project_id

    def test_with_pasted_blanks_is_one_login_and_a_good_one(
        self, keystone: Keystone
    ) -> None:
        before = keystone.logins()
        pasted = {"domain": f"{ACCOUNT} ", "username": f"\u200b{USERNAME}"}
        token = client(keystone, project_id=keystone.project_id, **pasted).sign_in()
        assert keystone.logins() == before + 1
        assert token.project_id == keystone.project_id

    def test_refuses_a_token_of_another_project(self, keystone: Keystone) -> None:
        error = refusal(
            keystone, project_id=keystone.project_id, project_name=SUB_PROJECT
        )
        assert "into another project" in error.message

    def test_refuses_a_token_without_a_project(self, keystone: Keystone) -> None:
        error = refusal(
            keystone, new_scope=lambda _: "unscoped", project_id=keystone.project_id
        )
        assert error.status == 201
        assert "not into a project" in error.message

    def test_asks_once_with_a_wrong_password_and_then_pauses(
        self, keystone: Keystone
    ) -> None:
        before = keystone.logins()
        cloud = client(keystone, project_id=keystone.project_id, password=WRONG)
        with pytest.raises(SignInRefused) as refused:
            cloud.sign_in()
        with pytest.raises(SignInPaused):
            cloud.sign_in()
        assert keystone.logins() == before + 1
        assert refused.value.status == 401
        assert WRONG not in str(refused.value)

    @pytest.mark.parametrize(
        "wrong", [{"username": "nobody"}, {"domain": "no-account"}], ids=str
    )
    def test_is_refused_for_unknown_users(
        self, keystone: Keystone, wrong: dict[str, str]
    ) -> None:
        error = refusal(keystone, project_id=keystone.project_id, **wrong)
        assert error.status == 401

    def test_is_refused_for_a_project_that_is_not_there(
        self, keystone: Keystone
    ) -> None:
        assert refusal(keystone, project_id="0" * 32).status == 401


@pytest.fixture
def css(keystone: Keystone) -> Iterator[str]:
    """The address of a simulated CSS and VPC that validate tokens at Keystone."""
    with serve(KeystoneWorld(keystone)) as server:
        yield server.address


class TestToken:
    def test_that_is_revoked_early_is_replaced_once(
        self, keystone: Keystone, css: str
    ) -> None:
        cloud = client(keystone, css=css, project_id=keystone.project_id)
        dead = cloud.sign_in()
        assert cloud.vpcs()
        keystone.revoke(dead.value)
        before = keystone.logins()
        assert cloud.vpcs()
        assert keystone.logins() == before + 1
        assert cloud.sign_in() != dead


@pytest.mark.django_db
class TestCommands:
    """connect_cloud and check_cloud with a Keystone and the CSS behind it."""

    @pytest.fixture(autouse=True)
    def password(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CLOUD_PASSWORD", PASSWORD)

    def connect(
        self, keystone: Keystone, css: str, *options: str, project: tuple[str, ...] = ()
    ) -> str:
        said = StringIO()
        call_command(
            "connect_cloud",
            "witness",
            *("--region", PROJECT, "--domain", ACCOUNT, "--username", USERNAME),
            *(project or ("--project-id", keystone.project_id)),
            *("--iam-url", keystone.url, "--css-url", css, "--vpc-url", css),
            *options,
            stdout=said,
        )
        return said.getvalue()

    def test_find_everything_with_one_login(self, keystone: Keystone, css: str) -> None:
        before = keystone.logins()
        connected = self.connect(keystone, css)
        said = StringIO()
        call_command("check_cloud", "witness", stdout=said)
        assert f"Signed in to project {keystone.project_id}." in connected
        assert f"sign-in: ok, project {keystone.project_id}" in said.getvalue()
        assert "FAILED" not in said.getvalue()
        assert keystone.logins() == before + 1

    def test_find_a_project_by_its_name_in_a_domain(
        self, keystone: Keystone, css: str
    ) -> None:
        named = ("--project", PROJECT, "--project-domain", f" {ACCOUNT}")
        connected = self.connect(keystone, css, project=named)
        assert f"Signed in to project {keystone.project_id}." in connected
        project = CloudProject.objects.get(name="witness")
        assert project.project_id == keystone.project_id
        assert project.project_domain == ACCOUNT

    def test_save_nothing_with_a_wrong_password(
        self, keystone: Keystone, css: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CLOUD_PASSWORD", WRONG)
        before = keystone.logins()
        with pytest.raises(CommandError, match="Nothing was saved") as refused:
            self.connect(keystone, css)
        assert keystone.logins() == before + 1
        assert WRONG not in str(refused.value)

    def test_stop_checking_after_one_refused_login(
        self, keystone: Keystone, css: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CLOUD_PASSWORD", WRONG)
        self.connect(keystone, css, "--no-check")
        before, said = keystone.logins(), StringIO()
        with pytest.raises(CommandError, match="Something is missing"):
            call_command("check_cloud", stdout=said)
        assert keystone.logins() == before + 1
        assert "sign-in: FAILED" in said.getvalue()
        assert WRONG not in said.getvalue()
