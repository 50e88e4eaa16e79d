"""Are the files there that pages point to: what `collectstatic` made for this version."""

from functools import cache
from typing import Final

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import (
    ManifestStaticFilesStorage,
    staticfiles_storage,
)

COLLECT_FIRST: Final = (
    "STATIC_ROOT: {} is not collected. Run manage.py collectstatic --no-input first."
)

_LEFT_OUT: Final = ("CVS", ".*", "*~")
"""What collectstatic leaves out."""


def missing_file() -> str:
    """
    Return a file that a page would look for in vain, or nothing.

    A page that names such a file cannot be shown at all. Without hashed names, while
    developing, there is nothing to miss.
    """
    storage: object = staticfiles_storage
    if not isinstance(storage, ManifestStaticFilesStorage):
        return ""
    return next((name for name in _names() if not _is_there(storage, name)), "")


@cache
def _names() -> tuple[str, ...]:
    """Return each file that the apps and `static/` have."""
    return tuple(
        name
        for finder in finders.get_finders()
        for name, _storage in finder.list(list(_LEFT_OUT))
    )


def _is_there(storage: ManifestStaticFilesStorage, name: str) -> bool:
    try:
        return storage.exists(storage.stored_name(name))
    except (OSError, ValueError):  # not in the manifest; a folder that cannot be read
        return False
