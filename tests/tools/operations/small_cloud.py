"""A cloud in memory that has what a stack's files ask for once `up` ran."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from components.failover.takeover import TakeoverPlan, document
from components.permits import pattern
from settings import PlatformSettings
from settings.facts.kubernetes import KUBERNETES
from tests.tools.operations.fake import Tag
from tools.operations.add_zone import SUBNET
from tools.operations.case import INSTANCE
from tools.operations.cloud import Resource
from tools.operations.files import Files
from tools.operations.move_domain import CERTIFICATE, ZONE
from tools.operations.promote_replica import DOCUMENT
from tools.operations.redis_to_valkey import GROUP as CACHE
from tools.operations.replace_system_nodes import GROUP as NODES
from tools.operations.steps import StoppedError
from tools.operations.stores import LOG_GROUP
from tools.operations.upgrade_kubernetes import CLUSTER

SECRET = "aws:secretsmanager/secret:Secret"
TAKEOVER = document(
    TakeoverPlan(
        role_arn="arn:aws:iam::000000000000:role/takeover", unfenced="refuse", primary_region="us-west-2",
        primary_acl_id="acl-1", primary_health_check_id="check-1", instance_identifier="ledger-small-primary",
        instance_host="ledger-small-primary.rds.amazonaws.com", backup_retention_days=7, zone_id="Z1",
        writer_name="db-writer.ledger-small.internal", writer_ttl_seconds=5,
    )
)  # fmt: skip
TODAY = date(2026, 12, 1)


@dataclass
class SmallCloud:
    """Holds the state of one stack. `moment` is called where a process may be killed."""

    folder: Path
    tag: Tag = field(default_factory=Tag)
    moment: Callable[[], None] = lambda: None
    had: dict[str, Resource] = field(default_factory=dict[str, Resource])
    snapshots: dict[str, str] = field(default_factory=dict[str, str])
    deleted: list[str] = field(default_factory=list[str])
    turned: bool = False
    """Whether the health check of the primary region is unhealthy for good."""
    status: str = "Success: HTTP Status Code 200, OK"
    """What Route 53's checkers find of it."""
    ups: int = 0
    _configuration: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def files(self) -> Files:
        return Files(self.folder, "small", "ledger", TODAY)

    def state(self) -> Sequence[Resource]:
        return list(self.had.values())

    def configuration(self) -> Mapping[str, Any]:
        return self._configuration

    def up(self) -> None:
        """Make one resource after the other what the files ask for; a kill leaves those after it as they were."""
        wanted = {each.name: each for each in _wanted(self.files.settings())}
        self.moment()
        for name, each in wanted.items():
            if self.had.get(name) != each:
                self.had[name] = each
                self.moment()
        for name in self.had.keys() - wanted.keys():
            gone = self.had[name]
            if gone.protect:
                raise StoppedError(f"{name} cannot be deleted because it is protected")
            if snapshot := gone.inputs.get("finalSnapshotIdentifier"):
                self.snapshots[snapshot] = gone.physical
            if gone.type == SECRET:
                self.deleted.append(gone.physical)
            del self.had[name]
            self.moment()
        text = yaml.safe_load(self.files.stack_path.read_text())["config"]
        self._configuration = json.loads(json.dumps({key: {"objectValue": each} for key, each in text.items()}))
        self.ups += 1
        self.moment()

    def planned(self, *, keeps: bool = False) -> Iterator[str]:
        yield from ()

    def aws(self, service: str, command: str, **options: str) -> Mapping[str, Any]:
        match f"{service} {command}":
            case "rds describe-db-snapshots":
                found = [{"DBSnapshotIdentifier": each, "Status": "available"} for each in self.snapshots]
                return {"DBSnapshots": found}
            case "elasticache describe-snapshots":
                found = [{"SnapshotName": each, "SnapshotStatus": "available"} for each in self.snapshots]
                return {"Snapshots": found}
            case "secretsmanager list-secrets":
                return {"SecretList": [{"Name": each} for each in self.deleted]}
            case "route53 get-health-check-status":
                return {"HealthCheckObservations": [{"StatusReport": {"Status": self.status}}]}
            case "route53 get-health-check":
                return {"HealthCheck": {"HealthCheckConfig": {"Disabled": self.turned, "Inverted": self.turned}}}
            case "route53 update-health-check":
                self.moment()
                self.turned = True
                self.moment()
            case "rds create-db-snapshot":
                self._take(options["db_snapshot_identifier"], options["db_instance_identifier"])
            case "elasticache create-snapshot":
                self._take(options["snapshot_name"], options["replication_group_id"])
            case other:
                raise AssertionError(other)
        return {}

    def _take(self, name: str, of: str) -> None:
        self.moment()
        assert name not in self.snapshots, "AWS refuses a second snapshot of a name"
        self.snapshots[name] = of
        self.moment()

    def kubectl(self, *words: str) -> Mapping[str, Any] | None:
        return None

    def removed_apis(self, cluster: str, before: str, after: str) -> Iterator[str]:
        yield from ()


