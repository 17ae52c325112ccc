"""The floor of the benchmark: as many resources as asked for, registered flat, wired to nothing."""

import pulumi
import pulumi_aws as aws

provider = aws.Provider("aws", region="us-east-1")
for number in range(pulumi.Config("floor").require_int("resources")):
    aws.ssm.Parameter(
        f"parameter-{number}",
        name=f"/floor/{number}",
        type="String",
        value=str(number),
        opts=pulumi.ResourceOptions(provider=provider),
    )
