"""Django settings, read once from the environment; an invalid value stops the start."""

import logging
import os
from pathlib import Path

from csp.constants import NONE, SELF

from portal.cloud_hosts import cloud_hosts
from portal.environment import BROKERS, Environment, fernet_key_of
from portal.logs import logging_settings
from portal.queue.celery_settings import beat_schedule, transport_options
from portal.serving.limits import BODY_BYTES
from portal.tls import broker_over_tls, cache_over_tls

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = BASE_DIR / "var"
env = Environment(BASE_DIR / ".env")

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "only-for-development" if DEBUG else None)
ENCRYPTION_KEYS = env.fernet_keys(
    "ENCRYPTION_KEYS", [fernet_key_of(SECRET_KEY)] if DEBUG else None
)
AUDIT_SIGNING_KEY = env.signing_key("AUDIT_SIGNING_KEY")
AUDIT_HEAD_FILE = env.file_path("AUDIT_HEAD_FILE")
AUDIT_HEAD_MAIL = env.mail_addresses("AUDIT_HEAD_MAIL")
INSTALLATION_ID = env.short("INSTALLATION_ID", "", longest=64)

# Addresses ------------------------------------------------------------------------
BIND_ADDRESS = env.ip_address("BIND_ADDRESS", "127.0.0.1")
PORT = env.whole("PORT", 8000, most=65_535)
PUBLIC_URL = env.origin("PUBLIC_URL", f"http://127.0.0.1:{PORT}" if DEBUG else None)
TRUST_PROXY = env.flag("TRUST_PROXY", default=False)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", PUBLIC_URL)
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS", PUBLIC_URL)

# The engine and its calls to the cloud ----------------------------------------------
POLL_SECONDS = env.positive_number("POLL_SECONDS", 15)
RECONCILE_SECONDS = env.positive_number("RECONCILE_SECONDS", 15)
SETTLE_SECONDS = env.positive_number("SETTLE_SECONDS", 300)
READY_DEADLINE_MINUTES = env.positive_number("READY_DEADLINE_MINUTES", 60)
CONNECT_TIMEOUT = env.positive_number("CONNECT_TIMEOUT", 5)
READ_TIMEOUT = env.positive_number("READ_TIMEOUT", 60)
CATALOG_SECONDS = env.positive_number("CATALOG_SECONDS", 300)
TOKEN_MARGIN_SECONDS = env.positive_number("TOKEN_MARGIN_SECONDS", 300)
MAX_OPEN_REQUESTS = env.whole("MAX_OPEN_REQUESTS", 200)
WORKER_THREADS = env.whole("WORKER_THREADS", 32)
MAX_CALLS = env.whole("MAX_CALLS", max(1, WORKER_THREADS // 4))
ALLOWED_CLOUD_HOSTS = cloud_hosts(env, "ALLOWED_CLOUD_HOSTS")
CLOUD_CA_FILE = env.ca_file("CLOUD_CA_FILE")
CLOUD_PROXY = env.url("CLOUD_PROXY", ("http", "https"), "")

# For commands that read a variable when they need it: no password is kept here.
VARIABLE = env.later

# The simulator; only ./run sets this variable, for its programs. Empty: no demo.
_SIMULATOR_PORT = os.environ.get("SIMULATOR_PORT", "")
SIMULATOR_URL = f"http://127.0.0.1:{_SIMULATOR_PORT}" if _SIMULATOR_PORT else ""

# Pages --------------------------------------------------------------------------------
INSTALLED_APPS = [
    "clusters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "django_structlog",
]
MIDDLEWARE = [
    "portal.middleware.charset.utf8_requests",
    "portal.middleware.probes.any_host_for_probes",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "portal.middleware.no_store.no_store",
    "portal.sign_in.sessions.PortalSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.bodies.ContentLengthMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.sign_in.middleware.SignInMiddleware",
    "portal.sign_in.kept_forms.KeptFormsMiddleware",
    # process_exception runs in reverse order: first check whether the database is
    # available, then whether the query of an admin list is at fault.
    "portal.middleware.admin_queries.AdminLookupMiddleware",
    "portal.middleware.database.DatabaseUnavailableMiddleware",
]
ROOT_URLCONF = "portal.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clusters.views.context.portal",
            ],
        },
    },
]
STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
_HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _PLAIN if DEBUG else _HASHED},
}
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LANGUAGE_CODE = env.one_of("LANGUAGE_CODE", tuple(code for code, _ in LANGUAGES), "en")
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True

# Our worker refuses larger bodies before reading them; this is for other servers.
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_BYTES
# A page that accepts files sets a handler of its own.
FILE_UPLOAD_HANDLERS = ["portal.middleware.uploads.DiscardUploads"]

# State --------------------------------------------------------------------------------
DATABASES = {
    "default": env.database("DATABASE_URL", "sqlite:///var/portal.sqlite3", BASE_DIR)
}
CACHE_CA_FILE = env.ca_file("CACHE_CA_FILE")
_CACHE = env.cache("CACHE_URL", "dbcache://portal_cache")
CACHES = {"default": cache_over_tls("CACHE_URL", _CACHE, ca_file=CACHE_CA_FILE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
vars().update(env.email("EMAIL_URL", "consolemail://"))  # EMAIL_HOST and so on
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.sender("DEFAULT_FROM_EMAIL", "portal@localhost")

# Safety -------------------------------------------------------------------------------
_HTTPS = PUBLIC_URL.scheme == "https"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SECURE_SSL_HOST = PUBLIC_URL.netloc
SECURE_REDIRECT_EXEMPT = [r"^(livez|readyz)$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0
# Sub-domains and browsers' preload lists are for the owner of the domain to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True  # htmx reads the token from the page
CSRF_FAILURE_VIEW = "portal.sign_in.csrf_failures.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "login", "home", "login"
AUTHENTICATION_BACKENDS = [
    "portal.sign_in.limited_backend.LimitedBackend",
    # Never checks a password: the one before it returns or raises. Needed for sessions
    # that were made with it.
    "django.contrib.auth.backends.ModelBackend",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]

# Logs: one request id from the browser through the worker to the cloud
# ------------------
LOGGING = logging_settings(debug=DEBUG)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# User names and addresses are logged for sign-ins only; the history has the others.
SIGN_IN_LOG_HASHED = env.flag("SIGN_IN_LOG_HASHED", default=False)
DJANGO_STRUCTLOG_USER_ID_FIELD, DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = "", False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG

# The queue ----------------------------------------------------------------------------
BROKER_CA_FILE = env.ca_file("BROKER_CA_FILE")
CELERY_BROKER_URL, CELERY_BROKER_USE_SSL = broker_over_tls(
    "CELERY_BROKER_URL",
    env.url("CELERY_BROKER_URL", BROKERS, "filesystem://"),
    ca_file=BROKER_CA_FILE,
)
CELERY_TASK_DEFAULT_QUEUE = env.queue("CELERY_QUEUE", "portal")
CELERY_BROKER_TRANSPORT_OPTIONS = transport_options(
    CELERY_BROKER_URL,
    folder=STATE_DIR / "broker",
    queue=CELERY_TASK_DEFAULT_QUEUE,
    call_seconds=CONNECT_TIMEOUT + READ_TIMEOUT,
)
CELERY_WORKER_CONCURRENCY = WORKER_THREADS
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = CONNECT_TIMEOUT + READ_TIMEOUT
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = beat_schedule(sweep=RECONCILE_SECONDS, poll=POLL_SECONDS)
