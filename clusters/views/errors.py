"""
The pages for what went wrong.

None of them reads the request's body. Django's own handlers check the CSRF token once
more, so a body that cannot be read fails there a second time, and the answer is 500.
"""

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Render 400.html, or 413.html where more was sent than any page takes."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Render 403.html with the sentence of the exception."""
    return render(request, "403.html", {"exception": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Render 404.html, which says nothing about the address."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Render 500.html without a request: nothing on it may ask the database."""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    page = loader.get_template("500.html").render({"request_id": request_id})
    return HttpResponse(page, status=500)
