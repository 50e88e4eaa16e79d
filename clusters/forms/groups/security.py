"""Security mode, the administrator's password, and the encryption of disks."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import ClusterSpec, SecurityMode
from clusters.forms.fields import OnOffField, Secret, Word
from clusters.rules import security

GENERATE: Final = "generate"
OWN: Final = "own"
PASSWORDS: Final = ("admin_password", "admin_password_again")
"""The fields that no page fills again."""


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
        initial=GENERATE,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": _("“%(value)s” is no choice. Choose one of the two.")
        },
    )
    admin_password = Secret(
        label=_("Password"),
        help_text=_(
            "8 to 32 characters of three kinds: upper case, lower case, digits, special"
            " characters"
        ),
        required=False,
    )
    admin_password_again = Secret(label=_("Password, once more"), required=False)
    encryption_key_id = Word(
        label=_("KMS key"),
        help_text=_("Id of a key that encrypts the disks. Empty: not encrypted."),
        required=False,
    )

    @property
    def has_lost_password(self) -> bool:
        """Whether a password was typed into a form that is shown again without it."""
        typed = any(self[name].value() for name in PASSWORDS)
        return typed and self["password_source"].value() == OWN


def clean_security(form: forms.Form, *, person_name: str) -> None:
    """
    Check the password that was typed, and that HTTPS has one.

    Called when what does not apply was dropped (`clusters.forms.dependencies`): a source
    that is still there belongs to a security mode.
    """
    values = form.cleaned_data
    if values.get("https_enabled") and not values.get("security_mode"):
        needs = _("HTTPS needs a password. Turn that on, too, or turn HTTPS off.")
        form.add_error("https_enabled", needs)
    if values.get("password_source") == OWN:
        _check_password(form, [values.get("name", ""), person_name])


def _check_password(form: forms.Form, names: list[str]) -> None:
    typed, again = (form.cleaned_data.get(name) for name in PASSWORDS)
    if typed == "":
        form.add_error("admin_password", _("Type the password."))
    elif typed is not None:
        for problem in security.password(typed, names=names):
            form.add_error("admin_password", problem.message)
    if again is not None and typed is not None and typed != again:
        differ = _("The two passwords differ. Type the same one twice.")
        form.add_error("admin_password_again", differ)


def own_password_of(values: Mapping[str, Any]) -> str | None:
    """
    Return the password that was typed, "" if it is wrong; None if the portal makes one.
    """
    if not values.get("security_mode") or values.get("password_source") != OWN:
        return None
    return str(values.get("admin_password") or "")


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
