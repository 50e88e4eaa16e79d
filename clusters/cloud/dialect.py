"""The spellings of the CSS API: clouds that offer it differ in some paths and answers."""

from enum import StrEnum


class Dialect(StrEnum):
    """
    How a cloud spells the API.

    Not part of a place (`clusters.cloud.place`), so it may be changed at any time.

    ===================  ================  =================================
    what                 HUAWEI            OTC (Open Telekom Cloud)
    ===================  ================  =================================
    flavors              `/es-flavors`     `/flavors`, which its SDKs call;
                                           its documents say `/es-flavors`
    disk types           `/disktypes`      not offered
    an unknown cluster   403 CSS.0015      404
    a name that is used  400 CSS.5050      409 CSS.5050
    ===================  ================  =================================

    Responses are classified by their error codes in both dialects. The dialect decides
    only which paths are called and what a 404 proves (`clusters.cloud.huawei.css`).
    """

    HUAWEI = "huawei"
    OTC = "otc"
