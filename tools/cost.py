"""What a stack costs a month while it stands: `python -m tools.cost --stack budget [--workload …] [--project …]`.

Reads what the last `up` created on the offline cloud and multiplies it by the dated list prices in `tools/prices.py`.
What is charged for and has no price there is named, never left out in silence.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from components.capabilities.cost import HOURS, Cost
from components.capabilities.database.cost import BACKUP_MONTH
from components.capabilities.registry import COSTS
from offline_cloud.state import Resource, State
from offline_cloud.workspace import open_workspace
from tools.prices import (
    AS_OF,
    ASSUMED,
    FREE_ALARMS,
    FREE_DASHBOARDS,
    HOST_HOUR,
    PRICES,
    REGION,
)

Share = Literal["infrastructure", "monitoring", "backups"]
SHARES: tuple[Share, ...] = ("infrastructure", "monitoring", "backups")
_MIB_PER_GB, _UNITS_PER_CPU = 1024, 1024


@dataclass(frozen=True)
class Line:
    """One position: how much of what, and the dollars a month that it comes to."""

    share: Share
    what: str
    quantity: float
    dollars: float


def lines(resources: Sequence[Resource]) -> list[Line]:
    """Return every position of a stack that has a price, in a fixed order."""
    cloud = [each for each in resources if each.custom and each.type.startswith("aws:")]
    return [line for position in _POSITIONS for line in position(cloud)]


def unpriced(resources: Sequence[Resource]) -> list[str]:
    """Name what is charged for and has no price in the table."""
    found = {each.type.rsplit(":", 1)[-1] for each in resources if each.type in _WITHOUT_PRICE}
    found |= {cost.what for cost in _costs(resources) if cost.dollars is None}
    if any(each.type == _GROUP for each in resources):
        hosts = (_inputs(each) for each in resources if "instanceType" in each.inputs)
        found |= {str(given["instanceType"]) for given in hosts} - set(HOST_HOUR)
    return sorted(found)


def total(positions: Sequence[Line], share: Share | None = None) -> float:
    """Sum dollars a month, of one share or of all."""
    return sum(each.dollars for each in positions if share in (None, each.share))


def _of(resources: Sequence[Resource], type: str) -> list[Resource]:
    return [each for each in resources if each.type == type]


def _inputs(resource: Resource) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", resource.inputs)


def _monthly(key: str, quantity: float) -> float:
    price = PRICES[key]
    return price.amount * quantity * (HOURS if "hour" in price.unit else 1)


def _tasks(resources: Sequence[Resource]) -> Iterator[Line]:
    """Every task that a service keeps running on Fargate; jobs run for minutes a day and round to nothing."""
    definitions = {str(each.outputs.get("arn")): _inputs(each) for each in _of(resources, _TASK)}
    addresses = 0
    for service in _of(resources, "aws:ecs/service:Service"):
        given = _inputs(service)
        if given.get("launchType") == "EC2":
            continue
        task = definitions[given["taskDefinition"]]
        count = int(given["desiredCount"])
        architecture = task["runtimePlatform"]["cpuArchitecture"]
        cpu, memory = count * int(task["cpu"]) / _UNITS_PER_CPU, count * int(task["memory"]) / _MIB_PER_GB
        dollars = _monthly(f"fargate.cpu.{architecture}", cpu) + _monthly(f"fargate.memory.{architecture}", memory)
        what = f"Fargate {architecture}: {given['name']}, {cpu:g} vCPU and {memory:g} GB"
        yield Line("infrastructure", what, count, dollars)
        addresses += count if given["networkConfiguration"].get("assignPublicIp") else 0
    if addresses:
        yield Line("infrastructure", "Public addresses of tasks", addresses, _monthly("public-address", addresses))


def _hosts(resources: Sequence[Resource]) -> Iterator[Line]:
    """Every machine of a group of a fixed size, with its disk and its address."""
    templates = {each.id: _inputs(each) for each in _of(resources, "aws:ec2/launchTemplate:LaunchTemplate")}
    for group in _of(resources, _GROUP):
        given = _inputs(group)
        template, count = templates[given["launchTemplate"]["id"]], int(given["minSize"])
        size, disk = template["instanceType"], template["blockDeviceMappings"][0]["ebs"]["volumeSize"]
        if size in HOST_HOUR:
            yield Line("infrastructure", f"Host {size}", count, count * HOST_HOUR[size] * HOURS)
        gigabytes = count * int(disk)
        yield Line("infrastructure", "Host's disk, GB of gp3", gigabytes, _monthly("ebs.gp3", gigabytes))
        if str(template["networkInterfaces"][0]["associatePublicIpAddress"]) == "true":
            yield Line("infrastructure", "Public address of the host", count, _monthly("public-address", count))


def _capabilities(resources: Sequence[Resource]) -> Iterator[Line]:
    """What the capabilities' own resources cost."""
    for cost in _costs(resources):
        if cost.dollars is not None:
            yield Line(cost.share, cost.what, cost.quantity, cost.dollars)


