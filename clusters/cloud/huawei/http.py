"""
HTTP to the cloud: a session for reads with retries, a session for writes without.

Each call has a deadline, a limit on the size of its response and one line in the log.
"""

import logging
import time
from collections.abc import Mapping
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Final
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.auth import AuthBase
from urllib3 import Retry
from urllib3.exceptions import HTTPError

from clusters.cloud.errors import CloudUnavailable, HostRefused
from clusters.cloud.hosts import ONLY_PUBLIC, AllowedHosts
from clusters.cloud.huawei.connections import DeadlineAdapter, DeadlineRetry
from clusters.cloud.huawei.deadlines import CallDeadline
from clusters.cloud.huawei.gated_body import GatedBody
from clusters.cloud.huawei.redaction import redacted
from clusters.cloud.huawei.responses import CloudResponse, clean

READ_LIMIT: Final = 16 * 1024 * 1024
WRITE_LIMIT: Final = 1024 * 1024
"""The largest body that is read, in bytes after decompression."""

_CHUNK = 64 * 1024
_HEADERS = {"Accept": "application/json", "X-Language": "en-us"}
_NETWORK_ERRORS = (requests.RequestException, HTTPError, OSError)
_LINKED_ERRORS = (*_NETWORK_ERRORS, HTTPException)

log = logging.getLogger(__name__)


class CloudHttp:
    """
    The two HTTP sessions of a process.

    Neither follows redirects, keeps cookies, nor reads proxies, certificates or passwords
    from the environment or from .netrc.

    :param connect_timeout: seconds for a connect
    :param read_timeout: seconds for a read; the sum of both is the deadline of a whole
        call, retries included
    :param ca_file: a bundle of certificates instead of certifi's
    :param proxy: URL of a proxy. It resolves names by itself, so with a proxy only the
        text of a URL is checked against `hosts`
    :param hosts: the hosts that need neither https nor a public address
    :param adapter: replaces the network, for a simulator in the same process
    """

    def __init__(
        self,
        *,
        connect_timeout: float,
        read_timeout: float,
        ca_file: str = "",
        proxy: str = "",
        pool_size: int = 32,
        hosts: AllowedHosts = ONLY_PUBLIC,
        adapter: BaseAdapter | None = None,
    ) -> None:
        self._hosts = hosts
        self._timeouts = (connect_timeout, read_timeout)
        self._proxy_secrets = _secrets_of(proxy)
        self._read_session = _session(
            ca_file, proxy, adapter or _read_adapter(pool_size, hosts)
        )
        self._write_session = _session(
            ca_file, proxy, adapter or _write_adapter(pool_size, hosts)
        )

    def get(
        self, url: str, *, auth: AuthBase, params: Mapping[str, str | int]
    ) -> CloudResponse:
        """
        GET, repeated up to three times after a network error, 502, 503 or 504.

        :raises CloudUnavailable: if no response came before the deadline
        :raises HostRefused: if the address is not allowed
        """
        request = requests.Request("GET", url, params=dict(params), auth=auth)
        return self._call(self._read_session, request, limit=READ_LIMIT)

    def post(
        self, url: str, *, body: bytes | GatedBody, auth: AuthBase | None = None
    ) -> CloudResponse:
        """
        POST once; never repeated.

        :raises CloudUnavailable: if no response came. The server may have executed the
            call: whether something was sent, `GatedBody.was_read` tells
        :raises HostRefused: if the address is not allowed; nothing was sent
        """
        headers = {"Content-Type": "application/json"}
        request = requests.Request("POST", url, headers, data=body, auth=auth)
        return self._call(self._write_session, request, limit=WRITE_LIMIT)

    def delete(self, url: str, *, auth: AuthBase) -> CloudResponse:
        """
        DELETE once; the caller may repeat it, since it is idempotent.

        :raises CloudUnavailable: if no response came
        :raises HostRefused: if the address is not allowed
        """
        request = requests.Request("DELETE", url, auth=auth)
        return self._call(self._write_session, request, limit=WRITE_LIMIT)

    def close(self) -> None:
        """Close idle connections."""
        self._read_session.close()
        self._write_session.close()

    def _call(
        self, session: requests.Session, request: requests.Request, *, limit: int
    ) -> CloudResponse:
        began = time.monotonic()
        with CallDeadline(sum(self._timeouts)) as call:
            try:
                response = self._send(session, request, limit=limit)
            except HostRefused:
                _log("cloud.host_refused", request, began, url=_origin_of(request))
                raise
            except _NETWORK_ERRORS as error:
                reason = self._failure_reason(error, call)
                _log("cloud.unanswered", request, began, error=type(error).__name__)
                # Not chained: the error holds the request, and thereby the token.
                raise CloudUnavailable(reason) from None
        request_id = response.headers.get("X-Request-Id", "")[:128]
        _log(
            "cloud.called",
            request,
            began,
            status=response.status,
            cloud_request_id=request_id,
        )
        return response

    def _send(
        self, session: requests.Session, request: requests.Request, *, limit: int
    ) -> CloudResponse:
        # Before the request is prepared, which may make a login.
        if not self._hosts.allow_url(str(request.url)):
            raise HostRefused
        prepared = session.prepare_request(request)
        with session.send(
            prepared,
            timeout=self._timeouts,
            proxies=session.proxies,
            verify=session.verify,
            stream=True,
            allow_redirects=False,
        ) as response:
            body, fault = _body_of(response, limit)
        return CloudResponse(
            status=response.status_code,
            headers=response.headers,
            body=body,
            fault=redacted(fault, self._proxy_secrets),
        )

    def _failure_reason(self, error: Exception, call: CallDeadline) -> str:
        if call.has_passed:
            return f"No complete answer within {sum(self._timeouts):g} seconds"
        return redacted(_describe(error), self._proxy_secrets)


