"""Security mode, the administrator's password, and the encryption of disks."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import ClusterSpec, SecurityMode
from clusters.forms.fields import OnOffField, Secret, Word

GENERATE: Final = "generate"
OWN: Final = "own"


class SecurityFields(forms.Form):
    """The group's fields; the password stays in the portal, not in the spec."""

    use_required_attribute = False

    security_mode = OnOffField(label=_("Ask for a password"), required=False)
    https_enabled = OnOffField(label=_("HTTPS only"), required=False)
    password_source = forms.ChoiceField(
        label=_("Administrator's password"),
        required=False,
        choices=(
            (GENERATE, _("The portal makes one and shows it to you once")),
            (OWN, _("I type one")),
        ),
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": _("“%(value)s” is no choice. Choose one of the two.")
        },
    )
    admin_password = Secret(label=_("Password"), required=False)
    admin_password_again = Secret(label=_("Password, once more"), required=False)
    encryption_key_id = Word(
        label=_("KMS key"),
        help_text=_("Id of a key that encrypts the disks. Empty: not encrypted."),
        required=False,
    )


def security_of(values: Mapping[str, Any]) -> SecurityMode | None:
    """Return the security mode that was asked for; None without one."""
    if not values.get("security_mode"):
        return None
    return SecurityMode(https=bool(values.get("https_enabled")))


def security_values(spec: ClusterSpec) -> dict[str, Any]:
    """Return the values of the group's fields; a password has none."""
    values = {"encryption_key_id": spec.encryption_key_id}
    if spec.security:
        values |= {"security_mode": "on", "password_source": GENERATE}
        values |= {"https_enabled": "on"} if spec.security.https else {}
    return values
