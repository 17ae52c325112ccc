"""What is known of each type of Lambda, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Resource, Resources, Role
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import named, when, within

_ARN: Final = "arn:aws:lambda:{region}:{account}:function:{name}"
_GATEWAY: Final = "arn:aws:apigateway:{region}:lambda:path"

RESOURCES: Resources = {
    facts.FUNCTION: Resource(
        id="{name}",
        outputs={
            "qualifiedArn": f"{_ARN}:$LATEST", "invokeArn": f"{_GATEWAY}/2015-03-31/functions/{_ARN}/invocations",
            "qualifiedInvokeArn": f"{_GATEWAY}/2015-03-31/functions/{_ARN}:$LATEST/invocations",
            "responseStreamingInvokeArn": f"{_GATEWAY}/2021-11-15/functions/{_ARN}/response-streaming-invocations",
            "version": "$LATEST", "lastModified": "2026-01-01T00:00:00Z", "signingJobArn": "",
            "signingProfileVersionArn": "",
        },
        unique=once("name", "ResourceConflictException"),
        role=Role("role", "lambda.amazonaws.com", "InvalidParameterValueException"),
        checks=(
            named(64), when("packageType", "Image").needs("imageUri"),
            when("packageType", "Image").excludes("runtime", "handler", "layers"), when("runtime").needs("handler"),
            within("reservedConcurrentExecutions", -1, 1_000_000),
        ),
    ),
    "aws:lambda/invocation:Invocation": Resource(
        id="{functionName}_$LATEST_{hex32}", names={"functionName": facts.FUNCTION},
    ),
    facts.PERMISSION: Resource(
        id="{statementId}", names={"function": facts.FUNCTION},
        unique=once("function statementId", "ResourceConflictException"),
    ),
}  # fmt: skip
