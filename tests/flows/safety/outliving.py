"""Browsers whose session ended while a form was open in them."""

import re
from typing import Any

from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from tests.factories import PASSWORD

ORIGIN = "http://testserver"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class Browser(Client):
    """A browser that Django's check of forms counts for, with the page it has open."""

    def __init__(self, name: str = "", **defaults: Any) -> None:
        super().__init__(enforce_csrf_checks=True, **defaults)
        self.token = ""
        if name:
            self.signs_in(name)

    def opens(self, path: str) -> str:
        """Load a page; its token is what the next form is sent with."""
        page = self.get(path).content.decode()
        self.token = TOKEN.search(page).group(1)
        return page

    def signs_in(self, name: str) -> HttpResponse:
        """Sign in in another tab: the token of the page that is open stays as it is."""
        page = self.get("/login/").content.decode()
        form = {
            "csrfmiddlewaretoken": TOKEN.search(page).group(1),
            "username": name,
            "password": PASSWORD,
        }
        answer = self.post("/login/", form)
        assert answer.status_code == 302, "the sign-in was refused"
        return answer

    def sends(
        self, path: str, data: dict[str, Any], origin: str = ORIGIN, **headers: str
    ) -> HttpResponse:
        """Send the form of the page that is open."""
        form = {"csrfmiddlewaretoken": self.token, **data}
        if origin:
            headers["Origin"] = origin
        return self.post(path, form, headers=headers)

    def by_htmx(self, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
        """Ask as htmx does: with the token of the page in a header."""
        headers = {"HX-Request": "true", "X-CSRFToken": self.token}
        if data is None:
            return self.get(path, headers=headers)
        return self.sends(path, data, **headers)


def end_sessions() -> None:
    """Let every session be over, as twelve hours do."""
    Session.objects.all().delete()
