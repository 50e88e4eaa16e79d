"""The portal's own sentences that rows keep in English, for their reader."""

from django.utils.translation import gettext


def translate_stored(kept: str) -> str:
    """
    Return a kept sentence in the language of now.

    They are marked with `gettext_noop` where they come from: a worker that writes them
    does not know who will read them. The cloud's own words come back unchanged.
    """
    return gettext(kept) if kept else ""
