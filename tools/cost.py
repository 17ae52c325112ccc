"""What a stack costs a month while it stands: `python -m tools.cost --stack budget [--workload …] [--project …]`.

Reads what the last `up` created on the offline cloud and multiplies it by the dated list prices in `tools/prices.py`.
What is charged for and has no price there is named, never left out in silence.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, cast

import yaml

from components.capabilities.cost import HOURS, Cost
from components.capabilities.database.cost import BACKUP_MONTH
from components.capabilities.registry import COSTS
from components.runtimes.ecs.collector import COLLECTOR
from offline_cloud.state import Resource, State
from offline_cloud.workspace import open_workspace
from settings.arithmetic.fargate import TASK_SIZES, TaskSize
from settings.arithmetic.instance_classes import database_class
from tools import budget
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
CHARGES: Final = Path(__file__).with_name("charges.yaml")
UNPRICED: Final = "unpriced"
OVER: Final = 4
"""The exit code where a month costs more than the product allows."""
_MIB_PER_GB, _UNITS_PER_CPU = 1024, 1024


@dataclass(frozen=True)
class Line:
    """One position: how much of what, and the dollars a month that it comes to.

    `urn` is the resource that it is charged for; empty for what several share, and for what depends on use alone.
    """

    share: Share
    what: str
    quantity: float
    dollars: float
    urn: str = ""


def lines(resources: Sequence[Resource]) -> list[Line]:
    """Return every position of a stack that has a price, those of the same thing together, in a fixed order."""
    together: dict[tuple[Share, str], Line] = {}
    for each in positions(resources):
        before = together.get((each.share, each.what))
        quantity, dollars = (before.quantity, before.dollars) if before else (0.0, 0.0)
        line = Line(each.share, each.what, quantity + each.quantity, dollars + each.dollars)
        together[each.share, each.what] = line
    return list(together.values())


def positions(resources: Sequence[Resource]) -> list[Line]:
    """Return every position of every resource that has a price, in a fixed order."""
    cloud = [each for each in resources if each.custom and each.type.startswith("aws:")]
    return [line for position in _POSITIONS for line in position(cloud)]


def unpriced(resources: Sequence[Resource]) -> list[str]:
    """Name what is charged for and has no price in the tables: a size, or a type that tools/charges.yaml has not."""
    cloud = [each for each in resources if each.custom and each.type.startswith("aws:")]
    stated = {each.type: charges().get(each.type, UNPRICED) for each in cloud}
    found = {type.rsplit(":", 1)[-1] for type, charge in stated.items() if charge.startswith(UNPRICED)}
    found |= {cost.what for _, cost in _costs(resources) if cost.dollars is None}
    machines = {str(_inputs(each)["instanceType"]) for each in cloud if "instanceType" in each.inputs}
    machines |= {_machine_of(_inputs(each)) for each in _of(cloud, _NODES)}
    return sorted(found | (machines - set(HOST_HOUR)))


@cache
def charges() -> Mapping[str, str]:
    """Say of every type what it is charged for: `priced`, `by use: …`, `free: …` or, without a price, `unpriced: …`."""
    return cast("Mapping[str, str]", yaml.load(CHARGES.read_text("utf-8"), yaml.CSafeLoader))


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
    for service in _of(resources, "aws:ecs/service:Service"):
        given = _inputs(service)
        if given.get("launchType") == "EC2":
            continue
        task = definitions[given["taskDefinition"]]
        count, whole = int(given["desiredCount"]), TaskSize(int(task["cpu"]), int(task["memory"]))
        architecture, own = task["runtimePlatform"]["cpuArchitecture"], _without_collector(task, whole)
        cpu, memory = count * own.cpu / _UNITS_PER_CPU, count * own.memory / _MIB_PER_GB
        what = f"Fargate {architecture}: {given['name']}, {cpu:g} vCPU and {memory:g} GB"
        dollars = count * _of_size(own, architecture)
        yield Line("infrastructure", what, count, dollars, service.urn)
        if own != whole:
            beside = count * _of_size(whole, architecture) - dollars
            yield Line("monitoring", "Fargate: collectors beside services", count, beside, service.urn)
        if given["networkConfiguration"].get("assignPublicIp"):
            dollars = _monthly("public-address", count)
            yield Line("infrastructure", "Public addresses of tasks", count, dollars, service.urn)


def _of_size(size: TaskSize, architecture: str) -> float:
    cpu = _monthly(f"fargate.cpu.{architecture}", size.cpu / _UNITS_PER_CPU)
    return cpu + _monthly(f"fargate.memory.{architecture}", size.memory / _MIB_PER_GB)


def _without_collector(task: Mapping[str, Any], whole: TaskSize) -> TaskSize:
    """Give the size that a task would have without the collector of metrics and traces beside its service.

    A preview does not know the containers yet, whose secrets have addresses that only a creation tells: there the
    collector counts as its service's.
    """
    text = str(task.get("containerDefinitions", ""))
    containers = cast("list[dict[str, Any]]", json.loads(text) if text.startswith("[") else [])
    others = [each for each in containers if each["name"] != COLLECTOR]
    if len(others) == len(containers):
        return whole
    cpu, memory = (sum(each.get(key) or 0 for each in others) for key in ("cpu", "memoryReservation"))
    return next(TaskSize(*size) for size in TASK_SIZES if size[0] >= cpu and size[1] >= memory)


def _hosts(resources: Sequence[Resource]) -> Iterator[Line]:
    """Every machine of a group of a fixed size, with its disk and its address."""
    templates = {each.id: _inputs(each) for each in _of(resources, _TEMPLATE)}
    for group in _of(resources, _GROUP):
        given = _inputs(group)
        template, count = templates[given["launchTemplate"]["id"]], int(given["minSize"])
        size, disk = template["instanceType"], template["blockDeviceMappings"][0]["ebs"]["volumeSize"]
        if size in HOST_HOUR:
            yield Line("infrastructure", f"Host {size}", count, count * HOST_HOUR[size] * HOURS, group.urn)
        gigabytes = count * int(disk)
        yield Line("infrastructure", "Host's disk, GB of gp3", gigabytes, _monthly("ebs.gp3", gigabytes), group.urn)
        if str(template["networkInterfaces"][0]["associatePublicIpAddress"]) == "true":
            dollars = _monthly("public-address", count)
            yield Line("infrastructure", "Public address of the host", count, dollars, group.urn)


def _nodes(resources: Sequence[Resource]) -> Iterator[Line]:
    """Every node that a group begins with, with its disk; what an autoscaler adds depends on use."""
    templates = {each.id: _inputs(each) for each in _of(resources, _TEMPLATE)}
    for group in _of(resources, _NODES):
        given = _inputs(group)
        size, count = _machine_of(given), int(given["scalingConfig"]["desiredSize"])
        if size in HOST_HOUR:
            dollars = count * HOST_HOUR[size] * HOURS
            yield Line("infrastructure", f"System nodes {size}", count, dollars, group.urn)
        template = templates.get(_template_of(given), {})
        for disk in template.get("blockDeviceMappings", ()):
            gigabytes = count * int(disk["ebs"]["volumeSize"])
            what = "System nodes' disks, GB of gp3"
            yield Line("infrastructure", what, gigabytes, _monthly("ebs.gp3", gigabytes), group.urn)


def _template_of(nodes: Mapping[str, Any]) -> str:
    return str(cast("Mapping[str, Any]", nodes.get("launchTemplate") or {}).get("id"))


def _machine_of(nodes: Mapping[str, Any]) -> str:
    """Give the machine that a group of nodes asks for first; without a wish EKS takes t3.medium."""
    return str((nodes.get("instanceTypes") or ["t3.medium"])[0])


def _capabilities(resources: Sequence[Resource]) -> Iterator[Line]:
    """What the capabilities' own resources cost."""
    for urn, cost in _costs(resources):
        if cost.dollars is not None:
            yield Line(cost.share, cost.what, cost.quantity, cost.dollars, urn)


