"""What goes wrong is told in Simplified Chinese, too: refusals, warnings, mails."""

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils.translation import override

from clusters.cloud.types import LeftOut
from clusters.cloud.unreadable import summary_of
from clusters.domain.states import State, Verb
from clusters.models import Event, InventorySnapshot
from clusters.models.request_columns import Needs
from clusters.operations.core.transitions import advance
from clusters.operations.inventory.scan import UNREADABLE
from clusters.operations.requests.decide import reject_request
from clusters.views.request.history import PART
from tests.database_clock import database_clock
from tests.factories import NOON, cloud_project, cluster_request, submitted, user
from tests.flows.operations.test_mail import LATER, person, send_all
from tests.flows.pages.test_languages import CHINESE, english_in, reading
from tests.flows.safety.sign_in_steps import fail, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english_again():
    """Give the thread its language back: the last page sets it and nobody unsets it."""
    with override("en"):
        yield


class TestARefusal:
    def test_of_more_than_a_form_takes(self):
        page = reading("alice").post("/password/", {"old_password": "x" * 3_000_000})
        assert page.status_code == 413
        assert "提交的内容过大" in page.content.decode()
        assert english_in(page) == []

    def test_of_one_password_too_many(self):
        user("bob")
        fail(6)
        page = sign_in(client=Client(headers=CHINESE))
        assert page.status_code == 429
        assert "分钟后" in page.content.decode()
        assert english_in(page) == []


class TestAnOperator:
    def test_reads_of_clocks_and_closed_sign_ins(self):
        user("bob")
        fail(5)
        fail(20, name="dan")
        with database_clock(days=1):
            page = reading("olga").get("/operate/")
        html = page.content.decode()
        assert "本机时钟与数据库时钟不一致" in html
        assert "暂时禁止的登录" in html
        assert "无此账号" in html
        assert english_in(page) == []

    def test_reads_what_of_the_lists_is_left_out(self):
        project = cloud_project("demo")
        unreadable = LeftOut(what="clusters", why="logs-1: no id", may_be_ours=True)
        more = LeftOut(what="vpcs", why="", more_than=900)
        left_out = summary_of([unreadable, more])
        InventorySnapshot.objects.create(
            cloud_project=project, error=UNREADABLE, left_out=left_out
        )
        page = reading("olga").get("/operate/")
        html = page.content.decode()
        assert "集群列表中有部分集群无法读取" in html
        assert "集群\N{FULLWIDTH COLON}" in html
        assert "1个无法读取" in html
        assert "其中1个可能是本门户的集群" in html
        assert "数量超过900个" in html
        assert english_in(page) == []

    def test_reads_in_which_enterprise_project_a_cluster_is_made(self):
        row = submitted(project=cloud_project(enterprise_project_id="0"))
        page = reading("olga").get(row.get_absolute_url())
        assert "默认企业项目" in page.content.decode()
        assert english_in(page) == []

    def test_reads_why_another_one_has_to_judge(self):
        row = cluster_request(
            state=State.UNCLEAR,
            needs=Needs.OPERATOR,
            sent_at=NOON,
            requester=user("olga"),
        )
        page = reading("olga").get(row.get_absolute_url())
        assert "需由其他运维人员确认结果" in page.content.decode()
        assert english_in(page) == []


class TestALongHistory:
    def test_leads_to_what_was_before_and_back(self):
        row = cluster_request()
        last = row.events.order_by("-seq").first()
        first = last.seq + 1 if last else 1
        Event.objects.bulk_create(
            Event(request=row, seq=seq, at=NOON, kind=Verb.REVERT)
            for seq in range(first, first + 2 * PART)
        )
        page = reading("alice").get(row.get_absolute_url())
        older = reading("alice").get(f"{row.get_absolute_url()}?before={PART}")
        assert "显示更早的记录" in page.content.decode()
        assert "显示最新的记录" in older.content.decode()
        assert english_in(page) == english_in(older) == []


class TestAMail:
    @pytest.fixture(autouse=True)
    def _chinese_worker(self, settings):
        settings.LANGUAGE_CODE = "zh-hans"

    def told(self) -> str:
        with override("zh-hans"):
            send_all()
        (sent,) = outbox.outbox
        return f"{sent.subject}\n{sent.body}"

    def test_quotes_a_reason(self):
        person("bob")
        row = submitted()
        row.reason = "For the logs"
        row.save()
        assert "alice填写的申请原因" in self.told()

    def test_quotes_a_comment(self):
        person("alice")
        reject_request(
            submitted(), approver=user("bob"), comment="Too large", now=LATER
        )
        assert "bob填写的备注" in self.told()

    def test_lists_what_waits_and_what_has_ended(self):
        bob = person("bob")
        submitted("asked-search")
        broken = cluster_request("mine-search", requester=bob, state=State.SENDING)
        advance(broken.id, Verb.REFUSE, now=LATER, error_code="CSS.1112")
        told = self.told()
        assert "2个申请有新进展" in told
        assert "以下申请待审批" in told
        assert "demo中的asked-search" in told
        assert "demo中的mine-search" in told
        assert "查看全部" in told
