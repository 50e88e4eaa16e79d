"""WSGI application, served by gunicorn."""

import os

import django
from django.core.wsgi import get_wsgi_application

from clusters.static_files import COLLECT_FIRST, missing_file
from portal.middleware.charset import strip_charset

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()
# Checked here and not in the settings, which workers and collectstatic load, too.
if missing := missing_file():
    raise SystemExit(COLLECT_FIRST.format(missing))
application = strip_charset(get_wsgi_application())
