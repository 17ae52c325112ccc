"""How the outside reaches a product: hosts, paths, limits, headers, and what stands in front."""

from typing import Annotated, Final, Literal

from pydantic import Field

from settings.base import Settings
from settings.facts.firewall import ManagedGroupName
from settings.types import HeaderText, HostLabel, Name, PortName, Reason, UrlPath
from settings.vocabulary import Means
from settings.workload.tcp import TcpPort

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
Window = Literal[60, 120, 300, 600]
"""The windows over which WAF counts, in seconds."""

LiteralPath = Annotated[
    str,
    Field(pattern=r"^/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-]$", max_length=120),
    Means("a path of letters, digits and . _ ~ -, that starts with / and does not end with one", "/internal"),
]
"""A path prefix that is compared letter by letter: no wildcards, no escapes."""


RoutePath = Annotated[
    str,
    Field(pattern=r"^/[A-Za-z0-9._~$@:+&/-]*$", max_length=126),
    Means("a path that starts with /, of letters, digits and . _ ~ $ @ : + & -", "/v1"),
]
"""A prefix, to which the load balancer's pattern adds `/*`; it takes 128 characters, and ? and * would match others
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html)."""


PriceClass = Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"]
"""Which of CloudFront's places serve: North America and Europe, most, or all."""

GrpcCodes = Annotated[
    str,
    Field(pattern=r"^[0-9]{1,2}(-[0-9]{1,2}|(,[0-9]{1,2}){0,9})$"),
    Means("gRPC status codes from 0 to 99: one, several such as 0,12, or a range such as 0-5", "0"),
]
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html"""


class Route(Settings):
    """Requests for a host and a path prefix go to one port of one service."""

    host: HostLabel
    """Host below the stack's domain; `@` is the domain itself."""
    path: RoutePath = "/"
    """Path prefix."""
    service: Name
    """Service that answers."""
    port: PortName
    """Name of the service's port."""
    health_path: UrlPath = "/"
    """Path that the load balancer asks to see whether a pod is healthy; of a gRPC port /package.service/method, where
    / stands for /AWS.ALB/healthcheck, which no server has: that it answers so (code 12) shows that it answers."""
    health_grpc_codes: GrpcCodes | None = None
    """gRPC status codes of a healthy answer; without it 0, and 12 where `health_path` is /. For a gRPC port alone."""
    health_port: PortName | None = None
    """Name of another port of the service that is asked, in the same protocol; without it the one that serves."""
    health_interval_seconds: int = Field(default=15, ge=6, le=300)
    """Time between two of those questions."""
    sticky_seconds: int | None = Field(default=None, ge=1, le=604_800)
    """A client stays with the pod that answered it for this long, by a cookie; without it any pod answers."""


class _Limit(Settings):
    """At most `requests` per client address in `window_seconds`."""

    requests: int = Field(ge=10, le=2_000_000_000)
    """Requests from one client address."""
    window_seconds: Window = 60
    """Window over which WAF counts."""
    burst: int = Field(default=0, ge=0, le=1_000_000)
    """Requests above the limit that a client may make at once. WAF knows no bursts: it is added to `requests`."""

    @property
    def threshold(self) -> int:
        """The count above which WAF refuses."""
        return self.requests + self.burst


class RateLimit(_Limit):
    """At most `requests` per client address in `window_seconds`."""

    application_requests: int | None = Field(default=None, ge=1)
    """What the application itself allows one user in the same window; a lower limit at the edge is noted."""


class PathRateLimit(_Limit):
    """A limit per client address for some paths and methods, in place of the general one."""

    name: Name
    """Short name, which metrics and logs carry."""
    path: LiteralPath
    """Path prefix."""
    methods: tuple[Method, ...] = ()
    """Methods that count; without them every method."""


class BlockedPath(Settings):
    """A path prefix that nobody outside may ask for."""

    path: LiteralPath
    """Path prefix, on every host."""
    status: Literal[403, 404] = 404
    """What the load balancer answers."""


PATTERN_LENGTH: Final = 400
"""Characters that the paths of one list have together: WAF holds them in a pattern of at most 512."""


