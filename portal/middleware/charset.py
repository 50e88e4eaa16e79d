"""Middleware: everything that a browser sends is decoded as UTF-8."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_header_parameters

_Wsgi = Callable[[dict[str, Any], Any], Any]


def utf8_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """
    Ignore the charset that a request declares, and drop cookies with control characters.

    Browsers send forms in the charset of the page, UTF-8. Any other charset comes from
    something else, and some decode to text that PostgreSQL cannot store.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.encoding = "utf-8"
        request.COOKIES = {
            name: value
            for name, value in request.COOKIES.items()
            if value.isprintable()  # a quoted cookie can hold NUL as "\\000"
        }
        return get_response(request)

    return middleware


def strip_charset(application: _Wsgi) -> _Wsgi:
    """
    Return the WSGI application with the charset removed from Content-Type.

    Django decodes the query string before any middleware runs, and fails on a codec that
    does not decode to text, such as base64.
    """

    def wrapped(wsgi_variables: dict[str, Any], start_response: Any) -> Any:
        wsgi_variables["CONTENT_TYPE"] = _cleaned(
            wsgi_variables.get("CONTENT_TYPE", "")
        )
        return application(wsgi_variables, start_response)

    return wrapped


def _cleaned(content_type: str) -> str:
    try:
        kind, parameters = parse_header_parameters(content_type)
    except ValueError:  # a parameter in an unknown charset (RFC 2231)
        return content_type.partition(";")[0]
    boundary = parameters.get("boundary", "")
    if "charset" not in parameters:
        return content_type
    return f'{kind}; boundary="{boundary}"' if boundary else kind
