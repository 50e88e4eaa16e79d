"""The form for a new request: turns posted text into a spec, or into errors by field."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, cast

from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clusters import options, rules
from clusters.cloud.types import ClusterSpec, CreateApi
from clusters.domain.catalog import Catalog
from clusters.forms.dependencies import DEPENDENCIES, dependents_of
from clusters.forms.folding import GROUPS, holds_a_value, open_groups
from clusters.forms.groups.security import clean_security
from clusters.forms.hours import FREQUENCIES, HOURS, offset_options
from clusters.forms.offering import FOLLOWING, MakeOptions, Offering, Search
from clusters.forms.request_fields import RequestFields
from clusters.forms.spec_builder import spec_of
from clusters.options import Option
from clusters.rules.api_version import V2_PARTS

_KEPT_HERE: Final = _(
    "Up to 128 characters. Kept in the portal only: API v1.0 does not send it."
)
NEEDS_V2: Final = _("This needs the v2.0 call; ask an operator.")
_FIXED_PROJECT: Final = _("Every cluster of this cloud project is made in this one.")
_REPEATED: Final = ("availability_zones", "watchers")
"""Fields that may be sent several times."""
_LISTS: Final = {
    "vpc_id": "vpcs",
    "subnet_id": "subnets",
    "security_group_id": "security_groups",
}
_MORE: Final = _(
    "The cloud has more than {count} of these, and the others are not listed here. If"
    " yours is missing, ask an operator."
)


class RequestForm(RequestFields):
    """
    The fields with their options; `clusters.rules` checks the values together.

    `cloud_projects` are the options of the first field. `catalog` is that of the chosen
    cloud project, None if it was never read; `api` is the API version that it uses, and
    `enterprise_project_id` the enterprise project of its clusters, if it has one.
    `person_name` is the user name of who fills it in. After validation `spec` holds what
    could be read, even if there are errors. A field that does not apply
    (`clusters.forms.dependencies`) is ignored.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        catalog: Catalog | None,
        cloud_projects: Sequence[Option],
        api: CreateApi,
        initial: Mapping[str, Any] | None = None,
        enterprise_project_id: str = "",
        person_name: str = "",
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.order_fields(_in_order_of_the_page(self.fields))
        self.catalog = catalog
        self.api = api
        self.person_name = person_name
        self.cloud_projects = tuple(cloud_projects)
        self.spec: ClusterSpec | None = None
        self.offering: Offering | None = None
        self.fixed_project = enterprise_project_id
        self._offer_lists()
        if api is CreateApi.V1:
            self.fields["description"].help_text = _KEPT_HERE
            self._disable_what_v1_lacks()
        if enterprise_project_id:
            self._fix_enterprise_project()

    @property
    def open_groups(self) -> frozenset[str]:
        """The folded groups that hold an error or a value."""
        return open_groups(self)

    @cached_property
    def flavor_options(self) -> tuple[Option, ...]:
        """The options of the flavor field, and the sent value if it is none."""
        offered = self.offering.flavors() if self.offering else ()
        return options.with_typed(offered, [self["flavor"].value() or ""])

    @cached_property
    def zone_options(self) -> tuple[Option, ...]:
        """The options of the zones field, and the sent values if they are none."""
        offered = self.offering.zones() if self.offering else ()
        return options.with_typed(offered, self["availability_zones"].value() or ())

    @property
    def searches(self) -> Mapping[str, Search]:
        """The search boxes of long lists, by the name of the field."""
        found = self.offering.searches if self.offering else {}
        return {field: each for field, each in found.items() if each.is_needed}

    def keep_refusals(self) -> None:
        """
        Validate, and keep only the errors of values that do not fit others any more.

        For an answer while somebody still types: what is empty, or wrong by itself, is
        said when the form is sent.
        """
        for name in list(self.errors):
            if name not in FOLLOWING or not self[name].value():
                del self.errors[name]

    def clean(self) -> None:
        """Drop the fields that do not apply, require the others, and apply the rules."""
        self._refuse_repeated()
        self._refuse_unknown_project()
        self._refuse_other_enterprise_project()
        for each in DEPENDENCIES:
            if each.holds(self.cleaned_data, self.catalog):
                self._require(each.required)
            else:
                self._drop(each.fields)
        clean_security(self, person_name=self.person_name)
        if self.catalog is None:
            self.add_error(
                None, _("The options of this cloud project are not known yet.")
            )
        else:
            self._put_to_rules(self.catalog)

    def to_spec(self) -> ClusterSpec:
        """
        Return the spec with defaults filled in.

        :raises ValueError: if the form is not valid
        """
        if not self.is_valid() or self.spec is None:
            raise ValueError("There is no spec in a form with errors.")
        return self.spec

    # -- options --------------------------------------------------------------

    def _offer_lists(self) -> None:
        self._set_options("cloud_project", self.cloud_projects)
        self._set_options("backup_frequency", FREQUENCIES)
        self._set_options("backup_hour", HOURS)
        chosen = str(self["backup_timezone"].value() or "")
        today = timezone.localdate()
        self._set_options("backup_timezone", offset_options(today, chosen=chosen))
        if self.catalog:
            self._offer(Offering(self, self.catalog))

    def _offer(self, offering: Offering) -> None:
        """Set options and help texts that depend on the catalog and the values so far."""
        self.offering = offering
        for name, offered in offering.by_field().items():
            self._set_options(name, offered)
        for name, hint in offering.hints().items():
            self.fields[name].help_text = hint
        self._say_where_more(offering.catalog)
        for name in self.searches:
            field, shown = self.fields[name], partial(self._shown, name)
            late = offering.with_count(name, field.help_text, shown)
            field.help_text = cast("str", late)  # it is written like one

    def _shown(self, name: str) -> tuple[Option, ...]:
        if name == "flavor":
            return self.flavor_options
        shown: tuple[Option, ...] = self.fields[name].widget.catalog_options
        return shown

    def _set_options(
        self, field: str, offered: tuple[Option, ...] | MakeOptions
    ) -> None:
        self.fields[field].widget.catalog_options = offered

    def _disable_what_v1_lacks(self) -> None:
        """Disable what v1.0 cannot say, unless it was filled: a browser would drop that."""
        for name in V2_PARTS.values():
            self.fields[name].help_text = NEEDS_V2
            names = (name, *dependents_of(name))
            if any(holds_a_value(self, each) for each in names):
                continue
            for each in names:
                attributes = self.fields[each].widget.attrs
                attributes["disabled"] = True
                attributes["aria-describedby"] = f"{self[name].auto_id}_helptext"

    def _fix_enterprise_project(self) -> None:
        """Show the id that is sent; another one that was typed stays, to be corrected."""
        name, fixed = "enterprise_project_id", self.fixed_project
        self.fields[name].help_text = _FIXED_PROJECT
        if not self.is_bound and not self.initial.get(name):
            self.initial[name] = fixed
        if str(self[name].value() or fixed).lower() == fixed.lower():
            self.fields[name].widget.attrs["readonly"] = True

    # -- reading --------------------------------------------------------------

    def _say_where_more(self, catalog: Catalog) -> None:
        """Add a help text to fields whose list in the cloud was too long to read."""
        for name, what in _LISTS.items():
            if count := catalog.more_than.get(what):
                field = self.fields[name]
                more = format_lazy(_MORE, count=f"{count:,}")
                field.help_text = format_lazy("{} {}", field.help_text, more)

    def _refuse_repeated(self) -> None:
        if not isinstance(self.data, MultiValueDict):
            return  # a plain dictionary has one value for each name
        for name in self.fields:
            if name not in _REPEATED and len(self.data.getlist(name)) > 1:
                self.add_error(name, _("This was sent more than once."))

    def _refuse_unknown_project(self) -> None:
        chosen = self.cleaned_data.get("cloud_project")
        enabled = {option.value for option in self.cloud_projects if option.enabled}
        if chosen is not None and chosen not in enabled:
            self.add_error(
                "cloud_project", _("This cloud project is not connected. Choose one.")
            )

    def _refuse_other_enterprise_project(self) -> None:
        """
        What the IAM user cannot list must not be created (ADR 21).

        Where this is left empty, the id of the cloud project is sent (`request_body.placed`).
        """
        named = self.cleaned_data.get("enterprise_project_id", "")
        fixed = self.fixed_project
        if fixed and named and named.lower() != fixed.lower():
            found = rules.other_enterprise_project(named, fixed)
            self.add_error(found.field, found.message)

    def _drop(self, names: Iterable[str]) -> None:
        """Remove these fields' values and errors."""
        for name in names:
            self.errors.pop(name, None)
            self.cleaned_data.pop(name, None)

    def _require(self, messages: Mapping[str, Any]) -> None:
        """Add an error to each of these fields that is empty."""
        for name, message in messages.items():
            # A field with an error is not in cleaned_data; it gets no second one.
            if name in self.cleaned_data and self.cleaned_data[name] in ("", None):
                self.add_error(name, message)

    def _put_to_rules(self, catalog: Catalog) -> None:
        self.spec = spec_of(self.cleaned_data, catalog)
        for problem in rules.problems(self.spec, catalog, api=self.api):
            # An unreadable field is empty in the spec: show its first error only.
            if problem.field not in self.errors:
                self.add_error(problem.field, problem.message)


def _in_order_of_the_page(names: Iterable[str]) -> list[str]:
    """Return the fields with those of the folded groups before the last one, the reason."""
    folded = [name for group in GROUPS.values() for name in group]
    first = [name for name in names if name not in {*folded, "reason"}]
    return [*first, *folded, "reason"]
