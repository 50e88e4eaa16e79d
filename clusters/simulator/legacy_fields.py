"""
The field names of 2021, which some regions still use in list and detail.

Source: CSS API Reference of 2021-05, Querying the Cluster List.
"""

_FAILURE = {"errorCode": "error_code", "errorMsg": "error_msg"}


def with_legacy_fields(cluster: dict[str, object]) -> dict[str, object]:
    """
    Return a cluster of the list or detail call with the field names of 2021.

    ``authorityEnable`` becomes a string, ``enterpriseProjectId`` becomes
    ``enterprise_project_id`` and ``failedReason`` becomes ``failed_reasons``.
    """
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
