"""The Django project: settings, middleware, queue and server. No product logic."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