def _costs(resources: Sequence[Resource]) -> Iterator[tuple[str, Cost]]:
    for kind, costs in COSTS.items():
        for each in _of(resources, kind):
            yield from ((each.urn, cost) for cost in costs([_inputs(each)]))


def _edge(resources: Sequence[Resource]) -> Iterator[Line]:
    for each in _of(resources, "aws:lb/loadBalancer:LoadBalancer"):
        network = _inputs(each).get("loadBalancerType") == "network"
        kind, what = ("nlb", "Network") if network else ("alb", "Application")
        yield Line("infrastructure", f"{what} Load Balancer", 1, _monthly(kind, 1), each.urn)
        units = ASSUMED["load balancer capacity units in use"]
        assumed = f"{'Network load' if network else 'Load'} balancer capacity units (assumed)"
        yield Line("infrastructure", assumed, units, _monthly(f"{kind}.capacity", units), each.urn)
        zones = len(_inputs(each)["subnets"])
        what = "Public addresses of the load balancer"
        yield Line("infrastructure", what, zones, _monthly("public-address", zones), each.urn)
    for each in _of(resources, "aws:wafv2/webAcl:WebAcl"):
        rules = len(_inputs(each).get("rules", []))
        dollars = _monthly("web-acl", 1) + _monthly("web-acl.rule", rules)
        yield Line("infrastructure", f"Web ACL with {rules} rules", 1, dollars, each.urn)


