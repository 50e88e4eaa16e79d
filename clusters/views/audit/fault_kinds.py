"""
What kind of fault the sentence of a check tells of, for who reads another language.

The sentence itself is evidence and stays as it was stored, in English.
"""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class FaultKind:
    """What happened, and what to do next, each a translated sentence."""

    meaning: str | Promise
    next_step: str | Promise


_NO_REPAIR: Final = _(
    "Nobody should repair it. Keep the database as it is, and compare the row with a"
    " backup and with the log."
)

_GUARDS: Final = FaultKind(
    _(
        "The database does not refuse every change of the history: a trigger is missing"
        " or another one, or somebody left the history open. The rows were not read."
    ),
    _(
        "Ask who changed the database. manage.py migrate makes the triggers anew; check"
        " the history after it, since it could be changed meanwhile."
    ),
)
_HEAD: Final = FaultKind(
    _(
        "The history does not fit a head that was signed before, or the head itself was"
        " changed: events were removed, added or computed anew."
    ),
    _(
        "If a backup was restored that is older than the head, write down which one it"
        " was. Else nobody should repair it: compare the database with a backup and with"
        " the log."
    ),
)
_ARCHIVE: Final = FaultKind(
    _("An archive, or what the database says of it, is not as the portal wrote it."),
    _(
        "If the file was moved, the check needs --archives FOLDER. Else compare it with"
        " its copy, and the database with a backup."
    ),
)
_MISSING: Final = FaultKind(
    _("Rows that belong together are not all there: one was deleted or put in."),
    _NO_REPAIR,
)
_CHANGED: Final = FaultKind(
    _("A row is not as the portal wrote it: somebody changed it past the portal."),
    _NO_REPAIR,
)

_BY_WORDS: Final = (
    (
        re.compile(r"The archive |Batch \d+ |.* (archive|batch|archived)\b", re.DOTALL),
        _ARCHIVE,
    ),
    (re.compile(r"The (trigger|function) |The history was left open"), _GUARDS),
    (re.compile(r"The head |No event tells of kept head |kept head "), _HEAD),
    (re.compile(r".* tells of a head that is not there", re.DOTALL), _HEAD),
    (
        re.compile(
            r".*(is missing|no events|no event tells|is not there|and no row"
            r"|attempts, and \d+ are there)",
            re.DOTALL,
        ),
        _MISSING,
    ),
)
"""How the sentences begin that `verify_audit` finds; the first that fits counts."""


def fault_kind(finding: str) -> FaultKind:
    """Return what a finding means; of an unknown one, that a row was changed."""
    return next((kind for words, kind in _BY_WORDS if words.match(finding)), _CHANGED)
