"""GridTokenX in production under its own domain: what the program registers, and what helm makes of it."""

from functools import cache
from typing import Any

from components.platform import Platform
from tests.charts import gridtokenx
from tests.charts.rendering import at
from tests.charts.whole_platform import platform, settings
from tests.components.recording import Recorder

RELEASE = "kubernetes:helm.sh/v3:Release"
RECORD = "aws:route53/record:Record"
SERVICE = "api-gateway"


@cache
def produced(*provided_secrets: str) -> Recorder[Platform]:
    """Everything that the program registers, where the stack gives these secrets' values."""
    given = settings(gridtokenx.PRODUCT, "prod", domain="gridtokenx.com", provided_secrets=list(provided_secrets))
    return platform(given)


def in_workload(kind: str, name: str, path: str) -> Any:
    """Return what stands at a path into an object of the product's release."""
    return at(gridtokenx.rendered("workload", "prod").one(kind, name), path)


def variable(name: str) -> str:
    """Return the value of a variable that the service is given in the open."""
    return in_workload("Deployment", SERVICE, f"spec.template.spec.containers[0].env[name={name}].value")


def secret_variables(*provided_secrets: str) -> dict[str, str]:
    """Return what the cluster composes the secret variables from."""
    stated = produced(*provided_secrets).one(RELEASE, "application-foundation").inputs["values"]["externalSecrets"]
    return at(stated, "[name=gridtokenx-secrets].data")
