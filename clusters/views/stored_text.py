"""Translation of the portal's sentences that are stored in English in the database."""

from django.utils.translation import gettext


def translate_stored(stored: str) -> str:
    """
    Return a stored sentence in the active language.

    Workers store these sentences in English, marked with `gettext_noop`, because they
    do not know who will read them. Text without a translation, such as a message of the
    cloud, is returned unchanged.
    """
    return gettext(stored) if stored else ""
