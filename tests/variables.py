"""What `.env.example` names for the tests themselves, read as the product reads."""

from pathlib import Path
from typing import Final

from portal.environment.sources import Sources

_SOURCES: Final = Sources(Path(__file__).resolve().parent.parent / ".env")


def variable(name: str, default: str = "") -> str:
    """Return what the environment, `.env` or NAME_FILE says, without blanks around it."""
    return _SOURCES.find(name).strip() or default
