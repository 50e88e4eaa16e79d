"""
A worker for developers that starts again whenever a file of the code changes.

Run `python -m tests.reloading_worker` with the environment of `manage.py runserver`. The
worker is also the scheduler, as under `./run`. A reload ends it as `kill -9` would; the
requests that it holds are taken back by the next pass of the sweep.
"""

import os
from typing import Final

import django
from django.utils.autoreload import run_with_reloader

from portal.celery import app

OPTIONS: Final = (
    *("worker", "--pool", "threads", "--loglevel", "INFO"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)
"""Those of the line `worker` in the Procfile."""


def main() -> None:
    """Run the worker in the thread that Django's reloader starts."""
    app.worker_main(argv=list(OPTIONS))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("WORKER_BEATS", "on")
    django.setup()
    run_with_reloader(main)
