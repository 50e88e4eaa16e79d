"""
The client of one cloud project; implements `clusters.cloud.types.Cloud` over HTTP.

All calls but the create go through `TokenClient`, which repeats a call once with a new
token. The create is sent by this module, at most once.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from clusters.cloud.errors import (
    CloudRefused,
    CloudUnavailable,
)
from clusters.cloud.huawei import css, iam
from clusters.cloud.huawei.auth import Clock, TokenAuth, TokenStore, utc_now
from clusters.cloud.huawei.body import api_of, needs_password, with_password
from clusters.cloud.huawei.gated_body import GatedBody
from clusters.cloud.huawei.http import CloudHttp
from clusters.cloud.huawei.iam import Credentials
from clusters.cloud.huawei.json_object import JsonObject
from clusters.cloud.huawei.networks import Networks
from clusters.cloud.huawei.outcome import classify_response, not_sent, unknown
from clusters.cloud.huawei.regions import Endpoints
from clusters.cloud.huawei.token_client import (
    Query,
    TokenClient,
    cluster_gone,
    cluster_path,
    with_project,
)
from clusters.cloud.types import (
    CloudCluster,
    CloudFlavor,
    CloudSecurityGroup,
    CloudSubnet,
    CloudVpc,
    ClusterPage,
    CreateResult,
    GateCallback,
    Place,
    Token,
    ZoneDisks,
)
from clusters.cloud.unreadable import Note, unnoted

__all__ = ["Credentials", "Endpoints", "HuaweiCloud"]

log = logging.getLogger(__name__)

T = TypeVar("T")


class HuaweiCloud:
    """
    One cloud project: its endpoints, its IAM user, its token. Safe between threads.

    The list of clusters is never filtered by enterprise project: the call has no such
    parameter, the cloud shows what the user has permission to see.

    :param region: name of the region, which is part of the place
    :param tokens: the store of this cloud project's token
    :param margin_seconds: how long before its expiry a token is renewed
    :param clock: the current time in UTC, for tokens and for dates in Retry-After
    """

    def __init__(
        self,
        *,
        http: CloudHttp,
        region: str,
        endpoints: Endpoints,
        credentials: Credentials,
        tokens: TokenStore,
        margin_seconds: float = 300.0,
        clock: Clock = utc_now,
    ) -> None:
        self._http = http
        self._region = region
        self._endpoints = endpoints
        self._credentials = credentials
        self._tokens = tokens
        self._margin_seconds = margin_seconds
        self._clock = clock
        self._client = TokenClient(
            http=http,
            new_auth=self._auth,
            drop_token=tokens.drop,
            password=credentials.password,
            clock=clock,
        )
        self._networks = Networks(
            self._client, endpoints.vpc, credentials.enterprise_project_id
        )

    @property
    def place(self) -> Place:
        """The place that this client calls."""
        return Place(
            region=self._region,
            iam_url=self._endpoints.iam,
            css_url=self._endpoints.css,
            vpc_url=self._endpoints.vpc,
            domain_name=self._credentials.domain,
            project_id=self._credentials.project_id,
            enterprise_project_id=self._credentials.enterprise_project_id,
        )

    # -- creating ---------------------------------------------------------------------

    def create(
        self, body: bytes, *, gate: GateCallback, password: str = ""
    ) -> CreateResult:
        """
        POST the body of a create at most once, if `gate` does not raise.

        The body determines the version of the call. Never raises an Exception: after
        the gate was called, whether the body was read is what proves that something
        was sent or not, whatever the error.

        :param gate: called once, when the connection stands and the first byte is due
        :param password: takes the place of the reference in a body that has one. It is
            only in the bytes that are sent, and removed from all that the cloud says
        :return: the outcome; `not_sent_because` is what the gate raised, or a CloudError
            of the login or the network. A token that the response blames
            (`token_trouble`) is not dropped here: the caller records the result first
        """
        auth = self._auth()
        try:
            path = css.CREATE_PATHS[api_of(body)]
            token = auth.token()
            gated = GatedBody(_for_the_wire(body, password), gate)
        except Exception as error:  # noqa: BLE001 - every error means: not sent
            return self._not_sent(error, password)
        try:
            response = self._post(path, gated, auth, password)
        except Exception as error:  # noqa: BLE001 - `was_read` decides, not the error
            if gated.was_read:
                secrets = self._secrets(password, token)
                return unknown(error, token=token, secrets=secrets)
            return self._not_sent(gated.withheld_by or error, password)
        if not gated.was_read:
            # A server may respond before it has read the body.
            unread = CloudUnavailable("Answered without the body")
            return self._not_sent(unread, password)
        return response

    def _post(
        self, path: str, gated: GatedBody, auth: TokenAuth, password: str
    ) -> CreateResult:
        token = auth.token()
        url = self._endpoints.css + with_project(path, token)
        response = self._http.post(url, body=gated, auth=auth)
        secrets = self._secrets(password, token)
        return classify_response(
            response, token=token, secrets=secrets, now=self._clock()
        )

    def _not_sent(self, because: Exception, password: str) -> CreateResult:
        return not_sent(because, secrets=self._secrets(password))

    # -- reading ----------------------------------------------------------------------

    def list_page(self, *, start: int, limit: int) -> ClusterPage:
        """
        Return one page of the cluster list (CSS API Reference, Querying the Cluster List).

        :param start: number of the first row, from 1. Some pages of the reference name
            the parameter `offset`; all its examples and the SDKs send `start`
        :param limit: number of rows, 1 to 1,000
        :raises CloudError: if it could not be read
        """
        query = {"start": start, "limit": limit}
        page = self._read(css.CLUSTERS_PATH, css.cluster_page, query)
        return self._client.redact_page(page)

    def cluster(self, cluster_id: str) -> CloudCluster:
        """
        Return one cluster (CSS API Reference, Querying Cluster Details).

        :raises ClusterGone: if the cloud does not show it; `is_proven` tells whether
            it may exist and only the permission is missing
        :raises CloudError: if it could not be read
        """
        try:
            return self._read(cluster_path(cluster_id), css.cluster)
        except CloudRefused as refusal:
            if css.is_cluster_missing(refusal):
                is_proven = css.proves_absence(refusal, self._endpoints.dialect)
                raise cluster_gone(refusal, is_proven=is_proven) from refusal
            raise

    def flavors(self, note: Note = unnoted) -> tuple[CloudFlavor, ...]:
        """Return all flavors, from the first path of the dialect that exists."""
        paths = css.FLAVORS_PATHS[self._endpoints.dialect]
        parse = partial(css.flavors, note=self._client.redacting(note))
        return self._client.get_first(self._endpoints.css, paths, parse)

    def disks(self, note: Note = unnoted) -> tuple[ZoneDisks, ...]:
        """Return the volume types of each zone."""
        parse = partial(css.disks, note=self._client.redacting(note))
        return self._read(css.DISKS_PATH, parse)

    def vpcs(self, note: Note = unnoted) -> tuple[CloudVpc, ...]:
        """Return all VPCs."""
        return self._networks.vpcs(note)

    def subnets(self, note: Note = unnoted) -> tuple[CloudSubnet, ...]:
        """Return all subnets."""
        return self._networks.subnets(note)

    def security_groups(self, note: Note = unnoted) -> tuple[CloudSecurityGroup, ...]:
        """Return all security groups."""
        return self._networks.security_groups(note)

    @property
    def rights_end_at_enterprise_projects(self) -> bool:
        """Whether a list of the whole account was refused so far; see `Networks`."""
        return self._networks.needs_filters

    def _read(
        self, path: str, parse: Callable[[JsonObject], T], query: Query | None = None
    ) -> T:
        return self._client.get(self._endpoints.css, path, parse, query or {})

    # -- deleting ---------------------------------------------------------------------

    def delete(self, cluster_id: str) -> None:
        """
        Delete one cluster (CSS API Reference, Deleting a Cluster).

        Succeeds as well if the cluster does not exist (any more).

        :raises CloudError: if the cloud did not delete it, such as CloudRefused while
            another operation runs on the cluster
        """
        try:
            self._client.delete(self._endpoints.css, cluster_path(cluster_id))
        except CloudRefused as refusal:
            if not css.is_cluster_missing(refusal):
                raise

    # -- signing in -------------------------------------------------------------------

    def sign_in(self) -> Token:
        """
        Return a valid token; signs in only if none is stored.

        :raises CloudError: if the login failed
        """
        return self._auth().token()

    def roles(self, *, anew: bool = False) -> tuple[str, ...]:
        """
        Return the names of the user's roles in the project, as the token has them.

        :param anew: sign in first, to see a change of permissions at once; the stored
            token stays if that fails
        :raises CloudError: if the login failed
        """
        token = self.sign_in()
        if anew:
            token = self._tokens.renew(self._log_in, stale=token)
        return token.roles

    def drop_token(self, token: Token) -> None:
        """Remove this token from the store, if it is still the stored one."""
        self._tokens.drop(token)

    def _auth(self) -> TokenAuth:
        return TokenAuth(
            store=self._tokens,
            sign_in=self._log_in,
            margin_seconds=self._margin_seconds,
            project_id=self._credentials.as_sent.project_id,
            clock=self._clock,
        )

    def _log_in(self) -> Token:
        return iam.sign_in(
            self._http, self._endpoints.iam, self._credentials, clock=self._clock
        )

    def _secrets(self, password: str, *tokens: Token) -> tuple[str, ...]:
        """Return what no text of the cloud may show; `password` is that of the cluster."""
        values = (token.value for token in tokens)
        return (self._credentials.password, password, *values)


def _for_the_wire(body: bytes, password: str) -> bytes:
    """
    Return the bytes to send: with the password, if the body refers to one.

    :raises ValueError: if exactly one of both is there
    """
    if not password and not needs_password(body):
        return body
    if not password:
        raise ValueError("This body refers to a password, and there is none.")
    return with_password(body, password)
