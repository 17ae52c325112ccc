"""Records of the connections a VPC accepted and refused, and of the names it looked up."""

import json
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import cloudwatch, ec2, iam, route53

from components.identity.granted import granted
from components.naming import bounded, role_name
from settings.facts import name_lengths

# The default fields, then those that name the pod's node, the AWS service on the other side, and which way it went.
_FORMAT = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} "
    "${bytes} ${start} ${end} ${action} ${log-status} ${vpc-id} ${subnet-id} ${instance-id} ${tcp-flags} "
    "${pkt-srcaddr} ${pkt-dstaddr} ${pkt-dst-aws-service} ${flow-direction} ${traffic-path} ${reject-reason}"
)


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    prefix: str
    region: str
    account_id: Input[str]
    vpc_id: Input[str]
    retention_days: int
    logs_key_arn: Input[str]


class FlowLogs(ComponentResource):
    """VPC flow logs and DNS query logs in CloudWatch, encrypted and kept for `retention_days`."""

    log_group_name: Output[str]
    log_group_arn: Output[str]

    def __init__(self, name: str, args: FlowLogsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:FlowLogs", name, None, opts)
        child = ResourceOptions(parent=self)
        flows = _log_group(f"{name}-flows", f"/aws/vpc/{args.prefix}/flows", args, child)
        role_arn = _delivery_role(name, args, flows, child)
        ec2.FlowLog(
            f"{name}-flow-log",
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=flows.arn,
            iam_role_arn=role_arn,
            log_format=_FORMAT,
            max_aggregation_interval=60,
            tags={"Name": args.prefix},
            opts=child,
        )
        # A group under /aws/vendedlogs/ needs no entry of its own in the account's size-limited resource policy.
        queries = _log_group(f"{name}-queries", f"/aws/vendedlogs/route53resolver/{args.prefix}", args, child)
        config = route53.ResolverQueryLogConfig(
            f"{name}-query-log",
            name=bounded(args.prefix, name_lengths.QUERY_LOG),
            destination_arn=queries.arn,
            opts=child,
        )
        route53.ResolverQueryLogConfigAssociation(
            f"{name}-query-log-vpc", resolver_query_log_config_id=config.id, resource_id=args.vpc_id, opts=child
        )
        self.log_group_name = flows.name
        self.log_group_arn = flows.arn
        self.register_outputs({"logGroupName": self.log_group_name, "logGroupArn": self.log_group_arn})


def _log_group(name: str, group: str, args: FlowLogsArgs, opts: ResourceOptions) -> cloudwatch.LogGroup:
    return cloudwatch.LogGroup(
        name, name=group, retention_in_days=args.retention_days, kms_key_id=args.logs_key_arn, opts=opts
    )


def _delivery_role(name: str, args: FlowLogsArgs, group: cloudwatch.LogGroup, opts: ResourceOptions) -> Output[str]:
    """Make the role that flow logs write with.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    trust = Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {
                        "StringEquals": {"aws:SourceAccount": args.account_id},
                        "ArnLike": {
                            "aws:SourceArn": Output.concat(
                                "arn:aws:ec2:", args.region, ":", args.account_id, ":vpc-flow-log/*"
                            )
                        },
                    },
                }
            ],
        }
    )
    role = iam.Role(f"{name}-role", name=role_name(f"{args.prefix}-flow-logs"), assume_role_policy=trust, opts=opts)
    policy = group.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                        "Resource": [arn, f"{arn}:*"],
                    },
                    # It looks its group up by the beginning of its name, for which there is no narrower resource.
                    {
                        "Effect": "Allow",
                        "Action": "logs:DescribeLogGroups",
                        "Resource": f"{arn.partition(':log-group:')[0]}:log-group:*",
                    },
                ],
            }
        )
    )
    allowed = iam.RolePolicy(f"{name}-permissions", role=role.name, name="deliver", policy=policy, opts=opts)
    return granted(role.arn, [allowed])
