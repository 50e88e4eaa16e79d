"""Every query key that a list of the admin knows, and every id, with texts that break."""

import re
from collections.abc import Iterator
from itertools import cycle, product
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin

from tests.flows.bad_requests.addresses import Page
from tests.flows.bad_requests.inputs import Bad

HARD: Final = (
    "\x00", "9" * 30, "a\x00b", "-" + "9" * 30, "\ud800", "9223372036854775808",
    "1e400", "0001-01-01 00:00", "9999-12-31 23:59", "[", "\\", "a" * 5_000,
)  # fmt: skip
"""What a database, a number, a moment or a pattern cannot be."""

LOOKUPS: Final = (
    "exact", "in", "isnull", "gt", "lte", "range", "contains", "startswith", "regex",
    "year", "date", "id__exact", "pk", "nothing",
)  # fmt: skip
OWN: Final = ("q", "p", "o", "e", "all", "_facets", "_popup", "_to_field", "id", "pk")
"""Keys of the lists themselves."""

_LIST: Final = re.compile(r"admin/(\w+)/(\w+)/")


def swept(page: Page, *, thorough: bool) -> Iterator[Bad]:
    """
    Yield requests of a superuser to a list of the admin, one for each key and text.

    The short way takes each key with two texts and with one lookup. For a page about one
    object, yield one request for each text in the place of its id.
    """
    if _LIST.fullmatch(page.route) and page.model in _admins():
        for key, text in _pairs(_keys(page.model), thorough=thorough):
            query = urlencode({key: text}, errors="surrogatepass")
            yield Bad(person="root", path=f"/{page.route}", query=query)
    elif page.route.startswith("admin/") and page.parts:
        for text in HARD:
            yield Bad(person="root", path=page.path_to(text))


def _admins() -> dict[str, Any]:
    """Return what is registered, by app_model."""
    return {
        f"{model._meta.app_label}_{model._meta.model_name}": its_admin
        for model, its_admin in admin.site._registry.items()
    }


def _keys(model: str) -> list[str]:
    its_admin = _admins()[model]
    filters = [each for each in its_admin.list_filter if isinstance(each, type)]
    fields = [field.name for field in its_admin.model._meta.get_fields()]
    return [*OWN, *(each.parameter_name for each in filters), *fields]


def _pairs(keys: list[str], *, thorough: bool) -> Iterator[tuple[str, str]]:
    if thorough:
        looked_up = [f"{key}__{lookup}" for key, lookup in product(keys, LOOKUPS)]
        yield from product([*keys, *looked_up], HARD)
        return
    for key, lookup, text in zip(keys, cycle(LOOKUPS), cycle(HARD), strict=False):
        yield from ((key, HARD[0]), (key, HARD[1]), (f"{key}__{lookup}", text))
