"""The page `/audit/`, and the red bar while the history fails its check."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from clusters import wiring
from clusters.credentials.signing import Signer
from clusters.domain.signed_head import line_of, read_line
from clusters.models import AuditCheck, KeptHead
from clusters.operations.audit.heads import keep_head
from clusters.operations.audit.triggers import drop_triggers
from tests.factories import NOON, approved, submitted, user
from tests.flows.decide.pages import as_person

pytestmark = pytest.mark.django_db

AUDIT = "/audit/"
BAR = 'id="history-fault"'
FAULT = "Request <b>logs</b>\u202e: event 2 does not follow event 1."
SHOWN_FAULT = (
    "Request &lt;b&gt;logs&lt;/b&gt;[U+202E]: event 2 does not follow event 1."
)
ANOTHER = Signer("aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMmh1bnQ=")


def check(*, minutes: int = 0, ended: bool = True, finding: str = "") -> AuditCheck:
    """Return a check that began so many minutes after noon and took ten seconds."""
    began = NOON + timedelta(minutes=minutes)
    return AuditCheck.objects.create(
        began_at=began,
        ended_at=began + timedelta(seconds=10) if ended else None,
        events=4711,
        requests=42,
        finding=finding,
    )


def page(name: str = "dora", address: str = AUDIT) -> str:
    """Return the page as this person sees it, with its white space made one blank."""
    return " ".join(as_person(name).get(address).content.decode().split())


def word(html: str) -> str:
    """Return what the page says of the check, for machines."""
    found = re.search(r'data-check="(\w+)"', html)
    assert found
    return found[1]


def line_in(html: str) -> str:
    """Return the line in its box."""
    found = re.search(r'<pre id="head-line"[^>]*>(.*?)</pre>', html)
    assert found
    return unescape(found[1])


class TestThePage:
    @pytest.mark.parametrize(
        ("name", "status"), [("alice", 403), ("bob", 403), ("dora", 200), ("olga", 200)]
    )
    def test_is_for_auditors_and_operators(self, name: str, status: int) -> None:
        client = as_person(name)
        assert client.get(AUDIT).status_code == status
        assert (f'href="{AUDIT}"' in client.get("/").content.decode()) is (
            status == 200
        )

    def test_leads_the_anonymous_to_the_login(self) -> None:
        assert Client().get(AUDIT)["Location"] == f"/login/?next={AUDIT}"

    def test_is_read_and_nothing_else(self) -> None:
        assert as_person("dora").post(AUDIT).status_code == 405

    def test_takes_few_queries_however_much_there_is(
        self, django_assert_max_num_queries
    ) -> None:
        client = as_person("dora")
        for number in range(5):
            submitted(f"logs-{number}")
            keep_head(wiring.audit_keys(), now=NOON + timedelta(days=number))
            check(minutes=number, ended=number < 3)
        with django_assert_max_num_queries(12):
            assert client.get(AUDIT).status_code == 200


class TestTheLastCheck:
    def test_is_missed_with_the_next_step(self) -> None:
        html = page()
        assert word(html) == "none"
        assert "<code>manage.py verify_audit</code>" in html

    def test_is_shown_with_its_time_and_counts(self) -> None:
        check()
        html = page()
        assert word(html) == "good"
        assert "all well" in html
        assert "23 Nov 2026, 12:00:10" in html
        assert re.search(r"<dd[^>]*> ?4711 ?</dd>", html)
        assert re.search(r"<dd[^>]*> ?42 ?</dd>", html)

    def test_says_in_words_what_it_found(self) -> None:
        check(finding=FAULT)
        html = page()
        assert word(html) == "bad"
        assert SHOWN_FAULT in html
        assert "all well" not in html

    @pytest.mark.parametrize(
        ("finding", "meaning"),
        [
            ("The trigger clusters_event_is_closed_to_update is missing.", "不会拒绝"),
            ("The history was left open: a row in x names the event 4.", "不会拒绝"),
            ("The head that was kept at noon covers 5 events.", "签名摘要"),
            (
                "The installation: event 3 (x) tells of a head that is not there.",
                "签名摘要",
            ),
            (
                "Request a (b): event 4 (accept) follows event 2; event 3 is missing",
                "不完整",
            ),
            ("Request a (b) has events and no row.", "不完整"),
            (
                "Request a (b): event 2 (approve) was changed: its hash is not",
                "与门户写入的内容不同",
            ),
            ("something that a later version says", "与门户写入的内容不同"),
        ],
    )
    def test_says_what_the_finding_means_in_the_language_of_the_reader(
        self, finding: str, meaning: str
    ) -> None:
        check(finding=finding)
        client = as_person("dora")
        html = client.get(
            AUDIT, headers={"accept-language": "zh-hans"}
        ).content.decode()
        found = re.search(r'id="finding">.*?<b>(.*?)</b>', html, re.DOTALL)
        assert found
        assert meaning in found[1]
        assert finding in unescape(html)

    def test_that_never_ended_is_told(self) -> None:
        check(ended=False)
        html = page()
        assert word(html) == "unfinished"
        assert "has not ended" in html
        assert "all well" not in html

    def test_that_never_ended_leaves_the_one_before(self) -> None:
        check()
        check(minutes=1, ended=False)
        html = page()
        assert word(html) == "unfinished"
        assert "23 Nov 2026, 12:00:10" in html

    def test_that_never_ended_hides_no_finding(self) -> None:
        check(finding=FAULT)
        check(minutes=1, ended=False)
        html = page()
        assert word(html) == "bad"
        assert SHOWN_FAULT in html
        assert "has not ended" in html

    def test_that_never_ended_is_forgotten_after_the_next(self) -> None:
        check(ended=False)
        check(minutes=1)
        html = page()
        assert word(html) == "good"
        assert "has not ended" not in html

    def test_is_the_one_that_began_last_whatever_the_clock_said(self) -> None:
        check()
        check(minutes=-60, finding=FAULT)
        assert word(page()) == "bad"


class TestTheNewestHead:
    def test_is_missed_with_the_next_step(self) -> None:
        assert "<code>manage.py export_head</code>" in page()

    def test_is_shown_with_its_line_and_key(self) -> None:
        approved()
        kept = keep_head(wiring.audit_keys(), now=NOON)
        html = page()
        signed = read_line(line_in(html))
        assert line_in(html) == kept.line
        assert f'<code id="public-key">{signed.public_key}</code>' in html
        assert re.search(rf"<dd[^>]*> ?{signed.head.last_event} ?</dd>", html)
        assert "23 Nov 2026, 12:00:00" in html
        assert 'id="bad-head"' not in html

    def test_is_the_one_that_covers_most(self) -> None:
        submitted()
        keep_head(wiring.audit_keys(), now=NOON)
        newest = keep_head(wiring.audit_keys(), now=NOON - timedelta(days=1))
        assert line_in(page()) == newest.line

    def test_shows_what_was_signed_not_what_the_row_says(self) -> None:
        keep_head(wiring.audit_keys(), now=NOON)
        KeptHead.objects.update(events=987654, at=NOON - timedelta(days=400))
        html = page()
        assert "987654" not in html
        assert "23 Nov 2026, 12:00:00" in html

    @pytest.mark.parametrize(
        "line", ["", "<script>alert(1)</script>", '{"format": 1, "at', "[]", "null"]
    )
    def test_that_is_none_is_told_and_shown_as_it_is(self, line: str) -> None:
        keep_head(wiring.audit_keys(), now=NOON)
        KeptHead.objects.update(line=line)
        html = page()
        assert 'id="bad-head"' in html
        assert 'id="public-key"' not in html
        assert "<script>alert" not in html

    def test_of_another_key_is_told_and_the_key_not_called_ours(self) -> None:
        kept = keep_head(wiring.audit_keys(), now=NOON)
        KeptHead.objects.update(line=line_of(read_line(kept.line).head, ANOTHER))
        html = page()
        assert 'id="bad-head"' in html
        assert 'id="public-key"' not in html

    def test_that_was_changed_is_told(self) -> None:
        kept = keep_head(wiring.audit_keys(), now=NOON)
        values = json.loads(kept.line) | {"events": 5}
        KeptHead.objects.update(line=json.dumps(values))
        assert 'id="bad-head"' in page()


class TestTriggers:
    def test_are_all_there(self) -> None:
        assert 'data-triggers="good"' in page()

    def test_are_named_when_they_are_missing(self) -> None:
        drop_triggers()
        html = page()
        assert 'data-triggers="bad"' in html
        assert "The trigger clusters_event_is_closed_to_update is missing." in html
        assert "<code>manage.py migrate</code>" in html


class TestTheRedBar:
    @pytest.mark.parametrize(
        ("name", "sees"),
        [("alice", False), ("bob", False), ("dora", True), ("olga", True)],
    )
    def test_is_for_auditors_and_operators(self, name: str, *, sees: bool) -> None:
        check(finding=FAULT)
        row = submitted()
        for address in ("/", "/clusters/", "/password/", row.get_absolute_url()):
            assert (BAR in page(name, address)) is sees

    @pytest.mark.parametrize("address", [AUDIT, "/nowhere/", "/operate/"])
    def test_is_on_every_page_of_theirs(self, address: str) -> None:
        check(finding=FAULT)
        assert page("olga", address).count(BAR) == 1

    def test_is_in_the_administration_too(self) -> None:
        User.objects.filter(pk=user("dora").pk).update(is_staff=True)
        assert BAR not in page("dora", "/admin/")
        check(finding=FAULT)
        assert BAR in page("dora", "/admin/")

    def test_speaks_up_and_leads_to_the_page(self) -> None:
        check(finding=FAULT)
        bar = re.search(rf"<div [^>]*{BAR}[^>]*>.*?</div>", page("dora", "/"))
        assert bar
        assert 'role="alert"' in bar[0]
        assert f'href="{AUDIT}"' in bar[0]

    def test_is_gone_after_a_good_check(self) -> None:
        check(finding=FAULT)
        check(minutes=1)
        assert BAR not in page("dora", "/")

    def test_is_about_the_check_that_began_last_whatever_the_clock_said(self) -> None:
        check()
        check(minutes=-60, finding=FAULT)
        assert BAR in page("dora", "/")

    def test_stays_while_the_next_check_has_not_ended(self) -> None:
        check(finding=FAULT)
        check(minutes=1, ended=False)
        assert BAR in page("dora", "/")

    def test_is_not_there_without_a_check(self) -> None:
        assert BAR not in page("dora", "/")
        check(ended=False)
        assert BAR not in page("dora", "/")
