"""Sets the faults of the demo's simulator, and caches the active scenario's name."""

import logging
from typing import TYPE_CHECKING, Final

from django.core.cache import cache

from clusters.demo.scenarios import ConsoleAction, Scenario, name_of
from clusters.demo.simulator_client import SimulatorClient
from clusters.operations.core.guards import require_operator

if TYPE_CHECKING:
    from django.contrib.auth.models import User


_KEY: Final = "rehearsal"

log = logging.getLogger(__name__)


def activate_scenario(
    scenario: Scenario | None, *, simulator_client: SimulatorClient, by: "User"
) -> None:
    """
    Activate this scenario and no other; None switches all faults off.

    :raises NotAllowed: if this person is no operator
    :raises CloudError: if the simulator refuses or does not answer; its state is then
        unknown, see `read_switches`
    """
    require_operator(by)
    simulator_client.switch(scenario.switches if scenario else {})
    name = scenario.name if scenario else ""
    _remember(name)
    log.info("simulator.set", extra={"scenario": name or "off", "by": by.pk})


def run_console_action(
    what: ConsoleAction, *, simulator_client: SimulatorClient, by: "User"
) -> None:
    """
    Carry out an action of other people in the cloud's console.

    :raises NotAllowed: if this person is no operator
    :raises CloudError: if the simulator refuses or does not answer
    """
    require_operator(by)
    simulator_client.act(what.action)
    log.info("simulator.acted", extra={"action": what.name, "by": by.pk})


def read_switches(*, simulator_client: SimulatorClient) -> str:
    """
    Read the simulator's faults; cache and return the name of the scenario.

    :raises CloudUnavailable: if it does not answer; the cached name stays
    """
    name = name_of(simulator_client.switches())
    _remember(name)
    return name


def current_name() -> str:
    """Return the cached name of the scenario, empty without one; makes no call."""
    return str(cache.get(_KEY) or "")


def forget() -> None:
    """Clear the cached name; a simulator that starts has no faults."""
    _remember("")


def _remember(name: str) -> None:
    cache.set(_KEY, name, timeout=None)
