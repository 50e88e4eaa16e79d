"""HTTP to the cloud: one session that reads, one that writes, each call bounded."""

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
"""The most bytes of an answer that are kept, after unpacking."""

_CHUNK = 64 * 1024
_HEADERS = {"Accept": "application/json", "X-Language": "en-us"}
_TROUBLE = (requests.RequestException, HTTPError, OSError)
_WIRE_ERRORS = (*_TROUBLE, HTTPException)

log = logging.getLogger(__name__)


class CloudHttp:
    """
    The wire. Neither session follows a redirect, keeps a cookie or trusts the system.

    `connect_timeout` and `read_timeout` are seconds; together they are the longest that
    one call may take, repeats included. `ca_file` replaces certifi's bundle. `hosts`
    names those that need no https and no public address; a proxy resolves by itself, so
    that with one only the URL's text is looked at. `adapter` replaces the network, for
    a simulator in the same process.
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
        self._reads = _session(ca_file, proxy, adapter or _reading(pool_size, hosts))
        self._writes = _session(ca_file, proxy, adapter or _writing(pool_size, hosts))

    def get(
        self, url: str, *, auth: AuthBase, params: Mapping[str, str | int]
    ) -> CloudResponse:
        """
        GET, repeated where that is safe and fits into the call.

        :raises CloudUnavailable: if no answer came
        :raises HostRefused: if the address is not allowed
        """
        request = requests.Request("GET", url, params=dict(params), auth=auth)
        return self._call(self._reads, request, limit=READ_LIMIT)

    def post(
        self, url: str, *, body: bytes | GatedBody, auth: AuthBase | None = None
    ) -> CloudResponse:
        """
        POST once, never repeated.

        :raises CloudUnavailable: if no answer came; whether something was sent, only
            the gated body knows
        :raises HostRefused: if the address is not allowed; nothing was sent
        """
        headers = {"Content-Type": "application/json"}
        request = requests.Request("POST", url, headers, data=body, auth=auth)
        return self._call(self._writes, request, limit=WRITE_LIMIT)

    def delete(self, url: str, *, auth: AuthBase) -> CloudResponse:
        """
        DELETE once; the caller may repeat it, since a second one finds nothing.

        :raises CloudUnavailable: if no answer came
        :raises HostRefused: if the address is not allowed
        """
        request = requests.Request("DELETE", url, auth=auth)
        return self._call(self._writes, request, limit=WRITE_LIMIT)

    def close(self) -> None:
        """Close idle connections."""
        self._reads.close()
        self._writes.close()

    def _call(
        self, session: requests.Session, request: requests.Request, *, limit: int
    ) -> CloudResponse:
        began = time.monotonic()
        with CallDeadline(sum(self._timeouts)) as call:
            try:
                answer = self._send(session, request, limit=limit)
            except HostRefused:
                _log("cloud.host_refused", request, began, url=_origin_of(request))
                raise
            except _TROUBLE as error:
                reason = self._reason(error, call)
                _log("cloud.unanswered", request, began, error=type(error).__name__)
                # Not chained: the error holds the request, and that holds the token.
                raise CloudUnavailable(reason) from None
        request_id = answer.headers.get("X-Request-Id", "")[:128]
        _log(
            "cloud.called",
            request,
            began,
            status=answer.status,
            cloud_request_id=request_id,
        )
        return answer

    def _send(
        self, session: requests.Session, request: requests.Request, *, limit: int
    ) -> CloudResponse:
        # Before the token is put in: an address that is refused gets nobody to sign in.
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

    def _reason(self, error: Exception, call: CallDeadline) -> str:
        if call.has_passed:
            return f"No complete answer within {sum(self._timeouts):g} seconds"
        return redacted(_describe(error), self._proxy_secrets)


class _Session(requests.Session):
    """A session for which a redirect is an answer like any other."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None: requests would load the whole body of a redirect to look on."""
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


def _reading(pool_size: int, hosts: AllowedHosts) -> BaseAdapter:
    # 429 is not repeated here: its pause belongs to the whole cloud project.
    repeats = DeadlineRetry(
        total=3,
        other=0,
        allowed_methods={"GET"},
        status_forcelist=(502, 503, 504),
        backoff_factor=0.5,
        raise_on_status=False,
        respect_retry_after_header=False,
    )
    return DeadlineAdapter(pool_size, hosts=hosts, max_retries=repeats)


def _writing(pool_size: int, hosts: AllowedHosts) -> BaseAdapter:
    # Whoever changes this makes a second cluster: see docs/architecture.md.
    return DeadlineAdapter(pool_size, hosts=hosts, max_retries=Retry(0, read=False))


def _body_of(response: requests.Response, limit: int) -> tuple[bytes, str]:
    """
    Return the unpacked body, and why it is not whole, or an empty string.

    Read as it comes, so that what came before a break is kept for a person to read.
    """
    body = bytearray()
    try:
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > limit:
                return bytes(body[:limit]), f"The answer is longer than {limit} bytes"
    except _TROUBLE as error:
        return bytes(body), _describe(error)
    if not body and _may_have_broken_off(response):
        return b"", "The answer broke off before its body"
    return bytes(body), ""


def _may_have_broken_off(response: requests.Response) -> bool:
    """Whether nothing tells that the body is empty; a head may end anywhere."""
    headers = response.headers
    is_told = "Content-Length" in headers or "Transfer-Encoding" in headers
    return not is_told and response.status_code not in (204, 304)


def _describe(error: BaseException) -> str:
    """Name the error and the words of what is at the bottom of it, for a database."""
    root = error
    while isinstance(deeper := root.__cause__ or root.__context__, _WIRE_ERRORS):
        root = deeper
    return clean(f"{type(error).__name__}: {root or type(root).__name__}")[:500]


def _secrets_of(proxy: str) -> tuple[str, ...]:
    password = urlsplit(proxy).password or ""
    return (password, unquote(password))


def _origin_of(request: requests.Request) -> str:
    return "/".join(str(request.url).split("/")[:3])


def _log(
    event: str, request: requests.Request, began: float, **facts: str | int
) -> None:
    log.info(
        event,
        extra={
            "method": request.method,
            "path": urlsplit(str(request.url)).path,
            "duration_ms": round((time.monotonic() - began) * 1000),
            **facts,
        },
    )
