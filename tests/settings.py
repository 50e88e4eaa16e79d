"""The product's settings, read from an environment of the tests' own."""

import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

_ROOT = Path(__file__).resolve().parent.parent
_FOLDER = TemporaryDirectory(prefix="portal-tests-")  # gone when the run ends

# Every variable gets its default of .env.example, so that nobody's .env leaks in, and
# no file that the shell names.
for _name in re.findall(
    r"^#?\s?([A-Z_]+)=", (_ROOT / ".env.example").read_text(), re.M
):
    if not _name.startswith(("TEST_", "REQUIRE_")):
        os.environ[_name] = os.environ[f"{_name}_FILE"] = ""
os.environ.update(
    SECRET_KEY="only-for-tests-" * 4,
    ENCRYPTION_KEYS="dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMDA=",
    PUBLIC_URL="http://testserver",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    ALLOWED_CLOUD_HOSTS="127.0.0.1",
    DATABASE_URL=f"sqlite:///{_FOLDER.name}/portal.sqlite3",
    CELERY_BROKER_URL="memory://",
    EMAIL_URL="memorymail://",
)

from portal.settings import *  # noqa: E402, F403  # the product's, after its environment

DATABASES["default"]["TEST"] = {"NAME": f"{_FOLDER.name}/test.sqlite3"}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, unsafe
# A file that nobody collected is an error in production, and no use in tests.
STORAGES["staticfiles"]["BACKEND"] = (  # noqa: F405
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
