"""The clouds that offer this API do not all spell it the same way."""

from enum import StrEnum


class Dialect(StrEnum):
    """
    How a cloud is spoken to; no part of a place, so it may change at any time.

    HUAWEI: `/es-flavors`, 403 CSS.0015 for an unknown cluster, 400 CSS.5050. OTC is Open
    Telekom Cloud: `/flavors` (its SDKs ask there, its documents name the other), 404 for
    an unknown cluster, 409 CSS.5050, no `/disktypes`. Answers are read by their codes in
    both; what differs is what is asked, and what a 404 proves.
    """

    HUAWEI = "huawei"
    OTC = "otc"
