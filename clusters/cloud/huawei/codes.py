"""
The 181 documented error codes of CSS, each with its meaning and its class.

Sources: CSS API Reference, Error Codes, in its editions of 2026 and of 2021; for the API
gateway, the error codes of its signing guide; for tokens, IAM API Reference, Error Codes.
The two editions differ in statuses and meanings of some codes (CSS.5050 was a 409 and is
a 400), so the portal decides by the code and uses the status for unlisted codes only.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class CodeClass(StrEnum):
    """The kind of problem that an error code reports, and so what helps."""

    INPUT = "INPUT"
    """A value of the request is wrong: change the request."""
    AUTH = "AUTH"
    """The token is not valid: sign in again."""
    PERM = "PERM"
    """The account or the user has no permission."""
    QUOTA = "QUOTA"
    """A quota is used up."""
    STOCK = "STOCK"
    """Sold out."""
    EXISTS = "EXISTS"
    """The name, or the resource, exists already."""
    BUSY = "BUSY"
    """Another operation is in progress: repeat later."""
    GONE = "GONE"
    """The resource does not exist, or the user has no permission to see it."""
    SERVER = "SERVER"
    """A fault of the cloud itself."""
    ASYNC = "ASYNC"
    """Reported later, in `failedReason` of a cluster."""
    OTHER = "OTHER"
    """Of calls that the portal does not make."""


@dataclass(frozen=True)
class ErrorCode:
    """
    One error code of the editions of 2026 and of 2021.

    :ivar status: HTTP status by the edition of 2026; None if that lacks the code
    :ivar status_2021: the same by the edition of 2021; 0 where it gives none, because
        the code occurs in `failedReason` only
    :ivar meaning: what the vendor says of it, shortened
    """

    code: str
    status: int | None
    status_2021: int | None
    code_class: CodeClass
    meaning: str


def class_of(code: str) -> CodeClass | None:
    """Return the class of a code such as CSS.1112, None for one that is not listed."""
    found = ERROR_CODES.get(code)
    return found.code_class if found else None


def is_gateway_code(code: str) -> bool:
    """
    Whether the code is one of the API gateway, which answers before CSS is called.

    The prefix is APIGW. or, from some services, APIG. (observed).
    """
    return _GATEWAY.fullmatch(code) is not None


def is_gateway_token_code(code: str) -> bool:
    """
    Whether the code is one by which the gateway refuses a token.

    0301: cannot be verified, 0305: not valid, 0307: expired, or of another region.
    """
    return is_gateway_code(code) and code.partition(".")[2] in _GATEWAY_TOKEN_NUMBERS


def is_token_code(code: str) -> bool:
    """Whether the code is one by which the gateway, CSS or IAM refuses a token."""
    return is_gateway_token_code(code) or code in _TOKEN_CODES


_GATEWAY = re.compile(r"APIGW?\.\d{4}", re.ASCII)
_GATEWAY_TOKEN_NUMBERS = frozenset({"0301", "0305", "0307"})
_TOKEN_CODES = frozenset({"CSS.0045", "IAM.0001", "IAM.0066", "IAM.0067"})

_INPUT, _AUTH, _PERM = CodeClass.INPUT, CodeClass.AUTH, CodeClass.PERM
_QUOTA, _STOCK, _EXISTS = CodeClass.QUOTA, CodeClass.STOCK, CodeClass.EXISTS
_BUSY, _GONE, _SERVER = CodeClass.BUSY, CodeClass.GONE, CodeClass.SERVER
_ASYNC, _OTHER = CodeClass.ASYNC, CodeClass.OTHER

# One code a line, whatever its length, to be compared with the vendor's table.
# fmt: off
_TABLE: Final = (
    ErrorCode("CSS.0001", 400, 400, _INPUT, "a parameter is wrong; detail is in brackets at the end of the message"),
    ErrorCode("CSS.0002", 404, None, _GONE, "instance not found"),
    ErrorCode("CSS.0004", 415, None, _INPUT, "operation not legal in this state"),
    ErrorCode("CSS.0005", 500, 500, _SERVER, "server fault"),
    ErrorCode("CSS.0006", 400, 400, _INPUT, "empty request body"),
    ErrorCode("CSS.0007", 404, None, _SERVER, "VM record missing"),
    ErrorCode("CSS.0010", 403, None, _PERM, "instance or user id missing, or not authorised"),
    ErrorCode("CSS.0011", 202, 202, _BUSY, "another operation is running on the cluster, or it is faulty (also seen with HTTP 409)"),
    ErrorCode("CSS.0012", 409, None, _BUSY, "cluster has a standby instance"),
    ErrorCode("CSS.0015", 403, 403, _GONE, "resource unknown OR access denied (this is what GET returns for a deleted cluster)"),
    ErrorCode("CSS.0016", 404, None, _GONE, "resource not found (seen for a wrong KMS key / resource)"),
    ErrorCode("CSS.0017", 400, None, _INPUT, "wrong upper/lower case in a parameter"),
    ErrorCode("CSS.0021", 400, None, _PERM, "account frozen"),
    ErrorCode("CSS.0022", 404, 404, _GONE, "instance missing or deleted"),
    ErrorCode("CSS.0023", 419, None, _STOCK, "not enough resources in the cloud"),
    ErrorCode("CSS.0026", 400, None, _OTHER, "log too large"),
    ErrorCode("CSS.0028", 404, None, _GONE, "object missing"),
    ErrorCode("CSS.0029", 409, None, _BUSY, "object still being created"),
    ErrorCode("CSS.0030", 413, None, _QUOTA, "snapshot quota reached"),
    ErrorCode("CSS.0031", 409, None, _EXISTS, "object already there"),
    ErrorCode("CSS.0032", None, 403, _PERM, "user may not do this (listed only in the 2021 table)"),
    ErrorCode("CSS.0036", 400, None, _SERVER, "internal error; in practice also the answer to an absent datastore block"),
    ErrorCode("CSS.0040", 422, None, _INPUT, "parameter cannot be processed"),
    ErrorCode("CSS.0043", 409, None, _EXISTS, "snapshot name in use"),
    ErrorCode("CSS.0045", None, 400, _AUTH, "token wrong: fetch a new one (note HTTP 400, listed only in the 2021 table)"),
    ErrorCode("CSS.0047", 400, None, _GONE, "cluster missing or deleted"),
    ErrorCode("CSS.0048", 400, None, _INPUT, "OBS bucket missing or not readable"),
    ErrorCode("CSS.0050", 400, None, _INPUT, "admin password breaks the rules"),
    ErrorCode("CSS.0051", 400, None, _PERM, "IAM policy does not allow the named action"),
    ErrorCode("CSS.0052", 400, None, _QUOTA, "CPU quota used up"),
    ErrorCode("CSS.0053", 400, None, _QUOTA, "node/instance resource quota used up"),
    ErrorCode("CSS.0054", 400, None, _QUOTA, "memory quota used up"),
    ErrorCode("CSS.0055", 400, None, _QUOTA, "disk count quota used up"),
    ErrorCode("CSS.0060", 400, None, _QUOTA, "disk capacity quota used up"),
    ErrorCode("CSS.0061", 400, None, _QUOTA, "EIP quota used up"),
    ErrorCode("CSS.0062", 400, None, _QUOTA, "ELB quota used up"),
    ErrorCode("CSS.0063", 400, None, _QUOTA, "VPC endpoint quota used up"),
    ErrorCode("CSS.0064", 400, None, _QUOTA, "no free IP addresses in the subnet"),
    ErrorCode("CSS.0065", 400, None, _STOCK, "disk type sold out"),
    ErrorCode("CSS.0066", 400, None, _INPUT, "password not valid"),
    ErrorCode("CSS.0068", 400, None, _STOCK, "flavor sold out"),
    ErrorCode("CSS.0069", 400, None, _STOCK, "disk sold out (second code for the same thing)"),
    ErrorCode("CSS.0070", 400, None, _INPUT, "site has no enterprise projects"),
    ErrorCode("CSS.0071", 400, None, _INPUT, "bandwidth value not allowed"),
    ErrorCode("CSS.0072", 400, None, _PERM, "SMN agency could not be created"),
    ErrorCode("CSS.0074", 400, None, _INPUT, "needs 3 or more data nodes incl. cold"),
    ErrorCode("CSS.0075", 400, None, _OTHER, "target flavor not supported"),
    ErrorCode("CSS.0076", 400, None, _INPUT, "node role type not known"),
    ErrorCode("CSS.0077", 400, None, _BUSY, "cluster is being scaled"),
    ErrorCode("CSS.0078", 400, None, _BUSY, "state does not allow upgrade"),
    ErrorCode("CSS.0080", 400, None, _PERM, "default agency exists but may lack permissions"),
    ErrorCode("CSS.0081", 400, None, _PERM, "agency could not be created (no permission)"),
    ErrorCode("CSS.0082", 400, None, _OTHER, "record missing"),
    ErrorCode("CSS.0083", 400, None, _OTHER, "some indexes lack a backup"),
    ErrorCode("CSS.1004", 500, None, _SERVER, "database service fault"),
    ErrorCode("CSS.1102", 409, None, _EXISTS, "instance name in use"),
    ErrorCode("CSS.1103", 404, None, _GONE, "instance missing"),
    ErrorCode("CSS.1111", 400, None, _INPUT, "scale-out parameters wrong"),
    ErrorCode("CSS.1112", 400, 400, _QUOTA, "instance count quota reached"),
    ErrorCode("CSS.1119", 400, None, _OTHER, "Kibana public access already on"),
    ErrorCode("CSS.1120", 400, None, _OTHER, "Kibana public access not on"),
    ErrorCode("CSS.1122", 400, None, _OTHER, "turn public access off before changing security mode"),
    ErrorCode("CSS.1123", 400, None, _OTHER, "turn Kibana public access off before changing security mode"),
    ErrorCode("CSS.2026", 400, None, _INPUT, "password judged weak (dictionary check)"),
    ErrorCode("CSS.3004", 409, None, _BUSY, "backup running"),
    ErrorCode("CSS.3011", 400, 400, _INPUT, "keepday outside 1-90 or not an integer"),
    ErrorCode("CSS.3016", 400, None, _BUSY, "backup being deleted"),
    ErrorCode("CSS.3026", 400, None, _OTHER, "backup file missing"),
    ErrorCode("CSS.3027", 404, 404, _GONE, "cluster missing"),
    ErrorCode("CSS.3030", 400, None, _INPUT, "new volume smaller than old"),
    ErrorCode("CSS.5002", 400, None, _INPUT, "datastore.type not valid"),
    ErrorCode("CSS.5003", 400, None, _INPUT, "datastore.version not valid"),
    ErrorCode("CSS.5004", 400, None, _INPUT, "datastore block missing"),
    ErrorCode("CSS.5005", 400, None, _INPUT, "type/version pair not offered here"),
    ErrorCode("CSS.5006", 400, None, _INPUT, "flavor illegal"),
    ErrorCode("CSS.5007", 400, 400, _INPUT, "flavor unknown"),
    ErrorCode("CSS.5008", 400, None, _INPUT, "volume type illegal"),
    ErrorCode("CSS.5009", 400, 400, _INPUT, "volume size out of range"),
    ErrorCode("CSS.5011", 400, None, _INPUT, "AZ illegal"),
    ErrorCode("CSS.5012", 404, None, _INPUT, "region or AZ unknown"),
    ErrorCode("CSS.5014", None, 400, _INPUT, "vpcId malformed (2021 table)"),
    ErrorCode("CSS.5015", None, 400, _INPUT, "subnet id malformed (2021 table)"),
    ErrorCode("CSS.5017", 400, None, _INPUT, "automatic backup retention outside 1-90"),
    ErrorCode("CSS.5018", 400, None, _INPUT, "backup period not whole hour plus zone"),
    ErrorCode("CSS.5020", 400, None, _INPUT, "backup start time wrong"),
    ErrorCode("CSS.5021", 400, 400, _INPUT, "VPC unknown or foreign"),
    ErrorCode("CSS.5022", 404, None, _INPUT, "subnet unknown or not in the VPC"),
    ErrorCode("CSS.5023", 400, 400, _INPUT, "security group unknown or foreign"),
    ErrorCode("CSS.5033", 400, None, _INPUT, "volume size not the required multiple"),
    ErrorCode("CSS.5036", 400, 400, _INPUT, "datastore/engine unknown"),
    ErrorCode("CSS.5037", 400, None, _INPUT, "parameter unknown"),
    ErrorCode("CSS.5038", 400, None, _INPUT, "parameter out of range"),
    ErrorCode("CSS.5039", 400, None, _INPUT, "parameter given twice"),
    ErrorCode("CSS.5042", 404, None, _GONE, "source instance missing"),
    ErrorCode("CSS.5044", 400, None, _INPUT, "snapshot prefix wrong"),
    ErrorCode("CSS.5045", 403, None, _PERM, "tenant may not do this (frozen or no right)"),
    ErrorCode("CSS.5046", 400, None, _INPUT, "nics missing"),
    ErrorCode("CSS.5047", 400, 400, _INPUT, "instance count not allowed"),
    ErrorCode("CSS.5048", 400, None, _INPUT, "extended parameters wrong"),
    ErrorCode("CSS.5049", 400, None, _INPUT, "cluster name not valid"),
    ErrorCode("CSS.5050", 400, 409, _EXISTS, "cluster name already in use"),
    ErrorCode("CSS.5051", 400, None, _INPUT, "IP address not valid"),
    ErrorCode("CSS.5052", 400, 400, _INPUT, "availability_zone value illegal"),
    ErrorCode("CSS.5055", 400, 400, _INPUT, "flavor id/name not valid"),
    ErrorCode("CSS.5056", 400, None, _INPUT, "string length wrong"),
    ErrorCode("CSS.5057", 400, None, _INPUT, "cluster name has bad characters or bad length"),
    ErrorCode("CSS.5059", 400, None, _OTHER, "database user name wrong"),
    ErrorCode("CSS.5061", 400, 400, _INPUT, "volume type not allowed"),
    ErrorCode("CSS.5063", 400, None, _OTHER, "\"Specific\" field wrong"),
    ErrorCode("CSS.5068", 400, None, _INPUT, "disk parameters wrong"),
    ErrorCode("CSS.5069", 400, None, _INPUT, "node count wrong"),
    ErrorCode("CSS.5071", None, 400, _INPUT, "disk type does not match server config (2021 table)"),
    ErrorCode("CSS.5072", None, 400, _INPUT, "security group id malformed (2021 table)"),
    ErrorCode("CSS.5073", 400, None, _OTHER, "this role cannot be restarted alone"),
    ErrorCode("CSS.5074", 400, 400, _INPUT, "subnet not inside the VPC"),
    ErrorCode("CSS.5077", 400, 400, _INPUT, "cluster name not valid"),
    ErrorCode("CSS.5078", 400, 400, _INPUT, "disk size not allowed"),
    ErrorCode("CSS.5087", 400, None, _INPUT, "different disk specs within one role"),
    ErrorCode("CSS.5088", 400, None, _INPUT, "SSL setting differs between parts"),
    ErrorCode("CSS.5090", 400, None, _BUSY, "status does not allow this now"),
    ErrorCode("CSS.5091", 400, None, _QUOTA, "node count at upper limit"),
    ErrorCode("CSS.5092", 400, 400, _INPUT, "storage information wrong"),
    ErrorCode("CSS.5093", 400, 400, _INPUT, "node specification wrong"),
    ErrorCode("CSS.5094", 400, None, _INPUT, "scale-out role wrong"),
    ErrorCode("CSS.5095", 400, None, _INPUT, "role does not support this (local disk)"),
    ErrorCode("CSS.5098", 400, None, _INPUT, "publicBindType wrong"),
    ErrorCode("CSS.5106", 400, None, _INPUT, "instance type wrong"),
    ErrorCode("CSS.5107", 400, None, _OTHER, "cluster mode wrong"),
    ErrorCode("CSS.5108", 415, None, _OTHER, "operation not supported"),
    ErrorCode("CSS.5110", 400, None, _OTHER, "parameter groups differ within a role"),
    ErrorCode("CSS.5111", 400, None, _OTHER, "backup id missing"),
    ErrorCode("CSS.5130", 400, 412, _INPUT, "agency name not valid"),
    ErrorCode("CSS.5134", 400, None, _INPUT, "master node count must be odd"),
    ErrorCode("CSS.5135", 400, None, _INPUT, "disk size must be a multiple of 20"),
    ErrorCode("CSS.5137", 400, None, _INPUT, "tag key wrong"),
    ErrorCode("CSS.5138", 400, None, _INPUT, "tag value wrong"),
    ErrorCode("CSS.5140", 400, None, _BUSY, "cluster does not support this"),
    ErrorCode("CSS.5141", 400, None, _OTHER, "tag missing"),
    ErrorCode("CSS.5157", None, 400, _INPUT, "VPC has no CIDR / subnet (2021 table)"),
    ErrorCode("CSS.5158", 400, None, _OTHER, "EIP not bound"),
    ErrorCode("CSS.5159", 400, None, _OTHER, "EIP already bound"),
    ErrorCode("CSS.5160", 400, None, _SERVER, "EIP bind failed"),
    ErrorCode("CSS.5164", 400, None, _SERVER, "white list update failed"),
    ErrorCode("CSS.5167", 400, None, _INPUT, "no ess (data) role given"),
    ErrorCode("CSS.5169", 400, None, _INPUT, "version has no security mode"),
    ErrorCode("CSS.5170", 400, None, _INPUT, "volume sent with a local-disk flavor"),
    ErrorCode("CSS.5171", 400, None, _INPUT, "httpsEnable true with authorityEnable false"),
    ErrorCode("CSS.5172", 400, None, _INPUT, "fewer nodes than AZs"),
    ErrorCode("CSS.5174", 400, None, _BUSY, "VPC lookup failed, may be transient"),
    ErrorCode("CSS.5177", 400, None, _INPUT, "httpsEnable missing"),
    ErrorCode("CSS.5178", 400, None, _INPUT, "time zone in period wrong"),
    ErrorCode("CSS.5180", 400, None, _OTHER, "Kibana public access off"),
    ErrorCode("CSS.5181", 400, None, _OTHER, "white list empty"),
    ErrorCode("CSS.5182", 400, None, _OTHER, "VPC endpoint service off"),
    ErrorCode("CSS.5301", 400, None, _PERM, "cluster frozen"),
    ErrorCode("CSS.5302", 400, None, _INPUT, "payModel wrong"),
    ErrorCode("CSS.5303", 400, None, _INPUT, "period (subscription) wrong"),
    ErrorCode("CSS.5304", 400, None, _INPUT, "isAutoRenew wrong"),
    ErrorCode("CSS.5305", 400, None, _INPUT, "isAutoPay wrong"),
    ErrorCode("CSS.5306", 400, None, _BUSY, "unpaid order exists"),
    ErrorCode("CSS.5307", 400, None, _BUSY, "order in progress"),
    ErrorCode("CSS.5308", 400, None, _INPUT, "bandwidth over limit"),
    ErrorCode("CSS.5310", 400, None, _INPUT, "public access needs httpsEnable; Kibana public access needs authorityEnable"),
    ErrorCode("CSS.5313", 400, None, _PERM, "VPC endpoint role missing"),
    ErrorCode("CSS.6000", 400, 0, _ASYNC, "cluster creation failed"),
    ErrorCode("CSS.6001", 400, 0, _ASYNC, "scale-out failed"),
    ErrorCode("CSS.6002", None, 0, _ASYNC, "2021 error table: EIP bind failed; detail/list pages: restart failed (docs disagree)"),
    ErrorCode("CSS.6003", 400, 0, _ASYNC, "restore failed"),
    ErrorCode("CSS.6004", 400, 0, _ASYNC, "node creation failed; new message embeds an ECS error code"),
    ErrorCode("CSS.6005", None, 0, _ASYNC, "service initialisation failed"),
    ErrorCode("CSS.6006", None, 0, _ASYNC, "flavor change failed"),
    ErrorCode("CSS.6007", None, 0, _ASYNC, "password reset failed"),
    ErrorCode("CSS.6008", None, 0, _ASYNC, "yml update failed"),
    ErrorCode("CSS.6009", 400, 0, _ASYNC, "snapshot creation failed"),
    ErrorCode("CSS.6010", None, 0, _ASYNC, "restore failed, OBS object gone"),
    ErrorCode("CSS.6011", None, 0, _ASYNC, "snapshot failed, bucket gone"),
    ErrorCode("CSS.6012", 400, 0, _ASYNC, "restore failed, OBS object/bucket gone"),
    ErrorCode("CSS.6013", 400, 0, _BUSY, "parameters locked while another operation runs"),
    ErrorCode("CSS.6014", 400, 0, _INPUT, "contains parameters that cannot be changed"),
    ErrorCode("CSS.6015", 400, 0, _INPUT, "parameters are not YAML"),
    ErrorCode("CSS.9999", 500, 500, _SERVER, "request processing failed"),
)
# fmt: on

ERROR_CODES: Final = {entry.code: entry for entry in _TABLE}
"""Every documented code. For any other one the HTTP status decides."""
