"""What is proven in production: after a rollout, under load, and between the product and its database."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.types import HostLabel, Name, PortName, UrlPath
from settings.workload.service import MetricName


class HttpProof(Settings):
    """The product answers a request over its public name."""

    kind: Literal["http"]
    """A request over HTTPS."""
    host: HostLabel
    """Host of a route; `@` is the domain itself."""
    path: UrlPath
    """Path to ask."""
    status: int = Field(default=200, ge=100, le=599)
    """Status of a good answer."""
    contains: str | None = Field(default=None, min_length=1, max_length=255)
    """Text that a good answer holds."""


class WebSocketProof(Settings):
    """A WebSocket opens, and is still open after a silence."""

    kind: Literal["websocket"]
    """An upgrade that is answered with 101."""
    host: HostLabel
    """Host of a route; `@` is the domain itself."""
    path: UrlPath
    """Path of the WebSocket."""
    open_seconds: int = Field(default=65, ge=1, le=3600)
    """How long it stays open without traffic; load balancers close it after 60 s unless they are set otherwise."""


class CertificateProof(Settings):
    """The certificate belongs to the host, its chain is valid, and it lasts."""

    kind: Literal["certificate"]
    """The certificate that clients are shown."""
    host: HostLabel
    """Host of a route; `@` is the domain itself."""
    days: int = Field(default=30, ge=1, le=397)
    """Days that it must last beyond today."""


class TargetsProof(Settings):
    """Requests over the public name arrive at every pod of a service."""

    kind: Literal["targets"]
    """Each pod's own count of requests."""
    host: HostLabel
    """Host of a route to the service."""
    path: UrlPath
    """Path to ask, again and again."""
    service: Name
    """Service whose pods are counted; Prometheus scrapes it."""
    counter: MetricName
    """The pods' counter of requests."""
    requests: int = Field(default=60, ge=10, le=10_000)
    """Requests to send from one address; a rate limit below that refuses them."""


Proof = Annotated[HttpProof | WebSocketProof | CertificateProof | TargetsProof, Field(discriminator="kind")]


class Smoke(Settings):
    """Proofs over the public name: `kubectl create job --from=cronjob/smoke` runs them, and every rollout if asked."""

    checks: tuple[Proof, ...] = Field(min_length=1, max_length=50)
    """What is proven, in this order; every proof is tried, and one that fails makes the whole fail."""
    after_rollout: bool = False
    """Run them after every rollout, and take the release back when one fails."""


class Load(Settings):
    """A load test from inside the cluster: `kubectl create job --from=cronjob/load-test` runs it, nothing else does.

    From outside, the rate limit would refuse what one address sends.
    """

    service: Name
    """Service that the load is sent to."""
    port: PortName
    """Name of its port."""
    path: UrlPath = "/"
    """Path to ask."""
    virtual_users: int = Field(default=50, ge=1, le=10_000)
    """Clients that ask at the same time, each as soon as it was answered."""
    duration_seconds: int = Field(default=300, ge=10, le=14_400)
    """How long, after a rise of a tenth of it."""
    percentile: Literal[50, 90, 95, 99] = 95
    """Percentile of the answer time that is held against the limit."""
    milliseconds: int = Field(default=500, ge=1, le=60_000)
    """The limit: the percentile stays below it."""
    error_percent: float = Field(default=1.0, gt=0, lt=100)
    """Failed requests stay below this share."""
    settle_seconds: int = Field(default=1800, ge=60, le=14_400)
    """Time for the pods to become as few again as they were, once the load is gone."""


class Verification(Settings):
    smoke: Smoke | None = None
    """Proofs over the public name."""
    load: Load | None = None
    """A load test."""
    database_round_trip_milliseconds: int | None = Field(default=None, ge=1, le=1000)
    """A pod beside the product measures a round trip to the database; longer ones call a person."""
