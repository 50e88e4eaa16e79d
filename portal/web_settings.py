"""How gunicorn runs the portal: a configuration of its own kind, one name a setting."""

from typing import Final

from django.conf import settings

from portal.environment.host_names import host_and_port

bind: Final = host_and_port(settings.BIND_ADDRESS, settings.PORT)
worker_class: Final = "portal.serving.worker.BufferingWorker"
threads: Final = 8
preload_app: Final = True
# By default all gunicorns of one person share a socket in the home directory.
control_socket_disable: Final = True
# Headers of proxies are read by portal/middleware/client_ip.py and Django, where TRUST_PROXY says so.
forwarded_allow_ips: Final = ""
