"""Rules over Lambda functions."""

from collections.abc import Iterator

from policies.about import critical, high, medium
from policies.credentials import is_secret
from policies.rule import resource_rule
from policies.view import Resource

_PERMISSION = "aws:lambda/permission:Permission"
_LIMITS = ("sourceAccount", "sourceArn", "principalOrgId")


@resource_rule(
    "function-url-authenticated",
    "A function's URL asks who calls",
    "aws:lambda/functionUrl:FunctionUrl",
    about=critical(
        "Anybody on the internet runs the function with its role.",
        "Set authorizationType to AWS_IAM, or put the function behind the load balancer.",
        "CKV_AWS_258",
    ),
)
def function_url_authenticated(url: Resource) -> Iterator[str]:
    if not url.is_set("authorizationType", "AWS_IAM"):
        yield "authorizationType is NONE, so anybody may call it; set AWS_IAM"


@resource_rule(
    "function-not-public",
    "Nobody may run a function without being named",
    _PERMISSION,
    about=critical(
        "Any account of AWS runs the function with its role.",
        "Name the service or account in principal.",
        "CKV_AWS_301",
        "PCI DSS 1.3.1",
    ),
)
def function_not_public(permission: Resource) -> Iterator[str]:
    if permission.value("principal") == "*" and not any(permission.has(limit) for limit in _LIMITS):
        yield "principal is *; name the service or account that calls"


@resource_rule(
    "function-caller-of-own-account",
    "A service runs a function for its own account alone",
    _PERMISSION,
    about=medium(
        "Another customer of the service has it run the function.",
        "Set sourceArn or sourceAccount.",
        "CKV_AWS_364",
    ),
)
def function_caller_of_own_account(permission: Resource) -> Iterator[str]:
    principal = str(permission.value("principal"))
    if principal.endswith(".amazonaws.com") and not any(permission.has(limit) for limit in _LIMITS):
        yield f"{principal} may run it for any account; set sourceArn or sourceAccount"


@resource_rule(
    "function-no-plain-secrets",
    "A function's environment holds no secret",
    "aws:lambda/function:Function",
    about=high(
        "Whoever may describe the function reads the secret, and so does whoever reads the state.",
        "Give the function the secret's ARN, and let it read the secret with its role.",
        "CKV_AWS_45",
    ),
)
def function_no_plain_secrets(function: Resource) -> Iterator[str]:
    for name in function.names("environment.variables"):
        if is_secret(name, function.value(f"environment.variables.{name}")):
            yield f"variable {name} holds a secret; hand over its ARN instead"


RULES = (
    function_url_authenticated,
    function_not_public,
    function_caller_of_own_account,
    function_no_plain_secrets,
)
