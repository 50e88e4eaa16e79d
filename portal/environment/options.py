"""What stands after the question mark of a URL, with the types that it needs."""

from typing import Any, Final
from urllib.parse import parse_qsl

from portal.environment.sources import stop
from portal.environment.values import FLAGS

END: Final = "none"


class Options:
    """
    The options of the URL that a variable holds.

    `rest` are those that nobody has taken yet. A method takes one, and returns it under
    Django's name, or nothing where it is not given; a wrong value stops the start. What
    was given is not shown: it may be a part of a password after all.
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
        """Return a whole number, 0 included; None for `none`, which is without end."""
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
        """Stop where something is left."""
        if self.rest:
            stop(self._variable, f"has an option that is none of {', '.join(known)}.")
