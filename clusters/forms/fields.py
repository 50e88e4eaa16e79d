"""Form fields that take any text and raise a ValidationError for what they cannot read."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from clusters.cloud.text_cleaning import tidy_value, without_outer_blanks
from clusters.cloud.types import Datastore
from clusters.options import Option, with_typed

_UNREADABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_ON: Final = ("on", "true", "yes", "1")
_OFF: Final = ("", "off", "false", "no", "0")
_SHOWN: Final = 40


def printable(data: "MultiValueDict[str, str]") -> "MultiValueDict[str, str]":
    """Return a copy with U+FFFD for each surrogate, so that it can be encoded as UTF-8."""
    return MultiValueDict(
        {
            name: [_SURROGATES.sub("\ufffd", value) for value in values]
            for name, values in data.lists()
        }
    )


class Text(forms.CharField):
    """Text without control characters and surrogates, which databases may refuse."""

    def to_python(self, value: Any) -> Any:
        text = str(super().to_python(value)).replace("\r\n", "\n")
        if self.strip:
            text = without_outer_blanks(text)
        if _UNREADABLE.search(text):
            raise ValidationError(
                _("This contains a character that cannot be read. Type it again."),
                code="unreadable",
            )
        return text


class Word(Text):
    """A name or an id, without the white space and invisible characters of a paste."""

    def to_python(self, value: Any) -> Any:
        return tidy_value(super().to_python(value))


class WholeNumber(Word):
    """A whole number of at most nine digits 0 to 9; None if empty."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            raise ValidationError(
                _("“%(value)s” is not a whole number. Use the digits 0 to 9 only."),
                code="number",
                params={"value": _short(text)},
            )
        return int(text)

    def run_validators(self, value: Any) -> None:
        """Skip the validators of CharField, which count characters."""


class DatastoreField(Word):
    """An engine and its version, such as ``elasticsearch:7.10.2``; None if empty."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        engine, colon, version = text.partition(":")
        if not (engine and colon and version):
            raise ValidationError(
                _("“%(value)s” is not an engine. Choose one from the list."),
                code="engine",
                params={"value": _short(text)},
            )
        return Datastore(type=engine, version=version)

    def run_validators(self, value: Any) -> None:
        """Skip the validators of CharField; the rules check the value."""


class CheckboxInput(forms.CheckboxInput):
    """A check box that passes the sent text on, for `OnOffField` to validate."""

    def __init__(self) -> None:
        super().__init__(check_test=_is_on)

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> Any:
        return data.get(name, "")


class OnOffField(forms.Field):
    """True or False; a missing field is False, an unknown word is an error."""

    widget = CheckboxInput

    def to_python(self, value: Any) -> bool:
        if _is_on(value):
            return True
        if is_off(value):
            return False
        raise ValidationError(
            _("“%(value)s” is neither on nor off."),
            code="switch",
            params={"value": _short(str(value))},
        )


class Texts(forms.Field):
    """A tuple of texts: the values of a field that is sent several times."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> tuple[str, ...]:
        one = Word(required=False)
        return tuple(text for each in value or () if (text := one.clean(each)))


class Lines(Text):
    """A tuple of the lines of a text, without blanks around them and empty ones."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        lines = (tidy_value(line) for line in super().to_python(value).splitlines())
        return tuple(filter(None, lines))


class NamesInput(forms.TextInput):
    """A line of names; a field that is sent several times makes one line, too."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> Any:
        if isinstance(data, MultiValueDict):
            return ", ".join(filter(None, data.getlist(name)))
        return data.get(name)


class Names(forms.Field):
    """A tuple of names: repeated values, or one value with commas between them."""

    widget = NamesInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def to_python(self, value: Any) -> tuple[str, ...]:
        text = Word(required=False).clean(value)
        names = (tidy_value(name) for name in text.split(","))
        return tuple(dict.fromkeys(filter(None, names)))


class Secret(Text):
    """A password as it was typed, with its blanks; a page never repeats it."""

    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})

    def __init__(self, **named: Any) -> None:
        super().__init__(strip=False, **named)


class CatalogSelect(forms.Select):
    """
    A select of options of the catalog; a disabled one shows the reason in its label.

    The form sets `catalog_options`; `empty` is the label of the empty choice. The
    selected option is never disabled, because a browser would then send no value; the
    rules refuse it with an error.
    """

    def __init__(self, *, empty: Any = None) -> None:
        super().__init__()
        self.empty = empty
        self._offered: tuple[Option, ...] | Callable[[], tuple[Option, ...]] = ()

    @property
    def catalog_options(self) -> tuple[Option, ...]:
        """The options; a function that was set is called when they are first asked for."""
        if callable(self._offered):
            self._offered = self._offered()
        return self._offered

    @catalog_options.setter
    def catalog_options(
        self, offered: tuple[Option, ...] | Callable[[], tuple[Option, ...]]
    ) -> None:
        self._offered = offered

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        """
        Return the element as HTML.

        Without Django's templates of widgets: one for each option was most of the time
        of a page.
        """
        chosen = "" if value is None else str(value)
        options = with_typed(self.catalog_options, [chosen])
        groups = [_html_of_group(*each, chosen) for each in _grouped(options)]
        if self.empty:
            first = Option(value="", label=self.empty)
            groups.insert(0, _html_of_option(first, chosen))
        named = {"name": name, **self.build_attrs(self.attrs, attrs)}
        return format_html(
            "<select{}>\n{}\n</select>", flatatt(named), _html_lines(groups)
        )


_MARKS: Final = {
    (False, False): SafeString(" disabled"),
    (False, True): SafeString(" selected data-refused"),
    (True, False): SafeString(""),
    (True, True): SafeString(" selected"),
}
"""Attributes of an option by whether it is enabled, and whether it is selected."""


def _html_of_group(heading: str, options: Iterable[Option], chosen: str) -> SafeString:
    inner = _html_lines(_html_of_option(each, chosen) for each in options)
    if not heading:
        return inner
    return format_html('<optgroup label="{}">\n{}\n</optgroup>', heading, inner)


def _html_of_option(option: Option, chosen: str) -> SafeString:
    marks = _MARKS[option.enabled, option.value == chosen]
    reason = "" if option.enabled else f": {option.why_not}"
    return format_html(
        '<option value="{}"{}>{}{}</option>', option.value, marks, option.label, reason
    )


def _html_lines(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("\n", "{}", ((part,) for part in parts))


def is_off(value: Any) -> bool:
    """Whether this value of a check box asks for nothing."""
    return not value or str(value).lower() in _OFF


def _is_on(value: Any) -> bool:
    return value is True or str(value).lower() in _ON


def _grouped(options: Iterable[Option]) -> list[tuple[str, list[Option]]]:
    """Return headings with their options; those without a heading come first."""
    groups: dict[str, list[Option]] = {"": []}
    for option in options:
        groups.setdefault(str(option.group), []).append(option)
    return [group for group in groups.items() if group[1]]


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
