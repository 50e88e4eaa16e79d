"""The functions of the product that the cases use as failpoints, as their callers find them."""

from typing import Final

_PROVISIONING: Final = "clusters.operations.provisioning"

CLAIM: Final = f"{_PROVISIONING}.provision:claim_next"
PROVISION: Final = f"{_PROVISIONING}.provision:_provision"
SCAN: Final = f"{_PROVISIONING}.provision:scan_inventory"
SIGN_IN: Final = "clusters.cloud.huawei.iam:sign_in"
CONNECT: Final = "clusters.cloud.huawei.connections:DeadlineConnection._connect_to"
SEND: Final = f"{_PROVISIONING}.provision:_send"
GATE: Final = f"{_PROVISIONING}.gate:Gate.__call__"
SAVE: Final = f"{_PROVISIONING}.provision:save_answer"
APPLY: Final = f"{_PROVISIONING}.provision:apply_result"
COMMIT: Final = "django.db.backends.base.base:BaseDatabaseWrapper._commit"
STATEMENT: Final = "django.db.backends.utils:CursorWrapper.execute"
