"""gunicorn's configuration: each name is one of its settings (docs.gunicorn.org)."""

from typing import Final

from django.conf import settings

from portal.environment.host_names import host_and_port

bind: Final = host_and_port(settings.BIND_ADDRESS, settings.PORT)
worker_class: Final = "portal.serving.worker.BufferingWorker"
threads: Final = 8
preload_app: Final = True
# By default all gunicorns of one user share a control socket in the home directory.
control_socket_disable: Final = True
# Proxy headers are read by portal/middleware/client_ip.py and by Django, if TRUST_PROXY is on.
forwarded_allow_ips: Final = ""
