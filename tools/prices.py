"""AWS list prices that a platform's standing cost is worked out from: US East (N. Virginia), on demand, in US dollars.

Each row names the public page to check it against. The rows of RDS on t4g and of Fargate on x86 were compared with
published tables; the others are as the pages gave them when the table was written down, and were not compared again.
Prices change, and other regions differ: look at the page before money depends on one.
Those of a capability stand in its own folder, components/capabilities/<name>/cost.py.
What depends on use alone (data transfer, requests) is left out; what little of it is inevitable stands under ASSUMED.
"""

from dataclasses import dataclass

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
    "object-storage": Price(0.023, "GB-month", _S3),
}

HOST_HOUR: dict[str, float] = {
    "t4g.small": 0.0168,
    "t4g.medium": 0.0336,
    "t4g.large": 0.0672,
    "t4g.xlarge": 0.1344,
    "m7g.medium": 0.0408,
    "m7g.large": 0.0816,
    "m7g.xlarge": 0.1632,
    "t3.small": 0.0208,
    "t3.medium": 0.0416,
    "t3.large": 0.0832,
    "t3.xlarge": 0.1664,
    "m7i.large": 0.1008,
    "m7i.xlarge": 0.2016,
}
"""One machine with Linux: https://aws.amazon.com/ec2/pricing/on-demand/."""

FREE_ALARMS, FREE_DASHBOARDS = 10, 3
"""What CloudWatch gives every account."""

ASSUMED = {
    "load balancer capacity units in use": 1.0,
    "GB of logs a month": 10.0,
    "GB of dumps kept": 20.0,
}
"""What a small product uses of what is charged by use."""
