"""What people read: the pages, asked for without a browser."""

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


class Browser:
    """One person, signed in."""

    def __init__(self, person: User) -> None:
        self._client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
        self._client.force_login(person, backend=_BACKEND)

    def page_text(self, row: "ClusterRequest") -> str:
        """Return what the page of a request says, without its markup."""
        return self._words(reverse("request-detail", args=[row.id]))

    def post(self, row: "ClusterRequest", action: str, **fields: str) -> int:
        """Press a button of the page; returns the status of the answer."""
        url = reverse(f"request-{action}", args=[row.id])
        return self._client.post(url, fields).status_code

    def cloud_health(self) -> str:
        """Return the worst word that /readyz says of any cloud project."""
        answer = self._client.get(reverse("readyz"))
        return str(answer.json()["cloud"])

    def says_failed(self, row: "ClusterRequest") -> bool:
        """
        Whether any page that shows this request calls it failed.

        Other people's words are theirs: "certificate verify failed" is quoted as it came.
        """
        listed = self._client.get(reverse("request-list"), {"q": row.name})
        rows = re.findall(
            rf'data-request-id="{row.id}".*?data-state="(\w+)"',
            listed.content.decode(),
            re.DOTALL,
        )
        own_words = self.page_text(row)
        for quoted in _quoted(row):
            own_words = own_words.replace(quoted, "")
        return "failed" in rows or bool(_FAILED.search(own_words))

    def _words(self, path: str) -> str:
        answer = self._client.get(path)
        return re.sub(r"\s+", " ", _TAGS.sub(" ", answer.content.decode()))


def _quoted(row: "ClusterRequest") -> Iterator[str]:
    reasons = [event.data.get("because") for event in row.events.all()]
    for text in {row.waits_because, row.error_message, *reasons}:
        if text:
            yield re.sub(r"\s+", " ", escape(text))