class _Session(requests.Session):
    """A session that treats a redirect like any other response."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None: otherwise `requests` reads the body of a redirect, of any size."""
        del resp


def _session(ca_file: str, proxy: str, adapter: BaseAdapter) -> _Session:
    session = _Session()
    session.trust_env = False
    session.verify = ca_file or True
    session.proxies = {"http": proxy, "https": proxy} if proxy else {}
    session.headers.update(_HEADERS)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _read_adapter(pool_size: int, hosts: AllowedHosts) -> BaseAdapter:
    # 429 is not repeated here: its pause applies to the whole cloud project.
    retries = DeadlineRetry(
        total=3,
        other=0,
        allowed_methods={"GET"},
        status_forcelist=(502, 503, 504),
        backoff_factor=0.5,
        raise_on_status=False,
        respect_retry_after_header=False,
    )
    return DeadlineAdapter(pool_size, hosts=hosts, max_retries=retries)


def _write_adapter(pool_size: int, hosts: AllowedHosts) -> BaseAdapter:
    # A retry here would create a second cluster: see docs/architecture.md.
    return DeadlineAdapter(pool_size, hosts=hosts, max_retries=Retry(0, read=False))


def _body_of(response: requests.Response, limit: int) -> tuple[bytes, str]:
    """
    Return the decompressed body, and why it is incomplete, empty if it is complete.

    Read in pieces, so that the part before an interruption is kept for the operator.
    """
    body = bytearray()
    try:
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > limit:
                return bytes(body[:limit]), f"The answer is longer than {limit} bytes"
    except _NETWORK_ERRORS as error:
        return bytes(body), _describe(error)
    if not body and _may_be_truncated(response):
        return b"", "The answer broke off before its body"
    return bytes(body), ""


def _may_be_truncated(response: requests.Response) -> bool:
    """
    Whether an empty body may be due to a connection that broke within the headers.

    Without Content-Length and Transfer-Encoding a body ends with the connection
    (RFC 9112, 6.3), and so does a message that is cut off in its headers.
    """
    headers = response.headers
    has_length = "Content-Length" in headers or "Transfer-Encoding" in headers
    return not has_length and response.status_code not in (204, 304)


def _describe(error: BaseException) -> str:
    """Return the class of the error and the message of its first cause, to be stored."""
    root = error
    while isinstance(cause := root.__cause__ or root.__context__, _LINKED_ERRORS):
        root = cause
    return clean(f"{type(error).__name__}: {root or type(root).__name__}")[:500]


def _secrets_of(proxy: str) -> tuple[str, ...]:
    password = urlsplit(proxy).password or ""
    return (password, unquote(password))


def _origin_of(request: requests.Request) -> str:
    return "/".join(str(request.url).split("/")[:3])


def _log(
    event: str, request: requests.Request, began: float, **fields: str | int
) -> None:
    log.info(
        event,
        extra={
            "method": request.method,
            "path": urlsplit(str(request.url)).path,
            "duration_ms": round((time.monotonic() - began) * 1000),
            **fields,
        },
    )
