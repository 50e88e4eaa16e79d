"""One cloud project over HTTP: what `clusters.cloud.types.Cloud` promises."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar
from urllib.parse import quote

from clusters.cloud.errors import (
    CloudError,
    CloudRefused,
    CloudUnavailable,
    ClusterGone,
    Throttled,
    TokenRefused,
)
from clusters.cloud.huawei import css, iam, vpc
from clusters.cloud.huawei.answers import error_of, marks_an_error, unreadable
from clusters.cloud.huawei.auth import Clock, TokenAuth, TokenStore, utc_now
from clusters.cloud.huawei.fields import Fields, WrongShape
from clusters.cloud.huawei.gated import GatedBody
from clusters.cloud.huawei.http import CloudHttp
from clusters.cloud.huawei.iam import Credentials
from clusters.cloud.huawei.outcome import sort_answer
from clusters.cloud.huawei.redaction import redacted
from clusters.cloud.huawei.regions import Endpoints
from clusters.cloud.types import (
    CloudCluster,
    CloudFlavor,
    CloudSecurityGroup,
    CloudSubnet,
    CloudVpc,
    ClusterPage,
    CreateAnswer,
    Gate,
    Outcome,
    Token,
)

__all__ = ["Credentials", "Endpoints", "HuaweiCloud"]

log = logging.getLogger(__name__)

T = TypeVar("T")
Query = Mapping[str, str | int]

_NONE: Query = {}


class HuaweiCloud:
    """
    One cloud project: its endpoints, its IAM user, its token.

    Safe to share between threads. `margin_seconds` is how long before its end a token
    is renewed, or a tenth of its life where that is less.
    """

    def __init__(
        self,
        *,
        http: CloudHttp,
        endpoints: Endpoints,
        credentials: Credentials,
        tokens: TokenStore,
        margin_seconds: float = 300.0,
        clock: Clock = utc_now,
    ) -> None:
        self._http = http
        self._endpoints = endpoints
        self._credentials = credentials
        self._tokens = tokens
        self._margin_seconds = margin_seconds
        self._clock = clock

    # -- creating ---------------------------------------------------------------------

    def create(self, body: bytes, *, gate: Gate) -> CreateAnswer:
        """
        POST one create body, once, after the gate has let it through.

        Never raises an Exception. `not_sent_because` tells why nothing was sent: what
        the gate raised, or a CloudError of the login or the network. A token that the
        cloud blames is dropped.
        """
        auth = self._auth()
        try:
            token = auth.token()
        except Exception as error:  # noqa: BLE001 - nothing was sent, whatever it was
            return self._not_sent(error)
        gated = GatedBody(body, gate)
        try:
            answer = self._post(gated, auth)
        except Exception as error:  # noqa: BLE001 - after the gate only one flag counts
            if gated.asked:
                return self._unknown(error, token)
            return self._not_sent(gated.held_back_by or error)
        if not gated.asked:
            return self._not_sent(CloudUnavailable("Answered without the body"))
        if answer.token_trouble:
            self._drop_quietly(token)
        return answer

    def _post(self, gated: GatedBody, auth: TokenAuth) -> CreateAnswer:
        token = auth.token()
        url = self._endpoints.css + _path(css.CLUSTERS_PATH, token)
        answer = self._http.write(url, body=gated, auth=auth)
        return sort_answer(
            answer, token=token, secrets=self._secrets(token), now=self._clock()
        )

    def _not_sent(self, because: Exception) -> CreateAnswer:
        known = because if isinstance(because, CloudError) else CloudError(str(because))
        return CreateAnswer(
            outcome=Outcome.NOT_SENT,
            status=known.status,
            code=known.code,
            message=redacted(known.message, self._secrets()),
            request_id=known.request_id,
            retry_after=known.retry_after if isinstance(known, Throttled) else None,
            not_sent_because=because,
        )

    def _unknown(self, error: Exception, token: Token) -> CreateAnswer:
        message = error.message if isinstance(error, CloudError) else repr(error)
        return CreateAnswer(
            outcome=Outcome.UNKNOWN,
            message=redacted(message, self._secrets(token)),
            token=token,
        )

    def _drop_quietly(self, token: Token) -> None:
        try:
            self._tokens.drop(token)
        except Exception:
            # The answer is worth more than the cache; the operation drops it as well.
            log.exception("token.kept")

    # -- reading ----------------------------------------------------------------------

    def list_page(self, *, start: int, limit: int) -> ClusterPage:
        """Read one page of clusters; `start` counts from 1."""
        query = {"start": start, "limit": limit}
        return self._get(
            self._endpoints.css, css.CLUSTERS_PATH, css.cluster_page, query
        )

    def cluster(self, cluster_id: str) -> CloudCluster:
        """
        Read one cluster.

        :raises ClusterGone: if the cloud does not show it, which may also mean that we
            may not see it
        """
        path = css.CLUSTER_PATH.replace("{cluster_id}", quote(cluster_id, safe=""))
        try:
            return self._get(self._endpoints.css, path, css.cluster)
        except CloudRefused as refusal:
            if css.tells_of_no_cluster(refusal):
                raise ClusterGone(
                    refusal.message,
                    code=refusal.code,
                    status=refusal.status,
                    request_id=refusal.request_id,
                ) from refusal
            raise

    def flavors(self) -> tuple[CloudFlavor, ...]:
        """Read what the cloud sells."""
        return self._get(self._endpoints.css, css.FLAVORS_PATH, css.flavors)

    def vpcs(self) -> tuple[CloudVpc, ...]:
        """Read all VPCs."""
        return vpc.read_all(partial(self._vpc_page, vpc.VPCS_PATH, vpc.vpcs))

    def subnets(self) -> tuple[CloudSubnet, ...]:
        """Read all subnets."""
        return vpc.read_all(partial(self._vpc_page, vpc.SUBNETS_PATH, vpc.subnets))

    def security_groups(self) -> tuple[CloudSecurityGroup, ...]:
        """Read all security groups."""
        return vpc.read_all(
            partial(self._vpc_page, vpc.SECURITY_GROUPS_PATH, vpc.security_groups)
        )

    def _vpc_page(self, path: str, parse: Callable[[Fields], T], query: Query) -> T:
        return self._get(self._endpoints.vpc, path, parse, query)

    def _get(
        self,
        address: str,
        path: str,
        parse: Callable[[Fields], T],
        query: Query = _NONE,
    ) -> T:
        """
        Read and parse; a token that the cloud refuses is replaced, once.

        :raises CloudError: of the kind that says what to do next
        """
        auth = self._auth()
        try:
            return self._get_once(auth, address + path, parse, query)
        except TokenRefused:
            self._tokens.drop(auth.token())
        return self._get_once(self._auth(), address + path, parse, query)

    def _get_once(
        self, auth: TokenAuth, url: str, parse: Callable[[Fields], T], query: Query
    ) -> T:
        token = auth.token()
        answer = self._http.read(_path(url, token), auth=auth, params=query)
        secrets = self._secrets(token)
        if not answer.is_success or marks_an_error(answer.json):
            raise error_of(answer, secrets=secrets, now=self._clock())
        try:
            return parse(Fields(answer.json, "answer"))
        except WrongShape as error:
            because = str(error)
        raise unreadable(answer, secrets=secrets, because=because)

    # -- signing in -------------------------------------------------------------------

    def sign_in(self) -> Token:
        """Return a token that is good now; signs in only if none is kept."""
        return self._auth().token()

    def drop_token(self, token: Token) -> None:
        """Forget this token, if it is still the kept one."""
        self._tokens.drop(token)

    def _auth(self) -> TokenAuth:
        return TokenAuth(
            store=self._tokens,
            sign_in=self._ask_iam,
            margin_seconds=self._margin_seconds,
            clock=self._clock,
        )

    def _ask_iam(self) -> Token:
        return iam.sign_in(
            self._http, self._endpoints.iam, self._credentials, clock=self._clock
        )

    def _secrets(self, *tokens: Token) -> tuple[str, ...]:
        return (self._credentials.password, *(token.value for token in tokens))


def _path(template: str, token: Token) -> str:
    return template.replace("{project_id}", quote(token.project_id, safe=""))
