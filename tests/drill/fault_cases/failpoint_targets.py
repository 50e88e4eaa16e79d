"""The functions of the product at which rows strike, as their callers find them."""

from typing import Final

_OPERATIONS: Final = "clusters.operations"

CLAIM: Final = f"{_OPERATIONS}.provisioning.provision:claim_next"
CLAIMED: Final = f"{_OPERATIONS}.provisioning.provision:_provision"
LOOK: Final = f"{_OPERATIONS}.provisioning.provision:scan_inventory"
SIGN_IN: Final = "clusters.cloud.huawei.iam:sign_in"
CONNECT: Final = "clusters.cloud.huawei.connections:DeadlineConnection._connect_to"
SEND: Final = f"{_OPERATIONS}.provisioning.provision:_send"
GATE: Final = f"{_OPERATIONS}.provisioning.gate:Gate.__call__"
SAVE: Final = f"{_OPERATIONS}.provisioning.provision:save_answer"
SORT: Final = f"{_OPERATIONS}.provisioning.provision:apply_result"
COMMIT: Final = "django.db.backends.base.base:BaseDatabaseWrapper._commit"
STATEMENT: Final = "django.db.backends.utils:CursorWrapper.execute"
