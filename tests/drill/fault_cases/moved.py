"""Case 54: a cloud project is pointed at another place while an answer is awaited."""

from django.db.models import F

from clusters import wiring
from clusters.models import CloudProject
from clusters.operations.projects.connect import PlaceFixed
from tests.drill.cloud import PASSWORD, SimulatorControl
from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases.answers import send_into
from tests.drill.fault_cases.kills import ADOPTED
from tests.drill.testbed import DrillTestbed


@fault_case(
    54,
    "the cloud project is pointed at another place",
    variants=("by the operation", "by SQL"),
)
def moved_place(testbed: DrillTestbed) -> Expected:
    other = testbed.start_cloud("other")
    # The call ends only at its deadline, so the project has moved before the request
    # becomes unclear.
    request = send_into(testbed, "hang_after")
    if testbed.variant == "by SQL":
        _move(testbed, other)
        testbed.wait_for_state(request, "unclear")
        testbed.wait(3 * testbed.clock.settle)
        _move(testbed, testbed.cloud)
    else:
        testbed.check(_is_refused(testbed, other), "the operation refuses to move it")
    testbed.mark_fault("the project is where it was")
    testbed.wait_for_state(request, "active")
    testbed.check(not other.creates(), "nothing was sent to the other place")
    return Expected(
        request=request,
        path=ADOPTED,
        end="active",
        within=testbed.clock.call + testbed.clock.scan,
    )


def _is_refused(testbed: DrillTestbed, other: SimulatorControl) -> bool:
    try:
        testbed.connect("demo", other.url)
    except PlaceFixed:
        return True
    return False


def _move(testbed: DrillTestbed, cloud: SimulatorControl) -> None:
    """Move the project by SQL, with a password that is encrypted for the new place."""
    project = testbed.fresh_project()
    project.iam_url = project.css_url = project.vpc_url = cloud.url
    CloudProject.objects.filter(pk=project.pk).update(
        iam_url=cloud.url,
        css_url=cloud.url,
        vpc_url=cloud.url,
        sealed_password=wiring.encrypted_for(project, PASSWORD),
        credentials_version=F("credentials_version") + 1,
    )
    testbed.log(f"the project is at {cloud.url}")
