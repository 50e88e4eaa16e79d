"""Where requests of a cloud project are sent: a value that is part of each approval."""

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """
    Region, addresses, account and project of the cloud.

    `project_id` is empty until the first sign-in has told it.
    """

    region: str
    iam_url: str
    css_url: str
    vpc_url: str
    domain_name: str
    project_id: str

    @property
    def fingerprint(self) -> str:
        """
        Return the SHA-256 of the place, 64 hexadecimal digits.

        Empty while the project id is not known: such a place is not complete, and
        nothing can be approved for it.
        """
        if not self.project_id:
            return ""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
