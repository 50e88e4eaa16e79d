"""Typed options from the query string of a URL."""

from typing import Any, Final
from urllib.parse import parse_qsl

from portal.environment.sources import stop
from portal.environment.values import FLAGS

END: Final = "none"


class Options:
    """
    The options of the URL in a variable.

    `rest` holds those that were not read yet. Each method removes one, and returns
    {NAME: value} with Django's name, or {} if it is not given. Values are never shown in
    messages: an unencoded password may have been split into them.

    :raises SystemExit: from each method, if the value is invalid
    """

    def __init__(self, variable: str, query: str) -> None:
        self._variable = variable
        self.rest = {
            key.lower(): text for key, text in parse_qsl(query, keep_blank_values=True)
        }

    def text(self, key: str) -> dict[str, Any]:
        return {key.upper(): self.rest.pop(key)} if key in self.rest else {}

    def flag(self, key: str) -> dict[str, Any]:
        if key not in self.rest:
            return {}
        text = self.rest.pop(key).lower()
        if text not in FLAGS:
            stop(self._variable, f"its option {key} is neither on nor off.")
        return {key.upper(): FLAGS[text]}

    def whole(self, key: str) -> dict[str, Any]:
        """Return an integer from 0; None for `none`, which means without limit."""
        if key not in self.rest:
            return {}
        text = self.rest.pop(key).lower()
        if text != END and not (text.isascii() and text.isdigit() and len(text) < 10):
            stop(
                self._variable,
                f"its option {key} is neither a whole number nor {END}.",
            )
        return {key.upper(): None if text == END else int(text)}

    def refuse_others(self, *known: str) -> None:
        """Stop if an option was not read."""
        if self.rest:
            stop(self._variable, f"has an option that is none of {', '.join(known)}.")
