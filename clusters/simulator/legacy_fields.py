"""How a region that was never renewed spells what others renamed."""

_FAILURE = {"errorCode": "error_code", "errorMsg": "error_msg"}


def in_old_spelling(cluster: dict[str, object]) -> dict[str, object]:
    """Return a cluster of the list or the detail call under its names of 2021."""
    old = {
        **cluster,
        "authorityEnable": str(cluster["authorityEnable"]).lower(),
        "enterprise_project_id": cluster["enterpriseProjectId"],
    }
    del old["enterpriseProjectId"]
    failure = old.pop("failedReason", None)
    if isinstance(failure, dict):
        old["failed_reasons"] = {_FAILURE[key]: failure[key] for key in failure}
    return old
