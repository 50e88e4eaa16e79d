"""Every page answers in Simplified Chinese to a browser that asks for it."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import override

from clusters.domain.states import State
from clusters.models import CatalogSnapshot, CloudProject, Heartbeat
from clusters.models.cloud_project import PausedBy
from clusters.models.request_columns import Needs
from tests.factories import NOON, cloud_project, cluster_request, user
from tests.flows.ask.posting import URL, post
from tests.unit.ask.made import catalog

CHINESE = {"Accept-Language": "zh-hans"}

# What people typed, what the cloud said, and code stay in the language they came in.
_LEFT_ALONE = re.compile(
    r"<(blockquote|code|pre|script|style|textarea)\b.*?</\1>"
    r"|<p class=\"small why\">.*?</p>|<div class=\"said\">.*?</div>",
    re.S,
)
_SAID_ASIDE = re.compile(r'\b(?:aria-label|placeholder|title|data-copied)="([^"]*)"')
_ENGLISH = re.compile(
    r"[A-Za-z]{2,},? [a-z]{2,}"
    r"|\b(?!Elasticsearch|OpenSearch|Kibana|Master|Client|Mbit|Ctrl|Forwarded)"
    r"[A-Z][a-z]{2,}\b"
)

PAGES = [
    ("alice", "/", "您近期失败的申请"),
    ("bob", "/", "待您审批"),
    ("alice", "/requests/", "申请人"),
    ("alice", "/requests/?state=failed&q=nothing-like-it", "没有匹配的申请"),
    ("alice", URL, "提交审批"),
    ("bob", "/approvals/", "由其他人审批"),
    ("bob", "/approvals/", "去审批"),
    ("alice", "/clusters/", "访问地址"),
    ("olga", "/operate/", "工作进程"),
    ("alice", "/operate/", "仅运维人员可以访问该页面"),
    ("dora", "/audit/", "所有触发器"),
    ("alice", "/audit/", "仅审计人员和运维人员可以访问该页面"),
    ("alice", "/password/", "修改密码"),
    ("alice", "/nowhere/", "页面不存在"),
]


def english_in(page: HttpResponse) -> list[str]:
    """Return every line with English words that a reader would see or hear."""
    html = _LEFT_ALONE.sub(" ", page.content.decode())
    aside = _SAID_ASIDE.findall(html)
    shown = re.sub(r"<[^>]*>", "\n", html).splitlines()
    return [
        line.strip() for line in map(unescape, shown + aside) if _ENGLISH.search(line)
    ]


def reading(name: str) -> Client:
    """Return the browser of this person, which asks for Chinese."""
    client = Client(headers=CHINESE)
    client.force_login(user(name))
    return client


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    """Give the thread its language back: the last page sets it and nobody unsets it."""
    with override("en"):
        yield


@pytest.fixture
def _something_everywhere() -> None:
    """Give every page a row to show."""
    project = cloud_project("demo")
    CatalogSnapshot.objects.create(
        cloud_project=project, data=catalog().to_json(), fetched_at=NOON, tried_at=NOON
    )
    Heartbeat.objects.create(name="worker@host", kind="worker", seen_at=NOON)
    for state in State:
        cluster_request(f"is-{state.value}", state=state)
    cluster_request("of-bob", requester=user("bob"))


@pytest.mark.usefixtures("_something_everywhere")
class TestAChineseReader:
    @pytest.mark.parametrize(("name", "address", "words"), PAGES)
    def test_finds_each_page_in_chinese(
        self, name: str, address: str, words: str
    ) -> None:
        page = reading(name).get(address)
        assert '<html lang="zh-hans">' in page.content.decode()
        assert words in page.content.decode()
        assert english_in(page) == []

    @pytest.mark.parametrize("state", State)
    def test_finds_a_request_of_each_state_in_chinese(self, state: State) -> None:
        row = cluster_request("logs-search", state=state)
        for name in ("alice", "bob"):
            page = reading(name).get(row.get_absolute_url())
            assert "操作记录" in page.content.decode()
            assert english_in(page) == []

    def test_finds_in_chinese_what_is_left_to_an_operator(self) -> None:
        row = cluster_request(
            "logs-search", state=State.UNCLEAR, needs=Needs.OPERATOR, sent_at=NOON
        )
        page = reading("olga").get(row.get_absolute_url())
        assert "需要人工判断" in page.content.decode()
        assert english_in(page) == []

    def test_reads_in_chinese_what_is_wrong_with_each_field(self) -> None:
        page = post(reading("alice"), name="9", instance_num="many", vpc_id="")
        assert "必须以字母开头。" in page.content.decode()
        assert "“many”不是整数" in page.content.decode()
        assert english_in(page) == []


class TestSigningIn:
    def test_is_in_chinese(self, client: Client) -> None:
        page = client.get("/login/", headers=CHINESE)
        assert "申请搜索集群" in page.content.decode()
        assert english_in(page) == []

    @pytest.mark.parametrize("asked", ["zh-CN,zh;q=0.9,en;q=0.8", "zh", "zh-SG"])
    def test_takes_the_names_that_browsers_have_for_it(
        self, client: Client, asked: str
    ) -> None:
        page = client.get("/login/", headers={"Accept-Language": asked})
        assert '<html lang="zh-hans">' in page.content.decode()

    def test_stays_english_for_everybody_else(self, client: Client) -> None:
        page = client.get("/login/", headers={"Accept-Language": "fr, en;q=0.5"})
        assert '<html lang="en">' in page.content.decode()
        assert "Ask for search clusters" in page.content.decode()


class TestSentencesThatRowsKeepInEnglish:
    def test_are_shown_in_chinese_while_a_request_waits(self) -> None:
        row = cluster_request(
            state=State.APPROVED, waits_because="The cloud project is paused."
        )
        page = reading("alice").get(row.get_absolute_url())
        assert "云项目已暂停。" in page.content.decode()

    def test_are_shown_in_chinese_where_the_portal_paused(self) -> None:
        row = cluster_request(state=State.APPROVED)
        _pause(PausedBy.PORTAL, "Sign-in is paused until an operator resumes it.")
        for name, address in (("olga", "/operate/"), ("alice", row.get_absolute_url())):
            page = reading(name).get(address).content.decode()
            assert "等待运维人员恢复。" in page

    def test_are_left_alone_where_a_person_wrote_them(self) -> None:
        row = cluster_request(state=State.APPROVED)
        _pause(PausedBy.PERSON, "Password")
        page = reading("alice").get(row.get_absolute_url()).content.decode()
        assert "Password" in page


def _pause(by: PausedBy, reason: str) -> None:
    CloudProject.objects.update(paused_at=NOON, paused_by=by, paused_reason=reason)
