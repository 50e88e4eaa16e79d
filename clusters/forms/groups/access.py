"""Access from outside: public addresses of cluster and Kibana, VPC endpoint."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import ClusterSpec, PublicAccess, VpcEndpoint
from clusters.forms.fields import Lines, OnOffField, WholeNumber


def _bandwidth(label: Any, hint: Any) -> WholeNumber:
    return WholeNumber(label=label, help_text=hint, required=False)


def _white_list(label: Any) -> Lines:
    return Lines(
        label=label,
        help_text=_(
            "One address or CIDR block a line, such as 203.0.113.0/24. Empty lets"
            " everybody in."
        ),
        required=False,
    )


class AccessFields(forms.Form):
    """The group's fields; an empty bandwidth asks for no public address."""

    use_required_attribute = False

    public_bandwidth = _bandwidth(
        _("Public access, Mbit/s"),
        _("1 to 200. It needs HTTPS. Empty: no public address."),
    )
    public_whitelist = _white_list(_("Who may connect"))
    kibana_bandwidth = _bandwidth(
        _("Public Kibana, Mbit/s"),
        _("1 to 200. It needs a password. Empty: no public address."),
    )
    kibana_whitelist = _white_list(_("Who may open Kibana"))
    vpc_endpoint = OnOffField(
        label=_("VPC endpoint"),
        help_text=_("Other VPCs of the region reach the cluster by it."),
        required=False,
    )
    vpc_endpoint_dns = OnOffField(label=_("With a private domain name"), required=False)
    vpc_endpoint_permissions = Lines(
        label=_("Accounts that may connect"),
        help_text=_("One a line: iam:domain:: and the account's id."),
        required=False,
    )


def access_of(values: Mapping[str, Any], what: str) -> PublicAccess | None:
    """
    Return the public access that was asked for; None without a bandwidth.

    :param what: first part of the fields' names: public or kibana
    """
    bandwidth = values.get(f"{what}_bandwidth")
    if bandwidth is None:
        return None
    return PublicAccess(
        bandwidth_mbit=bandwidth, whitelist=values.get(f"{what}_whitelist", ())
    )


def endpoint_of(values: Mapping[str, Any]) -> VpcEndpoint | None:
    """Return the VPC endpoint that was asked for, or None."""
    if not values.get("vpc_endpoint"):
        return None
    return VpcEndpoint(
        with_dns=bool(values.get("vpc_endpoint_dns")),
        permissions=tuple(
            each.lower() for each in values.get("vpc_endpoint_permissions", ())
        ),
    )


def access_values(spec: ClusterSpec) -> dict[str, Any]:
    """Return the values of the group's fields."""
    values: dict[str, Any] = {}
    for what, access in (("public", spec.public), ("kibana", spec.kibana)):
        if access:
            values[f"{what}_bandwidth"] = str(access.bandwidth_mbit)
            values[f"{what}_whitelist"] = "\n".join(access.whitelist)
    if spec.vpc_endpoint:
        values["vpc_endpoint"] = "on"
        values |= {"vpc_endpoint_dns": "on"} if spec.vpc_endpoint.with_dns else {}
        values["vpc_endpoint_permissions"] = "\n".join(spec.vpc_endpoint.permissions)
    return values
