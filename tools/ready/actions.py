"""Every question that may be put to AWS, and the IAM action that it takes.

`python -m tools.ready --policy` prints the policy that follows; docs/reference/ready-policy.json is that.
"""

from typing import Any

ACTIONS: dict[tuple[str, str], str] = {
    ("chatbot", "describe_slack_workspaces"): "chatbot:DescribeSlackWorkspaces",
    ("cloudfront", "list_distributions"): "cloudfront:ListDistributions",
    ("cloudtrail", "lookup_events"): "cloudtrail:LookupEvents",
    ("ec2", "describe_addresses"): "ec2:DescribeAddresses",
    ("ec2", "describe_availability_zones"): "ec2:DescribeAvailabilityZones",
    ("ec2", "describe_instances"): "ec2:DescribeInstances",
    ("ec2", "describe_nat_gateways"): "ec2:DescribeNatGateways",
    ("ec2", "describe_route_tables"): "ec2:DescribeRouteTables",
    ("ec2", "describe_vpcs"): "ec2:DescribeVpcs",
    ("ecr", "describe_images"): "ecr:DescribeImages",
    ("eks", "list_clusters"): "eks:ListClusters",
    ("elasticache", "describe_cache_clusters"): "elasticache:DescribeCacheClusters",
    ("elbv2", "describe_load_balancers"): "elasticloadbalancing:DescribeLoadBalancers",
    ("iam", "get_role"): "iam:GetRole",
    ("kms", "describe_key"): "kms:DescribeKey",
    ("rds", "describe_db_instances"): "rds:DescribeDBInstances",
    ("route53", "get_hosted_zone"): "route53:GetHostedZone",
    ("route53", "list_hosted_zones_by_name"): "route53:ListHostedZonesByName",
    ("s3", "get_bucket_versioning"): "s3:GetBucketVersioning",
    ("secretsmanager", "describe_secret"): "secretsmanager:DescribeSecret",
    ("service-quotas", "get_service_quota"): "servicequotas:GetServiceQuota",
    ("sts", "get_caller_identity"): "sts:GetCallerIdentity",
}
"""Service and operation, as botocore names them → action. All of them read."""


def policy() -> dict[str, Any]:
    """Return the policy of a role that asks all of it. Most of these actions know no resources."""
    statement = {"Sid": "AskBeforeUp", "Effect": "Allow", "Action": sorted(set(ACTIONS.values())), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}
