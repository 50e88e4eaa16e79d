"""gunicorn worker that reads requests and sends responses without blocking threads."""
