"""
Keep a form that was sent after its session had ended, for whoever typed it.

A row is sealed for one person and one browser. Nothing of it is sent by itself: the page
shows it again, and a person sends it.
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
"""So many forms are kept for one person, each of another browser; the latest ones."""


@dataclass(frozen=True)
class Whose:
    """A person in a browser."""

    person_id: int
    browser_id: str

    @property
    def purpose(self) -> tuple[str, ...]:
        """What the row is sealed for."""
        return "kept form", str(self.person_id), self.browser_id


def keep_form(
    typed: TypedBefore, *, whose: Whose, encryptor: Encryptor, now: datetime
) -> bool:
    """
    Keep it, instead of what was kept of the same form in this browser.

    False where its person may not sign in, or another form is kept here.
    """
    if not User.objects.filter(pk=whose.person_id, is_active=True).exists():
        return False
    before = kept_form(whose=whose, encryptor=encryptor, now=now)
    if before and before.fields and before.form_key != typed.form_key:
        return False
    text = json.dumps([typed.page, typed.action, [*typed.fields]])
    with transaction.atomic():
        KeptForm.objects.update_or_create(
            person_id=whose.person_id,
            browser_id=whose.browser_id,
            defaults={
                "sealed": encryptor.seal_for(whose.purpose, text),
                "expires_at": now + LIFE,
            },
        )
        rows = KeptForm.objects.filter(person_id=whose.person_id)
        kept = rows.order_by("-expires_at", "-pk").values_list("pk", flat=True)
        rows.exclude(pk__in=list(kept[:MOST_BROWSERS])).delete()
    return True


def kept_form(
    *, whose: Whose, encryptor: Encryptor, now: datetime
) -> TypedBefore | None:
    """Return what is kept for this person in this browser."""
    rows = KeptForm.objects.of(whose.person_id, whose.browser_id).fresh(now)
    row = rows.first()
    if row is None:
        return None
    try:
        page, action, fields = json.loads(encryptor.open_for(whose.purpose, row.sealed))
    except (DecryptionFailed, EncryptedForAnotherUse):
        return None  # the keys are others by now, or somebody moved the row
    return TypedBefore(page, action, [(name, value) for name, value in fields])


def forget_form(*, whose: Whose) -> None:
    """Delete what is kept: it was sent."""
    KeptForm.objects.of(whose.person_id, whose.browser_id).delete()
