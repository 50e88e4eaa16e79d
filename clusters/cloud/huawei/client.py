"""One cloud project over HTTP: what `clusters.cloud.types.Cloud` promises."""

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
from clusters.cloud.huawei.body import api_of
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
    cluster_path,
    gone,
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
    One cloud project: its endpoints, its IAM user, its token.

    Safe to share between threads. `margin_seconds` is how long before its end a token
    is renewed, or a tenth of its life where that is less. No query narrows
    the list of clusters to an enterprise project: the cloud shows what the user may see.
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
        """Where every call of this client goes."""
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

    def create(self, body: bytes, *, gate: GateCallback) -> CreateResult:
        """
        POST one create body, once, after the gate has let it through.

        The body itself says which version of the call it is for. Never raises an
        Exception. `not_sent_because` tells why nothing was sent: what the gate raised,
        or a CloudError of the login or the network. A token that the cloud blames is
        for the caller to drop: there may be something to do first.
        """
        auth = self._auth()
        try:
            path = css.CREATE_PATHS[api_of(body)]
            token = auth.token()
        except Exception as error:  # noqa: BLE001 - nothing was sent, whatever it was
            return self._not_sent(error)
        gated = GatedBody(body, gate)
        try:
            answer = self._post(path, gated, auth)
        except Exception as error:  # noqa: BLE001 - after the gate only one flag counts
            if gated.was_read:
                return unknown(error, token=token, secrets=self._secrets(token))
            return self._not_sent(gated.withheld_by or error)
        if not gated.was_read:
            return self._not_sent(CloudUnavailable("Answered without the body"))
        return answer

    def _post(self, path: str, gated: GatedBody, auth: TokenAuth) -> CreateResult:
        token = auth.token()
        url = self._endpoints.css + with_project(path, token)
        answer = self._http.post(url, body=gated, auth=auth)
        return classify_response(
            answer, token=token, secrets=self._secrets(token), now=self._clock()
        )

    def _not_sent(self, because: Exception) -> CreateResult:
        return not_sent(because, secrets=self._secrets())

    # -- reading ----------------------------------------------------------------------

    def list_page(self, *, start: int, limit: int) -> ClusterPage:
        """Read one page of clusters; `start` counts from 1."""
        query = {"start": start, "limit": limit}
        page = self._read(css.CLUSTERS_PATH, css.cluster_page, query)
        return self._client.page_without_secrets(page)

    def cluster(self, cluster_id: str) -> CloudCluster:
        """
        Read one cluster.

        :raises ClusterGone: if the cloud does not show it, which may also mean that we
            may not see it
        """
        try:
            return self._read(cluster_path(cluster_id), css.cluster)
        except CloudRefused as refusal:
            if css.is_cluster_missing(refusal):
                is_proven = css.proves_absence(refusal, self._endpoints.dialect)
                raise gone(refusal, is_proven=is_proven) from refusal
            raise

    def flavors(self, note: Note = unnoted) -> tuple[CloudFlavor, ...]:
        """Read what the cloud sells, by the first path that it has."""
        paths = css.FLAVORS_PATHS[self._endpoints.dialect]
        parse = partial(css.flavors, note=self._client.without_secrets(note))
        return self._client.get_first(self._endpoints.css, paths, parse)

    def disks(self, note: Note = unnoted) -> tuple[ZoneDisks, ...]:
        """Read which kinds of disk each zone sells."""
        parse = partial(css.disks, note=self._client.without_secrets(note))
        return self._read(css.DISKS_PATH, parse)

    def vpcs(self, note: Note = unnoted) -> tuple[CloudVpc, ...]:
        """Read all VPCs."""
        return self._networks.vpcs(note)

    def subnets(self, note: Note = unnoted) -> tuple[CloudSubnet, ...]:
        """Read all subnets."""
        return self._networks.subnets(note)

    def security_groups(self, note: Note = unnoted) -> tuple[CloudSecurityGroup, ...]:
        """Read all security groups."""
        return self._networks.security_groups(note)

    @property
    def rights_end_at_enterprise_projects(self) -> bool:
        """Whether a list of networks so far was refused for the account as a whole."""
        return self._networks.are_partly_granted

    def _read(
        self, path: str, parse: Callable[[JsonObject], T], query: Query | None = None
    ) -> T:
        return self._client.get(self._endpoints.css, path, parse, query or {})

    # -- deleting ---------------------------------------------------------------------

    def delete(self, cluster_id: str) -> None:
        """
        Delete one cluster; fine if there is none (any more).

        :raises CloudError: if the cloud did not do it, such as CloudRefused while the
            cluster is busy
        """
        try:
            self._client.delete(self._endpoints.css, cluster_path(cluster_id))
        except CloudRefused as refusal:
            if not css.is_cluster_missing(refusal):
                raise

    # -- signing in -------------------------------------------------------------------

    def sign_in(self) -> Token:
        """Return a token that is good now; signs in only if none is kept."""
        return self._auth().token()

    def roles(self, *, anew: bool = False) -> tuple[str, ...]:
        """
        Return what IAM lets the user do in the project, by the kept token.

        `anew` signs in, so that a change of a moment ago is seen; the kept token stays
        if that fails.
        """
        token = self.sign_in()
        if anew:
            token = self._tokens.renew(self._ask_iam, stale=token)
        return token.roles

    def drop_token(self, token: Token) -> None:
        """Forget this token, if it is still the kept one."""
        self._tokens.drop(token)

    def _auth(self) -> TokenAuth:
        return TokenAuth(
            store=self._tokens,
            sign_in=self._ask_iam,
            margin_seconds=self._margin_seconds,
            project_id=self._credentials.as_sent.project_id,
            clock=self._clock,
        )

    def _ask_iam(self) -> Token:
        return iam.sign_in(
            self._http, self._endpoints.iam, self._credentials, clock=self._clock
        )

    def _secrets(self, *tokens: Token) -> tuple[str, ...]:
        return (self._credentials.password, *(token.value for token in tokens))
