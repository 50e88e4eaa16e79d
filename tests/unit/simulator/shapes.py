"""The shape of a JSON value: its keys and types, without its values."""

from typing import Any


def shape(value: Any) -> Any:
    """Return keys and types; a list has the shapes of its entries, each once."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        shapes: list[Any] = []
        for each in map(shape, value):
            if each not in shapes:
                shapes.append(each)
        return shapes
    return type(value)
