"""View of `/operate/simulator/`: the demo's operators choose faults of the simulator."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clusters import wiring
from clusters.cloud.errors import CloudError
from clusters.demo.rehearse import activate_scenario, read_switches, run_console_action
from clusters.demo.scenarios import (
    CONSOLE_ACTIONS,
    SCENARIOS,
    find_console_action,
    find_scenario,
)
from clusters.demo.simulator_client import SimulatorClient
from clusters.models.people import viewer_of

OFF = "off"


class UnknownScenario(Exception):
    """The submitted scenario or action does not exist."""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def simulator(request: HttpRequest) -> HttpResponse:
    """
    Show the scenarios; a POST activates one or carries out an action.

    :raises PermissionDenied: if this person is no operator
    :raises Http404: if this installation is not a demo
    """
    by = _operator(request)
    simulator_client = wiring.simulator_client()
    if simulator_client is None:
        raise Http404
    if request.method != "POST":
        return _page(request, simulator_client)
    try:
        messages.success(request, _apply(request, simulator_client, by))
    except UnknownScenario as problem:
        return _page(request, simulator_client, problem=str(problem), status=400)
    except CloudError as error:
        return _page(request, simulator_client, problem=_trouble(error), status=409)
    return redirect("operate-simulator")


def _operator(request: HttpRequest) -> User:
    user = request.user
    if isinstance(user, User) and viewer_of(user).operates:
        return user
    raise PermissionDenied(_("Only operators can open this."))


def _apply(request: HttpRequest, simulator_client: SimulatorClient, by: User) -> str:
    """
    Carry out the submitted scenario or action; return the message of success.

    :raises UnknownScenario: if it does not exist
    :raises CloudError: if the simulator refuses or does not answer
    """
    if "by_hand" in request.POST:
        what = find_console_action(request.POST["by_hand"])
        if what is None:
            raise UnknownScenario(_("There is no such action."))
        run_console_action(what, simulator_client=simulator_client, by=by)
        return _("Done: %(what)s.") % {"what": what.title}
    name = request.POST.get("scenario", "")
    scenario = find_scenario(name)
    if scenario is None and name != OFF:
        raise UnknownScenario(_("There is no such scenario."))
    activate_scenario(scenario, simulator_client=simulator_client, by=by)
    if scenario is None:
        return _("The simulator works normally again.")
    return _("The simulator is set to “%(what)s”.") % {"what": scenario.title}


def _page(
    request: HttpRequest,
    simulator_client: SimulatorClient,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    try:
        current = read_switches(simulator_client=simulator_client)
    except CloudError as error:
        current, problem, status = "", problem or _trouble(error), max(status, 503)
    context = {
        "scenarios": SCENARIOS,
        "by_hand": CONSOLE_ACTIONS,
        "current": current,
        "problem": problem,
    }
    return render(request, "clusters/operate_simulator.html", context, status=status)


def _trouble(error: CloudError) -> str:
    if error.status:
        return error.message
    return _("The simulator does not answer: %(why)s.") % {"why": error.message}
