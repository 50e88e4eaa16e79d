"""What gunicorn serves."""

import os

import django
from django.core.wsgi import get_wsgi_application

from clusters.static_files import COLLECT_FIRST, missing_file
from portal.middleware.charset import without_charset

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()
# Only here, and not in the settings: a worker shows no page, and collectstatic has to run.
if missing := missing_file():
    raise SystemExit(COLLECT_FIRST.format(missing))
application = without_charset(get_wsgi_application())