def _checks(resources: Sequence[Resource]) -> Iterator[Line]:
    for each in _of(resources, "aws:route53/healthCheck:HealthCheck"):
        kind = str(_inputs(each)["type"])
        options = ("HTTPS" in kind) + ("STR_MATCH" in kind)
        dollars = _monthly("health-check", 1) + _monthly("health-check.option", options)
        yield Line("monitoring", "Health check from outside", 1, dollars, each.urn)


def _counted(share: Share, what: str, type: str, key: str, free: int = 0) -> Callable[..., Iterator[Line]]:
    def position(resources: Sequence[Resource]) -> Iterator[Line]:
        for number, each in enumerate(_of(resources, type)):
            yield Line(share, what, 1, _monthly(key, 0 if number < free else 1), each.urn)

    return position


def _used(
    what: str, type: str, key: str, assumed: str, share: Share = "infrastructure"
) -> Callable[..., Iterator[Line]]:
    """Charge every resource of a type with a use that is assumed."""

    def position(resources: Sequence[Resource]) -> Iterator[Line]:
        quantity = ASSUMED[assumed]
        for each in _of(resources, type):
            yield Line(share, f"{what} (assumed)", quantity, _monthly(key, quantity), each.urn)

    return position


def _usage(_resources: Sequence[Resource]) -> Iterator[Line]:
    logs = ASSUMED["GB of logs a month"]
    yield Line("monitoring", "GB of logs (assumed)", logs, _monthly("logs", logs))
    kept = ASSUMED["GB of logs kept"]
    yield Line("monitoring", "GB of logs kept (assumed)", kept, _monthly("logs.kept", kept))
    dumps = ASSUMED["GB of dumps kept"]
    yield Line("backups", "GB of dumps (assumed)", dumps, _monthly("object-storage", dumps))


def _copies(resources: Sequence[Resource]) -> Iterator[Line]:
    """What is kept in a second region: the dumps again, and of each database as much as its storage.

    Points of the vault are counted once, with the instances; the transfer to the other region depends on use.
    """
    if _of(resources, _BUCKET_COPIES):
        dumps = ASSUMED["GB of dumps kept"]
        dollars, urn = _monthly("object-storage", dumps), _of(resources, _BUCKET_COPIES)[0].urn
        yield Line("backups", "GB of dumps in a second region (assumed)", dumps, dollars, urn)
    instances = {each.outputs.get("arn"): _inputs(each) for each in _of(resources, _INSTANCE)}
    for each in _of(resources, _BACKUP_COPIES):
        stored = float(instances[_inputs(each)["sourceDbInstanceArn"]].get("allocatedStorage", 0))
        what = "GB of the database's backups in a second region (assumed)"
        yield Line("backups", what, stored, stored * BACKUP_MONTH, each.urn)


