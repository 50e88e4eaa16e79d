"""What a proxy answers in HTML is text on our pages, and not much of it."""

import pytest
from django.utils import timezone

from clusters.cloud.huawei.outcome import classify_response
from clusters.cloud.huawei.responses import CloudResponse
from clusters.cloud.types import CreateResult, Outcome, Token
from clusters.domain.states import State
from clusters.models import ClusterRequest
from tests import factories
from tests.flows.decide.pages import as_person, url_of

pytestmark = pytest.mark.django_db

MOST = 4096
PAGE = "<html><body><script>alert('hi')</script>Bad Gateway é</body></html>"
TOKEN = Token(
    value="MIIabc", issued_at=factories.NOON, expires_at=factories.NOON, project_id="p"
)


def answered(status: int, body: str) -> CreateResult:
    """Return what a create comes to that is answered so."""
    answer = CloudResponse(status=status, headers={}, body=body.encode())
    return classify_response(answer, token=TOKEN, secrets=(), now=factories.NOON)


def failed(answer: CreateResult) -> ClusterRequest:
    """Return a request that ended with this answer."""
    return factories.cluster_request(
        state=State.FAILED,
        error_code=answer.code,
        error_message=answer.message,
        error_status=answer.status,
        error_raw=answer.raw,
    )


class TestAPageOfAProxy:
    @pytest.mark.parametrize("status", [200, 404, 500, 502, 504])
    def test_is_kept_as_four_kilobytes_of_text_at_most(self, status: int) -> None:
        answer = answered(status, PAGE * 500)
        assert answer.outcome is Outcome.UNKNOWN
        assert (answer.code, answer.message) == ("", "")
        assert 0 < len(answer.raw.encode()) <= MOST

    @pytest.mark.parametrize("name", ["alice", "olga"])
    def test_is_shown_as_text_behind_our_sentence(self, name: str) -> None:
        row = failed(answered(502, PAGE * 500))
        html = as_person(name).get(url_of(row)).content.decode()
        assert "The cloud had a problem of its own." in html
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(&#x27;hi&#x27;)" in html
        assert html.count("Bad Gateway") <= MOST // len(PAGE)

    def test_in_the_words_of_json_is_text_as_well(self) -> None:
        said = '{"errCode": "<b>X.1</b>", "externalMessage": "<script>alert(1)"}'
        row = failed(answered(400, said))
        for url in (url_of(row), "/requests/"):
            html = as_person("alice").get(url).content.decode()
            assert "<b>X.1</b>" not in html
            assert "<script>alert" not in html
            assert "&lt;b&gt;X.1&lt;/b&gt;" in html

    def test_among_the_codes_without_words_is_text_for_operators(self) -> None:
        row = failed(answered(400, '{"errCode": "<b>X.1</b>"}'))
        ClusterRequest.objects.filter(id=row.id).update(moved_at=timezone.now())
        html = as_person("olga").get("/operate/").content.decode()
        assert "<b>X.1</b>" not in html
        assert "&lt;b&gt;X.1&lt;/b&gt;" in html
