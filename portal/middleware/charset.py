"""Everything that a browser sends is read as UTF-8 and can be kept in a database."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_header_parameters

_Wsgi = Callable[[dict[str, Any], Any], Any]


def utf8_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """
    Forget the charset that a request names, and garbled cookies (Django's middleware).

    Forms are sent as UTF-8, the charset of their pages. Other names are made up, and
    some of them yield text that neither a page nor a database can hold.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.encoding = "utf-8"
        request.COOKIES = {
            name: value
            for name, value in request.COOKIES.items()
            if value.isprintable()  # a cookie can spell NUL as "\\000"
        }
        return get_response(request)

    return middleware


def without_charset(application: _Wsgi) -> _Wsgi:
    """Do the same before Django reads the query, which a codec for no text breaks."""

    def wrapped(asked: dict[str, Any], start_response: Any) -> Any:
        asked["CONTENT_TYPE"] = _cleaned(asked.get("CONTENT_TYPE", ""))
        return application(asked, start_response)

    return wrapped


def _cleaned(content_type: str) -> str:
    try:
        kind, parameters = parse_header_parameters(content_type)
    except ValueError:  # a parameter in a charset that nobody knows
        return content_type.partition(";")[0]
    boundary = parameters.get("boundary", "")
    if "charset" not in parameters:
        return content_type
    return f'{kind}; boundary="{boundary}"' if boundary else kind