class FirewallException(Settings):
    """Paths on which one rule of a managed rule group does not block, though it blocks everywhere else."""

    group: ManagedGroupName
    """The rule group, as AWS calls it."""
    rule: Annotated[
        str,
        Field(pattern=r"^[A-Za-z0-9_]+$", max_length=128),
        Means("a rule's name, as the firewall's log has it", "CrossSiteScripting_BODY"),
    ]
    """The rule of it that blocks what is wanted."""
    paths: tuple[LiteralPath, ...] = Field(min_length=1, max_length=10)
    """Path prefixes, on every host, that take what the rule blocks."""
    reason: Reason
    """Why these paths take it, and what keeps them safe; every preview repeats it."""


class Cors(Settings):
    """Which pages of other origins may call the product from a browser.

    A load balancer states one origin; the CDN chooses the right one of several.
    """

    origins: tuple[HostLabel, ...] = Field(min_length=1)
    """Hosts below the stack's domain whose pages may call, over HTTPS; `@` is the domain itself."""
    methods: tuple[Method, ...] = Field(
        default=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"), min_length=1
    )
    """Methods that they may use."""
    headers: tuple[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$"), Means("a header's name", "Authorization")], ...
    ] = (
        "Authorization",
        "Content-Type",
    )
    """Request headers that they may set."""
    credentials: bool = False
    """Whether they may send cookies."""
    max_age_seconds: int = Field(default=600, ge=0, le=86400)
    """How long a browser may keep the answer to its question."""


class SecurityHeaders(Settings):
    """Headers of every answer that make browsers careful."""

    transport_security_seconds: int = Field(default=63_072_000, ge=0, le=63_072_000)
    """Strict-Transport-Security: how long browsers insist on HTTPS, subdomains included."""
    frame_options: Literal["DENY", "SAMEORIGIN"] = "DENY"
    """X-Frame-Options."""
    content_security_policy: HeaderText | None = None
    """Content-Security-Policy."""
    xss_protection: bool = False
    """X-XSS-Protection `1; mode=block`, which browsers have given up; the CDN alone can add it."""


class Cdn(Settings):
    """CloudFront in front of the load balancer, which then answers nobody else."""

    price_class: PriceClass = "PriceClass_100"
    """How many of its places serve the product: North America and Europe, most, or all."""
    read_timeout_seconds: int = Field(default=60, ge=1, le=60)
    """How long it waits for the product's answer."""


class StaticSite(Settings):
    """Files in a private bucket, served by CloudFront under a host of their own."""

    host: HostLabel
    """Host below the stack's domain; no route may use it."""
    index: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$"), Means("a file's name", "index.html")] = "index.html"
    """What is served for the root."""
    single_page: bool = False
    """Serve the index for paths that are no files, because the page itself reads the path."""
    content_security_policy: HeaderText | None = None
    """Content-Security-Policy of every answer."""


class IngressNeeds(Settings):
    routes: tuple[Route, ...] = ()
    """Which requests go to which service."""
    blocked_paths: tuple[BlockedPath, ...] = Field(default=(), max_length=20)
    """Path prefixes that nobody outside may ask for, whatever the routes say."""
    operator_paths: tuple[LiteralPath, ...] = Field(default=(), max_length=20)
    """Path prefixes that only the stack's `ingress.operator_cidrs` may ask for."""
    tcp_ports: tuple[TcpPort, ...] = Field(default=(), max_length=20)
    """Ports that clients reach over TCP, through a Network Load Balancer beside the other one."""
    firewall_exceptions: tuple[FirewallException, ...] = Field(default=(), max_length=10)
    """Paths on which a managed rule of WAF does not block, each with its reason."""
    rate_limit: RateLimit | None = None
    """Limit per client address, enforced by WAF."""
    rate_limits: tuple[PathRateLimit, ...] = Field(default=(), max_length=10)
    """Limits of some paths, in place of the general one."""
    cors: Cors | None = None
    """Which pages of other origins may call; without it the product itself answers that question."""
    headers: SecurityHeaders = SecurityHeaders()
    """Headers of every answer."""
    cdn: Cdn | None = None
    """CloudFront in front of the load balancer."""
    balancing: Literal["least_outstanding_requests", "round_robin"] = "least_outstanding_requests"
    """How the load balancer chooses a pod."""
    idle_timeout_seconds: int = Field(default=60, ge=1, le=4000)
    """The load balancer closes a connection after this long without traffic; WebSockets need it above their ping."""
    deregistration_delay_seconds: int = Field(default=30, ge=0, le=3600)
    """Time for open requests when a pod leaves; no longer than the pod's termination grace."""
