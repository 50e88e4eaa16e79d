"""Each page that says what is wrong, while something that pages depend on is missing."""

import re
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import HttpRequest
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from pytest_django import Settings

from clusters.operations.accounts.sign_in import SignInLimited
from tests import factories
from tests.flows.broken_ground.grounds import ALL, Grounds

pytestmark = pytest.mark.django_db

ERRORS = {
    400: BadRequest,
    403: PermissionDenied,
    413: RequestDataTooBig,
    429: lambda: SignInLimited(timezone.now() + timedelta(minutes=5)),
    500: RuntimeError,
}
STATUSES = (*ERRORS, 404)
TITLES = {
    400: ("We could not read this", "无法识别该请求"),
    403: ("You have no access to this", "您没有权限访问该页面"),
    404: ("This page was not found", "页面不存在"),
    413: ("This is too large", "提交的内容过大"),
    429: ("Too many wrong passwords", "错误次数过多"),
    500: ("Something broke on our side", "服务出现异常"),
}


def _fail(_request: HttpRequest, status: int) -> NoReturn:
    raise ERRORS[status]()


urlpatterns = [path("fails/<int:status>/", _fail), path("", include("portal.urls"))]
handler400 = "clusters.views.error_pages.handlers.bad_request"
handler403 = "clusters.views.error_pages.handlers.forbidden"
handler404 = "clusters.views.error_pages.handlers.not_found"
handler500 = "clusters.views.error_pages.handlers.server_error"


@pytest.fixture
def alice(settings: Settings) -> Client:
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    client.force_login(factories.user("alice"))
    return client


@pytest.fixture
def grounds(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> Grounds:
    return Grounds(monkeypatch, settings, tmp_path)


def address(status: int) -> str:
    return "/nowhere/" if status == 404 else f"/fails/{status}/"


class TestAnErrorPage:
    @pytest.mark.parametrize("ground", ALL)
    @pytest.mark.parametrize("status", STATUSES)
    def test_says_what_is_wrong_on_any_ground(
        self, alice: Client, grounds: Grounds, status: int, ground: str
    ) -> None:
        getattr(grounds, ground)()
        page = alice.get(address(status))
        html = page.content.decode()
        assert page.status_code == status
        assert TITLES[status][0] in html
        assert re.search(
            r"Quote this id to an operator: (<code>)?[0-9a-f-]{36}\b", html
        )
        assert 'href="/' in html or ground == "every_template"

    @pytest.mark.parametrize("ground", ["database", "manifest", "template"])
    @pytest.mark.parametrize("status", STATUSES)
    @pytest.mark.parametrize("how", ["header", "cookie"])
    def test_speaks_the_language_of_its_reader(
        self, alice: Client, grounds: Grounds, status: int, ground: str, how: str
    ) -> None:
        getattr(grounds, ground)()
        if how == "cookie":
            alice.cookies["django_language"] = "zh-hans"
        page = alice.get(address(status), headers={"accept-language": "zh-hans"})
        assert TITLES[status][1] in page.content.decode()
        assert '<html lang="zh-hans">' in page.content.decode()

    def test_has_the_frame_where_it_stands(self, alice: Client) -> None:
        for status in set(STATUSES) - {500}:
            assert "<nav" in alice.get(address(status)).content.decode(), status

    def test_brings_a_style_that_its_policy_allows(
        self, alice: Client, grounds: Grounds
    ) -> None:
        grounds.manifest()
        page = alice.get("/nowhere/")
        assert "--ink" in page.content.decode()
        assert "'sha256-" in page["Content-Security-Policy"]


class TestAPage:
    @pytest.mark.parametrize(
        ("ground", "status"),
        [("database", 503), ("manifest", 500), ("sessions", 500), ("template", 500)],
    )
    def test_that_cannot_be_shown_says_so(
        self, alice: Client, grounds: Grounds, ground: str, status: int
    ) -> None:
        getattr(grounds, ground)()
        page = alice.get("/requests/")
        html = page.content.decode()
        assert page.status_code == status
        assert "cannot be shown now" in html or "broke on our side" in html
        assert re.search(
            r"Quote this id to an operator: <code>[0-9a-f-]{36}</code>", html
        )


class TestHealth:
    @pytest.mark.parametrize("ground", ALL)
    def test_says_that_the_process_is_up(
        self, alice: Client, grounds: Grounds, ground: str
    ) -> None:
        getattr(grounds, ground)()
        assert alice.get("/livez").status_code == 200

    @pytest.mark.parametrize(
        ("ground", "part", "word"),
        [
            ("database", "database", "down"),
            ("cache", "cache", "down"),
            ("sessions", "database", "unmigrated"),
            ("migrations", "database", "unmigrated"),
            ("manifest", "static", "missing"),
            ("stale_manifest", "static", "missing"),
        ],
    )
    @pytest.mark.parametrize("who", ["alice", "nobody"])
    def test_names_the_part_that_is_gone(
        self,
        alice: Client,
        grounds: Grounds,
        ground: str,
        part: str,
        word: str,
        who: str,
    ) -> None:
        getattr(grounds, ground)()
        answer = (alice if who == "alice" else Client()).get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["status"] == "down"
        assert answer.json()[part] == word
