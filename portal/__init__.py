"""The project: how the portal is run. No product logic."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