def _proxies(resources: Sequence[Resource]) -> Iterator[Line]:
    """Charge a proxy by the vCPUs of the database behind it."""
    instances = {str(_inputs(each).get("identifier")): _inputs(each) for each in _of(resources, _INSTANCE)}
    for target in _of(resources, "aws:rds/proxyTarget:ProxyTarget"):
        behind = instances.get(str(_inputs(target).get("dbInstanceIdentifier")))
        if behind is not None:
            vcpus = database_class(str(behind["instanceClass"])).vcpus
            yield Line("infrastructure", "Database proxy, vCPU", vcpus, _monthly("proxy", vcpus), target.urn)


def _interfaces(resources: Sequence[Resource]) -> Iterator[Line]:
    for each in _of(resources, "aws:ec2/vpcEndpoint:VpcEndpoint"):
        zones = len(_inputs(each).get("subnetIds", []))
        if _inputs(each).get("vpcEndpointType") == "Interface" and zones:
            dollars = _monthly("interface-endpoint", zones)
            yield Line("infrastructure", "Interface endpoints, by zone", zones, dollars, each.urn)


_GROUP = "aws:autoscaling/group:Group"
_PROMETHEUS = "aws:amp/workspace:Workspace"
_TASK = "aws:ecs/taskDefinition:TaskDefinition"
_BACKUP_COPIES = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
_BUCKET_COPIES = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
_INSTANCE = "aws:rds/instance:Instance"
_NODES = "aws:eks/nodeGroup:NodeGroup"
_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
_NAT, _KEY, _ACL = "aws:ec2/natGateway:NatGateway", "aws:kms/key:Key", "aws:wafv2/webAcl:WebAcl"
_POSITIONS: tuple[Callable[[Sequence[Resource]], Iterator[Line]], ...] = (
    _tasks,
    _hosts,
    _nodes,
    _capabilities,
    _proxies,
    _edge,
    _counted("infrastructure", "NAT gateways", _NAT, "nat-gateway"),
    _counted("infrastructure", "Public addresses of NAT gateways", _NAT, "public-address"),
    _used("GB through NAT gateways", _NAT, "nat-gateway.data", "GB through each NAT gateway a month"),
    _used("GB between zones", "aws:ec2/vpc:Vpc", "transfer.zones", "GB between zones a month, paid on both sides"),
    _counted("infrastructure", "EKS control plane", "aws:eks/cluster:Cluster", "eks.control-plane"),
    _interfaces,
    _counted("infrastructure", "Hosted zones", "aws:route53/zone:Zone", "zone"),
    _counted("infrastructure", "Encryption keys", _KEY, "key"),
    _counted("infrastructure", "Copies of encryption keys", "aws:kms/replicaKey:ReplicaKey", "key"),
    _used("10,000 requests to keys", _KEY, "key.requests", "10,000 requests to each key a month"),
    _used("Million requests to web ACLs", _ACL, "web-acl.requests", "million requests to each web ACL a month"),
    _used("GB of images", "aws:ecr/repository:Repository", "registry", "GB in each image repository"),
    _counted("infrastructure", "Secrets", "aws:secretsmanager/secret:Secret", "secret"),
    _counted("monitoring", "Alarms", "aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", FREE_ALARMS),
    _counted("monitoring", "Combined alarms", "aws:cloudwatch/compositeAlarm:CompositeAlarm", "composite-alarm"),
    _counted("monitoring", "Dashboards", "aws:cloudwatch/dashboard:Dashboard", "dashboard", FREE_DASHBOARDS),
    _checks,
    _used("Million samples of metrics", _PROMETHEUS, "samples", "million samples to Prometheus a month", "monitoring"),
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
        f"List prices of {REGION}, {AS_OF}, on demand, {HOURS} hours, and of use what tools/prices.py assumes. "
        "Not in it: what goes to the internet, and the nodes that Karpenter adds."
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
    found = lines(state.resources)
    print(json.dumps([vars(each) for each in found], indent=2) if chosen.json else table(found))
    over = budget.over(
        chosen.stack, total(found), budget.limit(chosen.stack, chosen.workload, chosen.project.resolve())
    )
    if over:
        sys.stderr.write(f"{over}\n")
    missing = unpriced(state.resources)
    if missing:
        sys.stderr.write(f"not in the sum, for want of a price in tools/prices.py: {', '.join(missing)}\n")
    return OVER if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
