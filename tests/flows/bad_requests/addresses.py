"""Every address of the urlconf, with ids that exist, and some that lead nowhere."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.urls import URLPattern, URLResolver, get_resolver

from tests.flows.bad_requests.scene import Scene

NOWHERE: Final = ("nothing-here", "requests/no-id/", "admin/nothing/here/")
_PART: Final = re.compile(r"<(?:(\w+):)?(\w+)>")
_APP_LIST: Final = "(?P<app_label>"
_CATCH_ALL: Final = "(?P<url>.*)$"


@dataclass(frozen=True)
class Page:
    """`route` is as in the urlconf; `model` is app_model where it is about one."""

    route: str
    model: str = ""

    def path(self, scene: Scene, rng: random.Random) -> str:
        """Return an address with ids of this scene."""

        def filled(part: re.Match[str]) -> str:
            if part[2] == "request_id":
                return rng.choice(scene.requests)
            if part[2] == "name":
                return scene.project
            return rng.choice(scene.objects.get(self.model) or ("1",))

        return "/" + _PART.sub(filled, self.route)

    def path_to(self, text: str) -> str:
        """Return an address with this text in the place of an id."""
        return "/" + _PART.sub(lambda _: text, self.route)

    @property
    def parts(self) -> int:
        """How many ids the address has."""
        return len(_PART.findall(self.route))


def every_page() -> list[Page]:
    """Return each address once, those of the admin last."""
    pages = dict.fromkeys(_walk(get_resolver().url_patterns, ""))
    every = [*pages, *(Page(route) for route in NOWHERE)]
    return sorted(every, key=lambda page: page.route.startswith("admin/"))


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Page]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
            continue
        yield from _pages(route)


def _pages(route: str) -> Iterator[Page]:
    if _APP_LIST in route:
        yield from (Page(f"admin/{app}/") for app in ("auth", "clusters"))
    elif route.endswith(_CATCH_ALL):
        yield Page("admin/<path:url>")
    else:
        found = re.match(r"admin/(\w+)/(\w+)/", route)
        yield Page(route, f"{found[1]}_{found[2]}" if found else "")