def _wanted(settings: PlatformSettings) -> Iterator[Resource]:
    for each in (*_network(settings), *_edge(settings), *_stores(settings), *_cluster(settings)):
        permitted = settings.stack.permitted_to("retire")
        released = any(pattern(of).fullmatch(each.name) for of in permitted)
        yield Resource(each.type, each.name, "small", each.id, each.inputs, {}, each.protect and not released)


def _network(settings: PlatformSettings) -> Iterator[Resource]:
    for letter, zone in zip("abcdef", settings.stack.zones, strict=False):
        for tier in ("public", "private", "data"):
            name = f"network-{tier}-{letter}"
            yield Resource(SUBNET, name, "", f"subnet-{name}", {"availabilityZoneId": zone})
        if zone in settings.stack.cluster.added_zones:
            yield Resource(NODES, f"cluster-system-{letter}-group", "", f"group-{letter}")


def _edge(settings: PlatformSettings) -> Iterator[Resource]:
    """Zones and certificate; a zone is named by its domain here, and protected by none."""
    domain, further = settings.stack.domain, settings.stack.ingress.further_domain
    named = [domain, further.name] if further and further.answers else [domain]
    for name in [domain, further.name] if further and further.stage != "gone" else [domain]:
        yield Resource(ZONE, f"zone-{name}", "", f"Z-{name}", {"name": name})
    yield Resource(
        CERTIFICATE, "ingress-certificate", "", inputs={"domainName": named[0], "subjectAlternativeNames": named[1:]}
    )


def _stores(settings: PlatformSettings) -> Iterator[Resource]:
    stack, needs = settings.stack, settings.workload
    if stack.database is not None and needs.database is not None:
        version, major = needs.database.version, needs.database.version.partition(".")[0]
        yield Resource("aws:rds/parameterGroup:ParameterGroup", "parameters", "", inputs={"family": f"postgres{major}"})
        given = {"identifier": f"{settings.prefix}-primary", "engineVersion": version}
        if settings.follows:
            given |= {"replicateSourceDb": "arn:aws:rds:us-east-1:000000000000:db:ledger-first-primary"}
            yield Resource(DOCUMENT, "failover-document", "", inputs={"content": json.dumps(TAKEOVER)})
        yield Resource(INSTANCE, "database-primary", "", "db-1", given, protect=True)
        for number in range(stack.database.read_replicas):
            name = f"database-replica-{number + 1}"
            yield Resource(INSTANCE, name, "", inputs={"identifier": name})
            yield Resource(LOG_GROUP, f"{name}-postgresql-log", "", inputs={"name": f"/aws/rds/{name}/postgresql"})
    if stack.cache is not None and needs.cache is not None:
        given = {"replicationGroupId": settings.prefix, "engine": needs.cache.engine}
        given |= {"engineVersion": needs.cache.version, "finalSnapshotIdentifier": "the-last-one"}
        yield Resource(CACHE, "cache-group", "", inputs=given, protect=True)
    for name in (name for name, each in needs.secrets.items() if each.kind == "generated"):
        label = name.lower().replace("_", "-")
        yield Resource(SECRET, f"secrets-{label}-secret", "", inputs={"name": f"ledger/small/{name}"}, protect=True)


def _cluster(settings: PlatformSettings) -> Iterator[Resource]:
    version = settings.stack.cluster.version
    yield Resource(CLUSTER, "cluster", "", inputs={"version": version})
    types = list(settings.stack.cluster.system_nodes.instance_types)
    yield Resource(NODES, "system-group", "", inputs={"version": version, "instanceTypes": types})
    services = {
        name: {
            "replicas": each.replicas.model_dump(),
            "scaling": each.scaling.model_dump() if each.scaling else None,
            "secrets": list(each.secrets),
        }
        for name, each in settings.workload.services.items()
    }
    yield Resource("kubernetes:helm.sh/v3:Release", "application", "", inputs={"values": {"services": services}})
    for name, each in KUBERNETES[version].add_ons.items():
        yield Resource("aws:eks/addon:Addon", name, "", inputs={"addonName": name, "addonVersion": each})
