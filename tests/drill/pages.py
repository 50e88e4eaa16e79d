"""The pages, fetched with Django's test client."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

if TYPE_CHECKING:
    from clusters.models import ClusterRequest

_TAGS: Final = re.compile(r"<(script|style|head)\b.*?</\1>|<[^>]*>", re.DOTALL)
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
_FAILED: Final = re.compile(r"\bfailed\b", re.IGNORECASE)


class PageClient:
    """A person who is signed in."""

    def __init__(self, person: User) -> None:
        self._client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
        self._client.force_login(person, backend=_BACKEND)

    def page_text(self, row: "ClusterRequest") -> str:
        """Return the text of the page of a request, without markup."""
        return self._text(reverse("request-detail", args=[row.id]))

    def post(self, row: "ClusterRequest", action: str, **fields: str) -> int:
        """Press a button of the page; return the HTTP status of the answer."""
        url = reverse(f"request-{action}", args=[row.id])
        return self._client.post(url, fields).status_code

    def cloud_health(self) -> str:
        """Return the state of the clouds, as /readyz gives it."""
        answer = self._client.get(reverse("readyz"))
        return str(answer.json()["cloud"])

    def shows_failed(self, row: "ClusterRequest") -> bool:
        """
        Whether any page that shows this request calls it failed.

        Quoted messages do not count, such as "certificate verify failed".
        """
        listed = self._client.get(reverse("request-list"), {"q": row.name})
        rows = re.findall(
            rf'data-request-id="{row.id}".*?data-state="(\w+)"',
            listed.content.decode(),
            re.DOTALL,
        )
        own_text = self.page_text(row)
        for quoted in _quoted(row):
            own_text = own_text.replace(quoted, "")
        return "failed" in rows or bool(_FAILED.search(own_text))

    def _text(self, path: str) -> str:
        answer = self._client.get(path)
        return re.sub(r"\s+", " ", _TAGS.sub(" ", answer.content.decode()))


def _quoted(row: "ClusterRequest") -> Iterator[str]:
    reasons = [event.data.get("because") for event in row.events.all()]
    for text in {row.waits_because, row.error_message, *reasons}:
        if text:
            yield re.sub(r"\s+", " ", escape(text))
