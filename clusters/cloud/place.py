"""Where requests of a cloud project are sent: a value that is part of each approval."""

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """
    Region, addresses, account and project of the cloud, and the enterprise project.

    `project_id` is empty until the first sign-in has told it. `enterprise_project_id`
    is a UUID, "0" for the default one, or empty where none was named.
    """

    region: str
    iam_url: str
    css_url: str
    vpc_url: str
    domain_name: str
    project_id: str
    enterprise_project_id: str = ""

    @property
    def fingerprint(self) -> str:
        """
        Return the SHA-256 of the place, 64 hexadecimal digits.

        Empty while the project id is not known: such a place is not complete, and
        nothing can be approved for it.
        """
        if not self.project_id:
            return ""
        said = asdict(self)
        # A place that names none keeps the fingerprint that it was approved with, before
        # a place could name one.
        if not self.enterprise_project_id:
            del said["enterprise_project_id"]
        text = json.dumps(said, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
