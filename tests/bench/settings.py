"""The product's settings on a database of the bench's own, without a log."""

import os

os.environ.update(
    DEBUG="off",
    SECRET_KEY="only-for-benches-" * 4,
    ENCRYPTION_KEYS="dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMDA=",
    PUBLIC_URL="http://testserver",
    ALLOWED_HOSTS="testserver",
    ALLOWED_CLOUD_HOSTS="127.0.0.1",
    CACHE_URL="",
    CELERY_BROKER_URL="memory://",
    EMAIL_URL="memorymail://",
)

from portal.settings import *  # noqa: F403  # the product's, after its environment

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, unsafe
# Nobody collects files for a bench.
STORAGES["staticfiles"]["BACKEND"] = (  # noqa: F405
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
WHITENOISE_USE_FINDERS, WHITENOISE_AUTOREFRESH = False, False
LOGGING = {"version": 1, "disable_existing_loggers": True}
