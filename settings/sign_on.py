"""Who signs on at the load balancer before the product sees a request."""

from typing import Annotated

from pydantic import Field

from settings.base import Settings
from settings.types import DNS_NAME, HostLabel, VariableName
from settings.vocabulary import Means

HttpsAddress = Annotated[
    str,
    Field(pattern=rf"^https://{DNS_NAME}(:[0-9]{{1,5}})?(/[!-\"$->@-~]*)?$", max_length=512),
    Means("an address with https, without query", "https://id.example.com/oauth2/token"),
]

SignOnPath = Annotated[
    str,
    Field(pattern=r"^/([A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?$", max_length=120),
    Means("a path of letters, digits and . _ ~ -, that starts with /", "/docs"),
]


class IdentityProvider(Settings):
    """An OpenID Connect provider; the client's redirect address is https://<host>/oauth2/idpresponse."""

    issuer: HttpsAddress
    """The provider's own address, as its tokens name it."""
    authorization_endpoint: HttpsAddress
    """Where people are sent to sign on."""
    token_endpoint: HttpsAddress
    """Where the load balancer turns a code into tokens."""
    user_info_endpoint: HttpsAddress
    """Where the load balancer asks who it is."""
    client_id: str = Field(min_length=1, max_length=256)
    """What the provider calls this client."""
    client_secret: VariableName
    """Name of the value under `secrets` that the provider gave with it."""
    session_hours: int = Field(default=8, ge=1, le=168)
    """How long nobody needs to sign on again."""


class SignOn(IdentityProvider):
    """People sign on with an OpenID Connect provider before they reach some paths.

    Programs cannot: paths that they call stay out of it, and the product checks their tokens.
    """

    paths: tuple[SignOnPath, ...] = Field(default=("/",), min_length=1, max_length=20)
    """Path prefixes that ask for it; / is all of a host."""
    hosts: tuple[HostLabel, ...] = ()
    """Routed hosts that ask for it; none: every one."""
