"""The product's settings on the database that BAD_REQUESTS_DATABASE names."""

import os

os.environ.update(
    DEBUG="off",
    SECRET_KEY="only-for-bad-requests-" * 4,
    ENCRYPTION_KEYS="dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMDA=",
    PUBLIC_URL="http://testserver",
    ALLOWED_HOSTS="testserver",
    CACHE_URL="",
    CELERY_BROKER_URL="memory://",
    DATABASE_URL=os.environ["BAD_REQUESTS_DATABASE"],
    EMAIL_URL="memorymail://",
    TRUST_PROXY="on",
)

from portal.settings import *  # noqa: F403  # the product's, after its environment

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, unsafe
STORAGES["staticfiles"]["BACKEND"] = (  # noqa: F405
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
WHITENOISE_USE_FINDERS, WHITENOISE_AUTOREFRESH = False, False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "handlers": {"none": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["none"]},
}