def _costs(resources: Sequence[Resource]) -> Iterator[Cost]:
    for kind, positions in COSTS.items():
        yield from positions([_inputs(each) for each in _of(resources, kind)])


def _edge(resources: Sequence[Resource]) -> Iterator[Line]:
    for each in _of(resources, "aws:lb/loadBalancer:LoadBalancer"):
        network = _inputs(each).get("loadBalancerType") == "network"
        kind, what = ("nlb", "Network") if network else ("alb", "Application")
        yield Line("infrastructure", f"{what} Load Balancer", 1, _monthly(kind, 1))
        units = ASSUMED["load balancer capacity units in use"]
        assumed = f"{'Network load' if network else 'Load'} balancer capacity units (assumed)"
        yield Line("infrastructure", assumed, units, _monthly(f"{kind}.capacity", units))
        zones = len(_inputs(each)["subnets"])
        what = "Public addresses of the load balancer"
        yield Line("infrastructure", what, zones, _monthly("public-address", zones))
    for each in _of(resources, "aws:wafv2/webAcl:WebAcl"):
        rules = len(_inputs(each).get("rules", []))
        dollars = _monthly("web-acl", 1) + _monthly("web-acl.rule", rules)
        yield Line("infrastructure", f"Web ACL with {rules} rules", 1, dollars)


def _checks(resources: Sequence[Resource]) -> Iterator[Line]:
    for each in _of(resources, "aws:route53/healthCheck:HealthCheck"):
        kind = str(_inputs(each)["type"])
        options = ("HTTPS" in kind) + ("STR_MATCH" in kind)
        dollars = _monthly("health-check", 1) + _monthly("health-check.option", options)
        yield Line("monitoring", "Health check from outside", 1, dollars)


def _counted(share: Share, what: str, type: str, key: str, free: int = 0) -> Callable[..., Iterator[Line]]:
    def position(resources: Sequence[Resource]) -> Iterator[Line]:
        count = len(_of(resources, type))
        if count:
            yield Line(share, what, count, _monthly(key, max(0, count - free)))

    return position


def _usage(_resources: Sequence[Resource]) -> Iterator[Line]:
    logs = ASSUMED["GB of logs a month"]
    yield Line("monitoring", "GB of logs (assumed)", logs, _monthly("logs", logs))
    dumps = ASSUMED["GB of dumps kept"]
    yield Line("backups", "GB of dumps (assumed)", dumps, _monthly("object-storage", dumps))


def _copies(resources: Sequence[Resource]) -> Iterator[Line]:
    """What is kept in a second region: the dumps again, and of each database as much as its storage.

    Points of the vault are counted once, with the instances; the transfer to the other region depends on use.
    """
    if _of(resources, "aws:s3/bucketReplicationConfig:BucketReplicationConfig"):
        dumps = ASSUMED["GB of dumps kept"]
        dollars = _monthly("object-storage", dumps)
        yield Line("backups", "GB of dumps in a second region (assumed)", dumps, dollars)
    instances = {each.outputs.get("arn"): _inputs(each) for each in _of(resources, "aws:rds/instance:Instance")}
    for each in _of(resources, _BACKUP_COPIES):
        stored = float(instances[_inputs(each)["sourceDbInstanceArn"]].get("allocatedStorage", 0))
        what = "GB of the database's backups in a second region (assumed)"
        yield Line("backups", what, stored, stored * BACKUP_MONTH)


