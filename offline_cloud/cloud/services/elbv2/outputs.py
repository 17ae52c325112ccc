"""Outputs of load balancers, listeners and target groups."""

from typing import Final

from offline_cloud.cloud.core.regions import load_balancer_zone
from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import Properties, flag

_KINDS: Final = {"application": "app", "network": "net", "gateway": "gwy"}


def load_balancer_id(subject: Subject) -> str:
    kind = _KINDS.get(subject.input("loadBalancerType", "application"), "app")
    return subject.arn("elasticloadbalancing", f"loadbalancer/{kind}/{subject.name}/{subject.hex(16)}")


def load_balancer(subject: Subject) -> Properties:
    internal = flag(subject.inputs, "internal") is True
    number = int(subject.hex(12, "host"), 16) % 9_000_000_000 + 1_000_000_000
    host = f"{'internal-' if internal else ''}{subject.name}-{number}.{subject.region}.elb.amazonaws.com"
    suffix = subject.id.partition("loadbalancer/")[2]
    if suffix.startswith("net/"):
        host = f"{subject.name}-{suffix.rsplit('/', 1)[-1]}.elb.{subject.region}.amazonaws.com"
    return {
        "arn": subject.id,
        "arnSuffix": suffix,
        "dnsName": host,
        "zoneId": load_balancer_zone(subject.region),
        "vpcId": subject.network("subnets"),
    }


def listener_id(subject: Subject) -> str:
    balancer = subject.input("loadBalancerArn").replace(":loadbalancer/", ":listener/")
    return f"{balancer}/{subject.hex(16)}"


def listener_rule_id(subject: Subject) -> str:
    return f"{subject.input('listenerArn').replace(':listener/', ':listener-rule/')}/{subject.hex(16)}"


def target_group(subject: Subject) -> Properties:
    return {"arn": subject.id, "arnSuffix": subject.id.rpartition(":")[2], "loadBalancerArns": []}
