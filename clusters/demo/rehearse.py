"""Training: set the demo's simulator, and remember to what, for the banner."""

import logging
from typing import TYPE_CHECKING, Final

from django.core.cache import cache

from clusters.demo.scenarios import ByHand, Scenario, name_of
from clusters.demo.simulator_client import SimulatorClient
from clusters.operations.core.guards import require_operator

if TYPE_CHECKING:
    from django.contrib.auth.models import User


_KEY: Final = "rehearsal"

log = logging.getLogger(__name__)


def set_to(
    scenario: Scenario | None, *, simulator_client: SimulatorClient, by: "User"
) -> None:
    """
    Switch this scenario on and every other one off; None is a cloud that works.

    :raises NotAllowed: if this person does not operate
    :raises CloudError: if the simulator does not obey; `look` tells what it is set to
    """
    require_operator(by)
    simulator_client.switch(scenario.switches if scenario else {})
    name = scenario.name if scenario else ""
    _remember(name)
    log.info("simulator.set", extra={"scenario": name or "off", "by": by.pk})


def act_by_hand(what: ByHand, *, simulator_client: SimulatorClient, by: "User") -> None:
    """
    Do what other people do, past the portal.

    :raises NotAllowed: if this person does not operate
    :raises CloudError: if the simulator does not obey
    """
    require_operator(by)
    simulator_client.act(what.action)
    log.info("simulator.acted", extra={"action": what.name, "by": by.pk})


def read_switches(*, simulator_client: SimulatorClient) -> str:
    """
    Ask the simulator what it is set to, remember that and return its name.

    :raises CloudUnavailable: if it does not answer; then nothing is changed
    """
    name = name_of(simulator_client.switches())
    _remember(name)
    return name


def current_name() -> str:
    """Return the name of what the simulator was last set to; it is not asked."""
    return str(cache.get(_KEY) or "")


def forget() -> None:
    """Forget what an earlier simulator was set to: a new one begins with all well."""
    _remember("")


def _remember(name: str) -> None:
    cache.set(_KEY, name, timeout=None)
