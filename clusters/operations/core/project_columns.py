"""Columns of a cloud project that several operations take together."""

from typing import Final

ADDRESS_FIELDS: Final = ("iam_url", "css_url", "vpc_url")
"""The first gets the password, all of them get a token."""

SECRET_IS_FOR: Final = (*ADDRESS_FIELDS, "domain_name", "username")
"""
Columns for which a password is entered and sealed; another value needs it typed again.

With the user: else somebody who does not know the password could try it on the users of
an account until IAM locks them.
"""

PLACE_FIELDS: Final = (
    "region",
    *ADDRESS_FIELDS,
    "domain_name",
    "project_name",
    "project_domain",
    "project_id",
    "enterprise_project_id",
)
"""Columns that say where a cloud project is; the project's name stands for its id."""
