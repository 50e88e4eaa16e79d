"""The rightly filled form as a browser posts it."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.unit.ask.made import posted

URL = "/requests/new/"


def post(client: Client, **changes: Any) -> Any:
    """Post the form with changes and a fresh key; None leaves a field out."""
    data = {"submission_key": str(uuid.uuid4()), **changes}
    return client.post(URL, dict(posted(**data).lists()))


def text(response: HttpResponse) -> str:
    return response.content.decode()
