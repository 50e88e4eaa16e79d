"""Groups of columns of a cloud project that several operations use."""

from typing import Final

ADDRESS_FIELDS: Final = ("iam_url", "css_url", "vpc_url")
"""The password is sent to the first, a token to each of them."""

SECRET_IS_FOR: Final = (*ADDRESS_FIELDS, "domain_name", "username")
"""
Columns that the password is encrypted for; to change one, it has to be typed again.

The user name is among them: otherwise somebody who does not know the password could send
it for other users of the account until IAM locks them.
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
"""Columns of the place; `project_name` stands for the id until a login has told it."""
