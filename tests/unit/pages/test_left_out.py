"""How much of a list of the cloud is left out, as operators read it."""

from clusters.models import CatalogSnapshot, CloudProject
from clusters.views.operator.unreadable import left_out_of


def test_a_limit_is_written_as_beside_the_field_of_the_form():
    rows = [
        {"what": what, "count": 0, "first": "", "may_be_ours": 0, "more_than": most}
        for what, most in (("vpcs", 2_000), ("subnets", None))
    ]
    project = CloudProject(name="demo")
    CatalogSnapshot(cloud_project=project, left_out=rows)
    assert [line.more_than for line in left_out_of(project)] == ["2,000", ""]
