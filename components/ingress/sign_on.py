"""Signing on at the load balancer, with an OpenID Connect provider."""

from dataclasses import dataclass

from pulumi import Input
from pulumi_aws import lb

from settings.sign_on import IdentityProvider

CALLBACK = "/oauth2/idpresponse"
"""Where the provider sends people back to; the load balancer answers there itself.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
"""

_HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class Provider:
    """The provider and what it knows this client by; `client_secret` is a secret output."""

    stated: IdentityProvider
    client_secret: Input[str]


def provider_of(stated: IdentityProvider | None, client_secret: Input[str] | None) -> Provider | None:
    """Give the provider that the settings state; None where they state none, or its secret is not known."""
    return Provider(stated=stated, client_secret=client_secret) if stated and client_secret is not None else None


def authenticate(provider: Provider) -> lb.ListenerRuleActionArgs:
    """Ask who it is, before the action that forwards; a browser is sent to the provider and comes back."""
    stated = provider.stated
    return lb.ListenerRuleActionArgs(
        type="authenticate-oidc",
        order=1,
        authenticate_oidc=lb.ListenerRuleActionAuthenticateOidcArgs(
            issuer=stated.issuer,
            authorization_endpoint=stated.authorization_endpoint,
            token_endpoint=stated.token_endpoint,
            user_info_endpoint=stated.user_info_endpoint,
            client_id=stated.client_id,
            client_secret=provider.client_secret,
            scope="openid",
            session_timeout=stated.session_hours * _HOUR,
            on_unauthenticated_request="authenticate",
        ),
    )
