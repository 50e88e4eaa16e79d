"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from portal.charset import without_charset

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = without_charset(get_wsgi_application())
