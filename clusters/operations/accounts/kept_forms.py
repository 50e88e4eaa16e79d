"""
Store a form that was sent after its session had ended, until its person signs in again.

A row is encrypted for one person and one browser. The portal never sends it by itself:
the page shows it filled in, and the person sends it.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from clusters.credentials.encryption import (
    DecryptionFailed,
    EncryptedForAnotherUse,
    Encryptor,
)
from clusters.forms.typed_before import TypedBefore
from clusters.models import KeptForm

LIFE: Final = timedelta(hours=1)
MOST_BROWSERS: Final = 5
"""How many forms are kept for one person, one for each browser; the newest ones."""


@dataclass(frozen=True)
class FormOwner:
    """The owner of a kept form: a person in one browser."""

    person_id: int
    browser_id: str

    @property
    def purpose(self) -> tuple[str, ...]:
        """The purpose that the row is encrypted for."""
        return "kept form", str(self.person_id), self.browser_id


def keep_form(
    typed: TypedBefore, *, owner: FormOwner, encryptor: Encryptor, now: datetime
) -> bool:
    """
    Store the form for `LIFE`, in place of an earlier one of the same page and browser.

    :return: False if it was not stored: the person's account is not active, or another
        form is kept for this browser
    """
    if not User.objects.filter(pk=owner.person_id, is_active=True).exists():
        return False
    before = kept_form(owner=owner, encryptor=encryptor, now=now)
    if before and before.fields and before.form_key != typed.form_key:
        return False
    text = json.dumps([typed.page, typed.action, [*typed.fields]])
    with transaction.atomic():
        KeptForm.objects.update_or_create(
            person_id=owner.person_id,
            browser_id=owner.browser_id,
            defaults={
                "sealed": encryptor.encrypt_for(owner.purpose, text),
                "expires_at": now + LIFE,
            },
        )
        rows = KeptForm.objects.filter(person_id=owner.person_id)
        kept = rows.order_by("-expires_at", "-pk").values_list("pk", flat=True)
        rows.exclude(pk__in=list(kept[:MOST_BROWSERS])).delete()
    return True


def kept_form(
    *, owner: FormOwner, encryptor: Encryptor, now: datetime
) -> TypedBefore | None:
    """Return the form kept for this person and browser; None if there is none."""
    rows = KeptForm.objects.of(owner.person_id, owner.browser_id).fresh(now)
    row = rows.first()
    if row is None:
        return None
    try:
        page, action, fields = json.loads(
            encryptor.decrypt_for(owner.purpose, row.sealed)
        )
    except (DecryptionFailed, EncryptedForAnotherUse):
        return None  # encrypted with a removed key, or copied from another row
    return TypedBefore(page, action, [(name, value) for name, value in fields])


def forget_form(*, owner: FormOwner) -> None:
    """Delete the kept form, after it was sent."""
    KeptForm.objects.of(owner.person_id, owner.browser_id).delete()
