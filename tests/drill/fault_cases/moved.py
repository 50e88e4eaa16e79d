"""Row 54: somebody points a cloud project at another place while requests are under way."""

from django.db.models import F

from clusters import wiring
from clusters.models import CloudProject
from clusters.operations.projects.connect import PlaceFixed
from tests.drill.cloud import PASSWORD, SimulatorControl
from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases.answers import sent_into
from tests.drill.fault_cases.kills import ADOPTED
from tests.drill.testbed import Stage


@row(
    54,
    "the cloud project is pointed at another place",
    variants=("by the operation", "by SQL"),
)
def moved_place(stage: Stage) -> Expected:
    other = stage.start_cloud("other")
    # The answer hangs until the call is cut: when the request becomes unclear, the
    # project is somewhere else already.
    request = sent_into(stage, "hang_after")
    if stage.variant == "by SQL":
        _move(stage, other)
        stage.until_state(request, "unclear")
        stage.rest(3 * stage.clock.settle)
        _move(stage, stage.cloud)
    else:
        stage.must(_is_refused(stage, other), "the operation refuses to move it")
    stage.trigger("the project is where it was")
    stage.until_state(request, "active")
    stage.must(not other.creates(), "nothing was sent to the other place")
    return Expected(
        request=request,
        path=ADOPTED,
        end="active",
        within=stage.clock.call + stage.clock.look,
    )


def _is_refused(stage: Stage, other: SimulatorControl) -> bool:
    try:
        stage.connect("demo", other.url)
    except PlaceFixed:
        return True
    return False


def _move(stage: Stage, cloud: SimulatorControl) -> None:
    """Do what no operation does, with the keys at hand: the password opens there."""
    project = stage.fresh_project()
    project.iam_url = project.css_url = project.vpc_url = cloud.url
    CloudProject.objects.filter(pk=project.pk).update(
        iam_url=cloud.url,
        css_url=cloud.url,
        vpc_url=cloud.url,
        sealed_password=wiring.encrypted_for(project, PASSWORD),
        credentials_version=F("credentials_version") + 1,
    )
    stage.say(f"the project is at {cloud.url}")
