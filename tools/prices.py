"""AWS list prices that a platform's standing cost is worked out from: US East (N. Virginia), on demand, in US dollars.

Each row names the public page to check it against. The rows of RDS on t4g and of Fargate on x86 were compared with
published tables. Those of machines, of ElastiCache's nodes and of what is charged by use were compared in July and
October 2026 with figures that others had read from the AWS Price List API; the rest is as the pages gave it.
Prices change, and other regions differ: look at the page before money depends on one.
Those of a capability stand in its own folder, components/capabilities/<name>/cost.py.
What depends on use is counted as ASSUMED says; what is charged by use and stands at nothing, tools/charges.yaml names.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

AS_OF = "2026-06"
REGION = "us-east-1"


@dataclass(frozen=True)
class Price:
    """`amount` dollars per `unit`, from the page `source`."""

    amount: float
    unit: str
    source: str


_FARGATE = "https://aws.amazon.com/fargate/pricing/"
_EBS = "https://aws.amazon.com/ebs/pricing/"
_ALB = "https://aws.amazon.com/elasticloadbalancing/pricing/"
_VPC = "https://aws.amazon.com/vpc/pricing/"
_ROUTE53 = "https://aws.amazon.com/route53/pricing/"
_KMS = "https://aws.amazon.com/kms/pricing/"
_SECRETS = "https://aws.amazon.com/secrets-manager/pricing/"
_CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/"
_WAF = "https://aws.amazon.com/waf/pricing/"
_EKS = "https://aws.amazon.com/eks/pricing/"
_EC2 = "https://aws.amazon.com/ec2/pricing/on-demand/"
_RDS = "https://aws.amazon.com/rds/proxy/pricing/"
_ECR = "https://aws.amazon.com/ecr/pricing/"
_S3 = "https://aws.amazon.com/s3/pricing/"

PRICES: dict[str, Price] = {
    "fargate.cpu.ARM64": Price(0.03238, "vCPU-hour", _FARGATE),
    "fargate.memory.ARM64": Price(0.00356, "GB-hour", _FARGATE),
    "fargate.cpu.X86_64": Price(0.04048, "vCPU-hour", _FARGATE),
    "fargate.memory.X86_64": Price(0.004445, "GB-hour", _FARGATE),
    "public-address": Price(0.005, "address-hour", _VPC),
    "nat-gateway": Price(0.045, "hour", _VPC),
    "interface-endpoint": Price(0.01, "hour and zone", _VPC),
    "eks.control-plane": Price(0.10, "hour", _EKS),
    "ebs.gp3": Price(0.08, "GB-month", _EBS),
    "alb": Price(0.0225, "hour", _ALB),
    "alb.capacity": Price(0.008, "LCU-hour", _ALB),
    "nlb": Price(0.0225, "hour", _ALB),
    "nlb.capacity": Price(0.006, "LCU-hour", _ALB),
    "zone": Price(0.50, "zone-month", _ROUTE53),
    "samples": Price(0.09, "million samples", "https://aws.amazon.com/prometheus/pricing/"),
    "health-check": Price(0.50, "check-month", _ROUTE53),
    "health-check.option": Price(1.00, "option-month", _ROUTE53),
    "key": Price(1.00, "key-month", _KMS),
    "secret": Price(0.40, "secret-month", _SECRETS),
    "web-acl": Price(5.00, "web ACL-month", _WAF),
    "web-acl.rule": Price(1.00, "rule-month", _WAF),
    "alarm": Price(0.10, "metric-month", _CLOUDWATCH),
    "composite-alarm": Price(0.50, "alarm-month", _CLOUDWATCH),
    "dashboard": Price(3.00, "dashboard-month", _CLOUDWATCH),
    "logs": Price(0.50, "GB", _CLOUDWATCH),
    "logs.kept": Price(0.03, "GB-month", _CLOUDWATCH),
    "object-storage": Price(0.023, "GB-month", _S3),
    "nat-gateway.data": Price(0.045, "GB", _VPC),
    "transfer.zones": Price(0.01, "GB each way", _EC2),
    "proxy": Price(0.015, "vCPU-hour", _RDS),
    "key.requests": Price(0.03, "10,000 requests", _KMS),
    "web-acl.requests": Price(0.60, "million requests", _WAF),
    "registry": Price(0.10, "GB-month", _ECR),
}

_MACHINES: Final = json.loads(Path(__file__).with_name("machine_prices.json").read_text("utf-8"))
HOST_HOUR: Final[Mapping[str, float]] = _MACHINES["hours"]
"""One machine with Linux: https://aws.amazon.com/ec2/pricing/on-demand/. The file says when its prices were read."""

FREE_ALARMS, FREE_DASHBOARDS = 10, 3
"""What CloudWatch gives every account."""

ASSUMED = {
    "load balancer capacity units in use": 1.0,
    "GB of logs a month": 10.0,
    "GB of logs kept": 10.0,
    "GB of dumps kept": 20.0,
    "GB through each NAT gateway a month": 50.0,
    "GB between zones a month, paid on both sides": 100.0,
    "10,000 requests to each key a month": 5.0,
    "million requests to each web ACL a month": 1.0,
    "GB in each image repository": 2.0,
    # Three tasks of 300 series, each read twice a minute.
    "million samples to Prometheus a month": 79.0,
}
"""What a small product uses of what is charged by use."""
