"""
Sets the options of the request form: from the catalog, and from the values so far.

They are made when a page shows them, not before: most forms are only validated.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clusters import options
from clusters.cloud.types import CloudFlavor
from clusters.domain.catalog import DATA_ROLE, Catalog
from clusters.forms.chosen import KINDS, chosen_of
from clusters.options import Chosen, Limit, Option

MakeOptions = Callable[[], tuple[Option, ...]]

SEARCHED: Final = {
    "flavor": ("find_flavor", 12),
    "vpc_id": ("find_vpc", 20),
    "subnet_id": ("find_subnet", 20),
    "security_group_id": ("find_security_group", 20),
    "master_flavor": ("find_master_flavor", 12),
    "client_flavor": ("find_client_flavor", 12),
    "cold_flavor": ("find_cold_flavor", 12),
}
"""
Fields of long lists: the name of the search box, and how many options are shown at most.

A search is posted beside the fields and is no field: nothing of it is stored or sent.
"""
FOLLOWING: Final = (
    *SEARCHED,
    "instance_num",
    "availability_zones",
    "volume_type",
    "volume_size",
    *(f"{kind}_volume_type" for kind in KINDS),
    "cold_volume_size",
    "watchers",
)
"""Fields whose options, hint or refusal change with other fields."""
_SHOWN: Final = _("{shown} of {total} shown; search to find others.")


@dataclass(frozen=True, kw_only=True)
class Search:
    """The search box of a field; `name` is that of its input, `words` what was typed."""

    name: str
    words: str
    most: int
    total: int

    @property
    def is_needed(self) -> bool:
        """Whether the list is too long to be shown as a whole."""
        return self.total > self.most


class Offering:
    """The options of one form; `searches` has the search boxes by the name of the field."""

    def __init__(self, form: forms.BaseForm, catalog: Catalog) -> None:
        self.catalog, self._form = catalog, form
        self.chosen: Chosen = chosen_of(self._value, catalog)
        totals = {
            "vpc_id": len(catalog.vpcs),
            "subnet_id": len(catalog.subnets),
            "security_group_id": len(catalog.security_groups),
        }
        roles = {_flavor_field(kind): f"ess-{kind}" for kind in KINDS}
        for field, role in {"flavor": DATA_ROLE, **roles}.items():
            totals[field] = len(catalog.sizes_of(role))
        self.searches = {
            field: self._search(field, total) for field, total in totals.items()
        }

    def flavors(
        self, role: str = DATA_ROLE, field: str = "flavor"
    ) -> tuple[Option, ...]:
        """Return the flavors of one kind of node."""
        return options.flavor_options(
            self.catalog, self.chosen, self._limit(field), role
        )

    def _named_flavors(self, role: str, field: str) -> tuple[Option, ...]:
        """Return flavors with the name in the label: a list shows nothing else of them."""
        return tuple(
            replace(each, label=f"{each.value}: {each.label}")
            for each in self.flavors(role, field)
        )

    def zones(self) -> tuple[Option, ...]:
        """Return the availability zones."""
        return options.zone_options(self.catalog, self.chosen)

    def by_field(self) -> dict[str, MakeOptions]:
        """Return what makes the options of each select field."""
        catalog, chosen = self.catalog, self.chosen
        disks = partial(options.volume_type_options, catalog, chosen)
        offers: dict[str, MakeOptions] = {
            "datastore": partial(options.datastore_options, catalog),
            "volume_type": disks,
            "vpc_id": lambda: options.vpc_options(catalog, self._limit("vpc_id")),
            "subnet_id": lambda: options.subnet_options(
                catalog, chosen, self._limit("subnet_id")
            ),
            "security_group_id": lambda: options.security_group_options(
                catalog, self._limit("security_group_id")
            ),
        }
        for kind in KINDS:
            field = _flavor_field(kind)
            offers[field] = partial(self._named_flavors, f"ess-{kind}", field)
            offers[f"{kind}_volume_type"] = disks
        return offers

    def hints(self) -> dict[str, Any]:
        """Return the help texts that depend on the catalog and on the values so far."""
        found = {
            "volume_size": self._size_hint("flavor", DATA_ROLE),
            "cold_volume_size": self._size_hint("cold_flavor", "ess-cold"),
        }
        return {field: hint for field, hint in found.items() if hint}

    def with_count(self, field: str, words: Any, offered: MakeOptions) -> "LateHint":
        """Return a hint that ends with "50 of 2,000 shown; search to find others."."""
        return LateHint(words, offered, self.searches[field].total)

    def _search(self, field: str, total: int) -> Search:
        name, most = SEARCHED[field]
        source = self._form.data if self._form.is_bound else self._form.initial
        words = source.get(name, "")
        return Search(
            name=name,
            words=words if isinstance(words, str) else "",
            most=most,
            total=total,
        )

    def _limit(self, field: str) -> Limit:
        search, value = self.searches[field], self._value(field)
        return Limit(
            value=value if isinstance(value, str) else "",
            search=search.words.strip(),
            most=search.most,
        )

    def _size_hint(self, field: str, role: str) -> Any:
        versions: tuple[CloudFlavor, ...] = self.catalog.flavors_named(
            str(self._value(field) or ""), role
        )
        return options.size_hint(self.catalog, versions, self.chosen)

    def _value(self, name: str) -> Any:
        """Return the raw value of a field; a bound field would fix its label and hint."""
        form, field = self._form, self._form.fields[name]
        if not form.is_bound:
            return form.get_initial_for_field(field, name)
        return field.widget.value_from_datadict(
            form.data, form.files, form.add_prefix(name)
        )


class LateHint:
    """
    A help text with the number of options that are shown.

    Not a lazy string: a bound field asks whether its help text is empty, which would make
    the options of forms that are only validated.
    """

    def __init__(self, words: Any, offered: MakeOptions, total: int) -> None:
        self._words, self._offered, self._total = words, offered, total

    def __str__(self) -> str:
        count = format_lazy(
            _SHOWN, shown=f"{len(self._offered()):,}", total=f"{self._total:,}"
        )
        return f"{self._words} {count}".strip()


def _flavor_field(kind: str) -> str:
    return f"{kind}_flavor"
