"""The place that requests of a cloud project are sent to; part of every approval."""

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """
    Region, addresses, account, project and enterprise project of the cloud.

    An approval holds for one place. A cloud project keeps its place from the first
    approval on (`clusters.operations.projects.places`).
    """

    region: str
    iam_url: str
    css_url: str
    vpc_url: str
    """The three addresses are scheme://host[:port], without a path."""
    domain_name: str
    """Name of the account, which IAM calls domain."""
    project_id: str
    """Empty until the first sign-in has returned it."""
    enterprise_project_id: str = ""
    """A UUID, 0 for the default enterprise project, or empty where none was named."""

    @property
    def fingerprint(self) -> str:
        """
        Return the SHA-256 of the place as 64 hexadecimal digits.

        Empty while the project id is not known: nothing can be approved for a place
        that is not complete.
        """
        if not self.project_id:
            return ""
        values = asdict(self)
        # Fingerprints that were stored before the field existed must stay the same.
        if not self.enterprise_project_id:
            del values["enterprise_project_id"]
        text = json.dumps(values, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
