"""What was typed, and why it was not taken, is told in Simplified Chinese, too."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import override

from tests import factories
from tests.flows.decide.pages import state_of
from tests.flows.pages.test_languages import CHINESE, english_in, reading
from tests.flows.safety.forms_left_open import make_catalog, pending
from tests.flows.safety.outliving import Browser, end_sessions
from tests.read_only import read_only
from tests.unit.ask.made import posted

SIGN_IN = {"username": "alice", "password": factories.PASSWORD}
COMMENT = {"comment": "等展会之后。"}
KEPT = "页面中的内容是您在会话结束前填写的"


@pytest.fixture(autouse=True)
def _english_again():
    """Give the thread its language back: the last page sets it and nobody unsets it."""
    with override("en"):
        yield


def browser_of(name: str = "") -> Browser:
    if name:
        factories.user(name)
    return Browser(name, headers=CHINESE)


def says(page: HttpResponse, *words: str) -> None:
    for each in words:
        assert each in page.content.decode()
    assert english_in(page) == []


@pytest.mark.django_db
class TestAFormThatWasNotTaken:
    @pytest.fixture
    def browser(self) -> Browser:
        browser = browser_of()
        browser.opens("/login/")
        return browser

    @pytest.mark.parametrize(
        ("origin", "words"),
        [
            ("null", "浏览器隐藏了表单的来源"),
            ("https://testserver", "门户配置的是其他地址"),
            ("https://evil.test", "该表单来自其他地址"),
        ],
    )
    def test_says_what_is_wrong_with_its_address(
        self, browser: Browser, origin: str, words: str
    ):
        says(browser.sends("/login/", SIGN_IN, origin=origin), words)

    def test_says_that_there_is_no_cookie(self, browser: Browser):
        browser.cookies.clear()
        says(browser.sends("/login/", SIGN_IN), "浏览器未发送Cookie")

    def test_says_that_its_token_is_damaged(self, browser: Browser):
        browser.token = "x"
        says(browser.sends("/login/", SIGN_IN), "收到的表单不完整", "重新提交")

    def test_says_that_the_host_is_another(self):
        page = Client(headers=CHINESE).get("/", headers={"Host": "other.test"})
        assert page.status_code == 400
        says(page, "门户无法识别该地址")


@pytest.mark.django_db
class TestAFormThatOutlivedItsSession:
    @pytest.mark.parametrize(
        ("name", "make", "page", "action", "typed"),
        [
            (
                "alice",
                make_catalog,
                "/requests/new/",
                "",
                dict(posted(reason="展会").lists()),
            ),
            ("bob", pending, "/requests/{0.id}/", "reject/", COMMENT),
        ],
    )
    def test_is_announced_by_the_sign_in_and_shown_again(
        self,
        name: str,
        make: Callable[[], object],
        page: str,
        action: str,
        typed: dict[str, str],
    ):
        address = page.format(make())
        browser = browser_of(name)
        browser.opens(address)
        end_sessions()
        leads = browser.sends(address + action, typed)["Location"]
        says(browser.get(leads), "会话已结束。您填写的内容会保留一小时")
        browser.signs_in(name)
        says(browser.get(address), KEPT, "您填写的内容", "显示不含这些内容的页面")

    def test_is_for_nobody_else(self):
        row = pending()
        browser = browser_of("bob")
        browser.opens(row.get_absolute_url())
        factories.user("olga")
        end_sessions()
        browser.signs_in("olga")
        page = browser.sends(f"{row.get_absolute_url()}reject/", COMMENT)
        says(page, "当前登录的是其他用户")
        assert state_of(row) == row.state


# PostgreSQL lets nobody write again in a transaction that was read-only.
@pytest.mark.django_db(transaction=True)
class TestADatabaseThatOnlyReads:
    def test_leaves_what_was_typed_on_a_page(self):
        row = pending()
        bob = reading("bob")
        with read_only():
            page = bob.post(f"{row.get_absolute_url()}reject/", COMMENT)
        says(page, "暂时无法保存", "重复提交只计一次", "备注", "重新提交")

    def test_says_that_nobody_can_sign_in(self):
        factories.user("alice")
        with read_only():
            page = Client(headers=CHINESE).post("/login/", SIGN_IN)
        says(page, "暂时无法登录", "密码不会保留")
