"""What is known of each type of API Gateway, beside what is derived."""

from offline_cloud.cloud.core.resource import Resource, Resources
from offline_cloud.cloud.core.wordings import one_of, within

RESOURCES: Resources = {
    "aws:apigateway/method:Method": Resource(
        checks=(
            one_of("authorization", "NONE", "CUSTOM", "AWS_IAM", "COGNITO_USER_POOLS"),
            one_of("httpMethod", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "ANY"),
        ),
    ),
    "aws:apigatewayv2/integration:Integration": Resource(checks=(within("timeoutMilliseconds", 50, 30_000),)),
}  # fmt: skip