def _interfaces(resources: Sequence[Resource]) -> Iterator[Line]:
    endpoints = [
        each
        for each in _of(resources, "aws:ec2/vpcEndpoint:VpcEndpoint")
        if _inputs(each).get("vpcEndpointType") == "Interface"
    ]
    zones = sum(len(_inputs(each).get("subnetIds", [])) for each in endpoints)
    if zones:
        yield Line("infrastructure", "Interface endpoints, by zone", zones, _monthly("interface-endpoint", zones))


_GROUP = "aws:autoscaling/group:Group"
_TASK = "aws:ecs/taskDefinition:TaskDefinition"
_BACKUP_COPIES = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
_WITHOUT_PRICE = frozenset(
    {
        "aws:eks/nodeGroup:NodeGroup",
        "aws:eks/fargateProfile:FargateProfile",
        "aws:rds/proxy:Proxy",
    }
)
_POSITIONS: tuple[Callable[[Sequence[Resource]], Iterator[Line]], ...] = (
    _tasks,
    _hosts,
    _capabilities,
    _edge,
    _counted("infrastructure", "NAT gateways", "aws:ec2/natGateway:NatGateway", "nat-gateway"),
    _counted("infrastructure", "EKS control plane", "aws:eks/cluster:Cluster", "eks.control-plane"),
    _interfaces,
    _counted("infrastructure", "Hosted zones", "aws:route53/zone:Zone", "zone"),
    _counted("infrastructure", "Encryption keys", "aws:kms/key:Key", "key"),
    _counted("infrastructure", "Secrets", "aws:secretsmanager/secret:Secret", "secret"),
    _counted("monitoring", "Alarms", "aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", FREE_ALARMS),
    _counted("monitoring", "Combined alarms", "aws:cloudwatch/compositeAlarm:CompositeAlarm", "composite-alarm"),
    _counted("monitoring", "Dashboards", "aws:cloudwatch/dashboard:Dashboard", "dashboard", FREE_DASHBOARDS),
    _checks,
    _usage,
    _copies,
)


def table(positions: Sequence[Line]) -> str:
    """Lay the positions out by share, each with its sum."""
    width = max(len(each.what) for each in positions)
    rows: list[str] = []
    for share in SHARES:
        rows.append(share)
        rows += [
            f"  {each.what:<{width}}  {each.quantity:>6g}  {each.dollars:>9.2f}"
            for each in positions
            if each.share == share
        ]
        rows.append(f"  {'sum':<{width}}  {'':>6}  {total(positions, share):>9.2f}")
    rows.append(f"{'dollars a month':<{width + 2}}  {'':>6}  {total(positions):>9.2f}")
    rows.append(
        f"List prices of {REGION}, {AS_OF}, on demand, {HOURS} hours; data transfer and requests are not in it."
    )
    return "\n".join(rows)


def main(arguments: Sequence[str]) -> int:
    """Print the table of a stack that is up; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.cost", description="What a stack costs a month.")
    parser.add_argument("--stack", required=True, help="name of a Pulumi.<stack>.yaml")
    parser.add_argument("--workload", help="file in workloads/ (default: what the stack states)")
    parser.add_argument("--project", type=Path, default=Path(), help="folder of Pulumi.yaml (default: this one)")
    parser.add_argument("--json", action="store_true", help="print the positions as JSON")
    chosen = parser.parse_args(arguments)
    state = State.read(open_workspace(chosen.project.resolve(), chosen.stack, chosen.workload))
    if not state.resources:
        sys.stderr.write(f"stack {chosen.stack} is not up: `make up STACK={chosen.stack}` creates what is priced\n")
        return 1
    positions = lines(state.resources)
    print(json.dumps([vars(each) for each in positions], indent=2) if chosen.json else table(positions))
    missing = unpriced(state.resources)
    if missing:
        sys.stderr.write(f"not in the sum, for want of a price in tools/prices.py: {', '.join(missing)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
