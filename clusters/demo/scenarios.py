"""The scenarios of the demo: titles for people, and the simulator's switches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

OTHER: Final = "other"
"""The name for switches that are no scenario of this list."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """
    A fault of the cloud.

    `title` says what the cloud does, `effect` what follows for the portal. `switches` is
    the JSON for `PUT /_simulator/faults`, see docs/simulator.md.
    """

    name: str
    title: "_StrPromise"
    effect: "_StrPromise"
    switches: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class ConsoleAction:
    """A single action of other people in the console; `action` is the simulator's JSON."""

    name: str
    title: "_StrPromise"
    action: Mapping[str, object]


SCENARIOS: Final = (
    Scenario(
        name="answer-lost",
        title=_("Answers to creates get lost"),
        effect=_(
            "The cluster is made without an answer; the portal must find and adopt it."
        ),
        switches={"every_create": "close_after"},
    ),
    Scenario(
        name="answer-cut",
        title=_("Answers to creates break off half way"),
        effect=_("The cluster is made, but half an answer proves nothing."),
        switches={"every_create": "truncate_after"},
    ),
    Scenario(
        name="answer-hangs",
        title=_("Answers to creates never come"),
        effect=_("The cluster is made; the call ends with a timeout."),
        switches={"every_create": "hang_after"},
    ),
    Scenario(
        name="answer-page",
        title=_("Creates are answered by a broken proxy, with a web page"),
        effect=_("The cluster is made; the page is kept for you to read."),
        switches={"every_create": "html502"},
    ),
    Scenario(
        name="create-lost",
        title=_("Creates get lost on their way"),
        effect=_(
            "Nothing is made; after three attempts the portal needs an operator's"
            " decision."
        ),
        switches={"every_create": "close"},
    ),
    Scenario(
        name="slow",
        title=_("Every answer takes ten seconds"),
        effect=_("Everything works, but slowly."),
        switches={"slow_seconds": 10.0},
    ),
    Scenario(
        name="throttled",
        title=_("Too many calls: come back in 30 seconds"),
        effect=_("HTTP 429 with Retry-After: the whole cloud project waits."),
        switches={"throttle": 30.0},
    ),
    Scenario(
        name="outage",
        title=_("The cloud is out of order"),
        effect=_("HTTP 503 with a web page in answer to everything but sign-in."),
        switches={"outage": 503},
    ),
    Scenario(
        name="token-dies",
        title=_("Tokens expire after 20 seconds"),
        effect=_("They claim to be valid for a day; the portal fetches new ones."),
        switches={"token_seconds": 20.0},
    ),
    Scenario(
        name="token-rejected",
        title=_("Every token is rejected"),
        effect=_("The cloud project is paused instead of signing in for ever."),
        switches={"reject_tokens": "for_ever"},
    ),
    Scenario(
        name="quota",
        title=_("The quota is used up"),
        effect=_("Creates are refused with CSS.1112."),
        switches={"quota": 0},
    ),
    Scenario(
        name="sold-out",
        title=_("Every flavor is sold out"),
        effect=_("Creates are refused with CSS.0068, and the form offers none."),
        switches={"sold_out": "*"},
    ),
    Scenario(
        name="stuck",
        title=_("Builds stop at 40 percent"),
        effect=_(
            "The request's page shows it, and after an hour that it takes longer"
            " than usual."
        ),
        switches={"stuck_at": 40},
    ),
    Scenario(
        name="build-fails",
        title=_("Builds fail"),
        effect=_("What is made from now on ends in status 303, with a reason."),
        switches={"every_create": "fails_303"},
    ),
    Scenario(
        name="list-late",
        title=_("New clusters are listed two minutes late"),
        effect=_("A list without a cluster does not prove that there is none."),
        switches={"list_lag_seconds": 120.0},
    ),
    Scenario(
        name="list-short",
        title=_("The list has two clusters on a page"),
        effect=_("Whatever page size is asked for; the portal must read every page."),
        switches={"list_limit_cap": 2},
    ),
    Scenario(
        name="list-broken",
        title=_("The list is a web page"),
        effect=_("No scan is complete until it is a list again."),
        switches={"list_answer": "html"},
    ),
    Scenario(
        name="list-empty",
        title=_("The list is empty, whatever there is"),
        effect=_("No scan is complete while known clusters are missing from it."),
        switches={"list_answer": "empty"},
    ),
    Scenario(
        name="tags-dropped",
        title=_("New clusters lose their tags"),
        effect=_("Clusters are then matched by name and network."),
        switches={"drop_tags": True},
    ),
    Scenario(
        name="names-equal",
        title=_("Two clusters may have one name"),
        effect=_("The cloud no longer refuses a second cluster of the same name."),
        switches={"allow_equal_names": True},
    ),
)

CONSOLE_ACTIONS: Final = (
    ConsoleAction(
        name="delete",
        title=_("Somebody deletes the newest cluster"),
        action={"delete": "*"},
    ),
    ConsoleAction(
        name="rename",
        title=_("Somebody renames the newest cluster"),
        action={"rename": "*", "to": "renamed-by-hand"},
    ),
    ConsoleAction(
        name="foreign",
        title=_("Somebody makes twelve clusters of their own"),
        action={"add_foreign": {"name": "theirs", "count": 12}},
    ),
)


def find_scenario(name: str) -> Scenario | None:
    """Return the scenario of this name."""
    return next((each for each in SCENARIOS if each.name == name), None)


def find_console_action(name: str) -> ConsoleAction | None:
    """Return the action of this name."""
    return next((each for each in CONSOLE_ACTIONS if each.name == name), None)


def name_of(switches: Mapping[str, object]) -> str:
    """Return the name of the scenario with exactly these switches; "" for none on."""
    if not switches:
        return ""
    names = (each.name for each in SCENARIOS if each.switches == switches)
    return next(names, OTHER)
