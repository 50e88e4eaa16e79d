"""Logging: one redacted line of JSON for each event, to standard error."""

from typing import Any

import structlog

from portal.redaction import redact_event

_BEFORE: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def logging_settings(*, debug: bool) -> dict[str, Any]:
    """Return Django's LOGGING; every logger uses the one handler, which redacts."""
    _configure_structlog()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": _line_formatter(debug=debug)},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Replace Django's own handlers of these two, which do not redact.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Repeats the line that django-structlog writes for each request, without
            # its id.
            "django.request": {"level": "ERROR"},
            # django-structlog logs how each task ended.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            # Warns that filesystem:// names no host.
            "kombu.connection": {"level": "ERROR"},
        },
    }


def _line_formatter(*, debug: bool) -> dict[str, Any]:
    renderer: structlog.typing.Processor = (
        structlog.processors.KeyValueRenderer(
            key_order=["timestamp", "level", "event"], drop_missing=True
        )
        if debug
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _BEFORE,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,  # as text, so that it is redacted
            redact_event,
            renderer,
        ],
    }


def _configure_structlog() -> None:
    structlog.configure(
        processors=[
            *_BEFORE,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
