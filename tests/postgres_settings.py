"""The settings of the tests on the PostgreSQL server that `tests.postgres` finds."""

import uuid
from urllib.parse import unquote, urlsplit

from tests.postgres import server_url
from tests.settings import *  # noqa: F403  # the same but for the database

_SERVER = urlsplit(server_url())
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _SERVER.hostname,
        "PORT": _SERVER.port,
        "USER": unquote(_SERVER.username or ""),
        "PASSWORD": unquote(_SERVER.password or ""),
        "NAME": _SERVER.path.removeprefix("/"),
        # A name of its own, as pytest-django makes the database anew and drops it.
        "TEST": {"NAME": f"portal_test_flows_{uuid.uuid4().hex}"},
    }
}
