"""The page for a fault of ours: it says so and names the id that the log carries."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.template import loader


def server_error(request: HttpRequest) -> HttpResponse:
    """Render 500.html without a request: nothing on it may ask the database."""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    page = loader.get_template("500.html").render({"request_id": request_id})
    return HttpResponse(page, status=500)
