"""EMAIL_URL: the mail server or backend."""

from typing import Any, Final
from urllib.parse import unquote, urlsplit

from portal.environment.sources import stop

_BACKENDS: Final = "django.core.mail.backends"
_BACKEND_OF: Final = {
    "smtp": "smtp",
    "smtp+tls": "smtp",
    "smtp+ssl": "smtp",
    "smtps": "smtp",
    "consolemail": "console",
    "dummymail": "dummy",
    "memorymail": "locmem",
}
MAILS: Final = tuple(_BACKEND_OF)
_IMPLICIT_TLS: Final = ("smtps", "smtp+ssl")
_TLS_PORT: Final = 465
_OTHER_PORTS: Final = (25, 587)


def read_mail(name: str, url: str) -> dict[str, Any]:
    """
    Return Django's settings EMAIL_BACKEND, EMAIL_HOST and so on.

    `smtps` and `smtp+ssl` are implicit TLS, port 465 (RFC 8314); `smtp+tls` is STARTTLS,
    port 587 (RFC 3207).
    """
    parts = urlsplit(url)
    is_server = parts.scheme.startswith("smtp")
    if parts.query or parts.path.strip("/"):
        stop(name, "takes no path and no options; smtps:// and smtp+tls:// choose TLS.")
    if is_server and not parts.hostname:
        stop(name, "names no host.")
    _check_port(name, parts.scheme, parts.port)
    return {
        "EMAIL_BACKEND": f"{_BACKENDS}.{_BACKEND_OF[parts.scheme]}.EmailBackend",
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme in _IMPLICIT_TLS,
    }


def _check_port(name: str, scheme: str, port: int | None) -> None:
    """
    Stop if scheme and port disagree about TLS: both sides would wait for the other.
    """
    is_implicit_tls = scheme in _IMPLICIT_TLS
    if is_implicit_tls and port in _OTHER_PORTS:
        stop(
            name,
            f"{scheme}:// is TLS from the first byte; port {port} wants smtp+tls://.",
        )
    if scheme.startswith("smtp") and not is_implicit_tls and port == _TLS_PORT:
        stop(name, f"port {port} is TLS from the first byte: write smtps://.")
