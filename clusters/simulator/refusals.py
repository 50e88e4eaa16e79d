"""
Error responses of the cloud, each in the format of the service that sends it.

* Refusal            base: an HTTP status and a JSON body
  + CssRefusal       errCode / externalMessage (observed; the pages say error_code)
  + GatewayRefusal   error_code / error_msg / request_id
  + IamRefusal       the Keystone format: error / code / message / title
  + VpcRefusal       code / message
  + BrokenPage       an HTML page instead of JSON (observed)
"""

from dataclasses import replace
from http import HTTPStatus

from clusters.simulator.wire import SimulatedResponse, json_response


class Refusal(Exception):
    """An error response with an HTTP status, an error code and a message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def to_response(self, request_id: str) -> SimulatedResponse:
        """Return the HTTP response for this error."""
        headers = {"X-Request-Id": request_id}
        return json_response(self.status, self._body(request_id), headers)

    def _body(self, request_id: str) -> dict[str, object]:
        # Each service has its own format; an HTML page overrides `to_response` instead.
        raise NotImplementedError


class CssRefusal(Refusal):
    """An error response of Cloud Search Service."""

    def _body(self, request_id: str) -> dict[str, object]:
        return {"errCode": self.code, "externalMessage": self.message}


class GatewayRefusal(Refusal):
    """An error response of the API gateway; no service processed the request."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after: float | None = None
    ) -> None:
        super().__init__(status, code, message)
        self.retry_after = retry_after

    def to_response(self, request_id: str) -> SimulatedResponse:
        """Return the HTTP response, with Retry-After in seconds if it is set."""
        response = super().to_response(request_id)
        if self.retry_after is None:
            return response
        headers = {**response.headers, "Retry-After": f"{self.retry_after:g}"}
        return replace(response, headers=headers)

    def _body(self, request_id: str) -> dict[str, object]:
        return {
            "error_code": self.code,
            "error_msg": self.message,
            "request_id": request_id,
        }


class IamRefusal(Refusal):
    """An error response of IAM; the error code is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, str(status), message)

    def _body(self, request_id: str) -> dict[str, object]:
        title = HTTPStatus(self.status).phrase
        return {"error": {"code": self.status, "message": self.message, "title": title}}


class VpcRefusal(Refusal):
    """An error response of the VPC service."""

    def _body(self, request_id: str) -> dict[str, object]:
        return {"code": self.code, "message": self.message}


class HtmlErrorPage(Refusal):
    """An HTTP 5xx with an HTML page."""

    def __init__(self, status: int = 500) -> None:
        super().__init__(status, "", "Internal Server Error")

    def to_response(self, request_id: str) -> SimulatedResponse:
        """Return the HTTP response with the HTML page."""
        page = f"<html><body><h1>HTTP Status {self.status} - {self.message}</h1></body></html>"
        headers = {"Content-Type": "text/html", "X-Request-Id": request_id}
        return SimulatedResponse(
            status=self.status, headers=headers, body=page.encode()
        )


def css_refusal(code: str, message: str, status: int = 400) -> CssRefusal:
    """Return a CSS error whose message begins with its code (observed)."""
    return CssRefusal(status, code, f"{code} : {message}")


def invalid_parameter(detail: str) -> CssRefusal:
    """Return CSS.0001, "incorrect parameters", with the detail in brackets."""
    return css_refusal("CSS.0001", f"Incorrect parameters. ({detail})")


def not_found() -> CssRefusal:
    """Return CSS.0015: the resource is unknown or forbidden. Its text has no code."""
    message = "No resources are found or the access is denied."
    return CssRefusal(403, "CSS.0015", message)


def cluster_not_found() -> CssRefusal:
    """Return CSS.3027: Open Telekom Cloud, the cluster is unknown or hidden."""
    return css_refusal("CSS.3027", "The cluster does not exist.", 404)


def cluster_quota_exceeded() -> CssRefusal:
    """Return CSS.1112: the quota of clusters is used up."""
    return css_refusal("CSS.1112", "The number of clusters exceeds the quota.")


def too_many_requests(retry_after: float | None = None) -> GatewayRefusal:
    """Return APIGW.0308 with HTTP 429; ``retry_after`` is in seconds."""
    message = "The throttling threshold has been reached: policy user over ratelimit"
    return GatewayRefusal(429, "APIGW.0308", message, retry_after=retry_after)
