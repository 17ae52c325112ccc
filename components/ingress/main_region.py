"""What a CDN needs in us-east-1, for a stack that runs elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.encryption.customer_key import CustomerKey, CustomerKeyArgs
from components.encryption.key_policies import log_users
from components.ingress.distribution import MAIN_REGION
from settings.retention import EVERYTHING_KEPT, RetentionSettings


@dataclass(frozen=True, kw_only=True)
class MainRegionArgs:
    """`tags` are the stack's own."""

    prefix: str
    tags: Mapping[str, str]
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT


class MainRegion(ComponentResource):
    """A provider of us-east-1, and a key there for the logs of a CDN's firewall."""

    provider: aws.Provider
    logs_key_arn: Output[str]

    def __init__(self, name: str, args: MainRegionArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:MainRegion", name, None, opts)
        self.provider = aws.Provider(
            f"{name}-aws",
            region=MAIN_REGION,
            default_tags=aws.ProviderDefaultTagsArgs(tags=dict(args.tags)),
            opts=ResourceOptions(parent=self),
        )
        self.logs_key_arn = CustomerKey(
            f"{name}-logs",
            CustomerKeyArgs(
                alias=f"{args.prefix}-cdn-logs",
                description="Logs of the CDN's firewall",
                users=log_users,
                protect=args.protect,
                retention=args.retention,
            ),
            ResourceOptions(parent=self, provider=self.provider),
        ).arn
        self.register_outputs({"logsKeyArn": self.logs_key_arn})
