"""Mistakes about signing on at the load balancer."""

from typing import Any

from tests.settings.bad_input.case import stack

_SIGN_ON: dict[str, Any] = {
    "issuer": "https://id.example.com",
    "authorization_endpoint": "https://id.example.com/authorize",
    "token_endpoint": "https://id.example.com/token",
    "user_info_endpoint": "https://id.example.com/userinfo",
    "client_id": "shop",
    "client_secret": "CLIENT_SECRET",
    "paths": ["/docs"],
}
_SECRET: dict[str, Any] = {"secrets.CLIENT_SECRET": {"secure": "v1:abc"}}
_WITH: dict[str, Any] = {"ingress.sign_on": _SIGN_ON, **_SECRET}

CASES = (
    stack("ingress.sign_on.issuer", "http://id.example.com", "an address with https", "write it like", also=_WITH),
    stack(
        "ingress.sign_on.token_endpoint", "https://id.example.com/?a=b", "an address with https", "write", also=_WITH
    ),
    stack(
        "ingress.sign_on.client_secret",
        "hunter 2",
        "letters, digits, underscores, dots",
        "did you mean",
        also={"ingress.sign_on": _SIGN_ON},
    ),
    stack(
        "ingress.sign_on",
        _SIGN_ON,
        "a value, which ingress.sign_on names as its client's secret (CLIENT_SECRET)",
        "pulumi config set --secret --path groundwork:secrets.CLIENT_SECRET",
        at="secrets.CLIENT_SECRET",
    ),
    stack(
        "ingress.sign_on.paths",
        ["docs"],
        "a path of letters",
        "write it like",
        at="ingress.sign_on.paths[0]",
        also=_WITH,
    ),
    stack(
        "ingress.sign_on.paths", ["/a", "/a"], "each path once", "remove it", at="ingress.sign_on.paths[1]", also=_WITH
    ),
    stack(
        "ingress.sign_on.hosts",
        ["ap"],
        "a routed host: api",
        "did you mean 'api'?",
        at="ingress.sign_on.hosts[0]",
        also=_WITH,
    ),
    stack("ingress.sign_on.session_hours", 200, "from 1 to 168", "lower it to 168", also=_WITH),
)
