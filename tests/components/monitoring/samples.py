"""OpeniBank's monitoring in production, for tests to change one thing of."""

import pulumi_kubernetes as kubernetes

from components.capabilities.cache import alarms as cache_alarms
from components.capabilities.database import alarms as database_alarms
from components.capabilities.watched import Watched
from components.invariants import certain
from components.monitoring.monitoring import MonitoringArgs, UptimeTarget
from components.monitoring.watched import WatchedEdge, WatchedFirewall
from settings.stack import MonitoringSettings
from tests.charts.rendering import stack
from tests.components.recording import ACCOUNT, REGION

NOTIFICATIONS_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/notifications"
SECRETS_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/secrets"

SETTINGS = MonitoringSettings(
    log_retention_days=365,
    metrics_retention_days=30,
    metrics_storage_gib=100,
    emails=("support@openibank.com", "oncall@openibank.com"),
    slack_workspace="T0123456789",
    slack_channel="C0123456789",
)
INSTANCES = ["openibank-prod", "openibank-prod-replica-1", "openibank-prod-replica-2"]
_STACK = stack("prod").stack
assert _STACK.database is not None
assert _STACK.cache is not None
CACHE_NEEDS = certain(stack("prod").workload.cache, "OpeniBank has a cache")
DATABASE = _STACK.database.model_copy(update={"instance_class": "db.m7g.xlarge", "storage_gib": 100})
CACHE = _STACK.cache.model_copy(update={"shards": 3, "replicas_per_shard": 1})


def watched() -> list[Watched]:
    """A database with two replicas, and a cache of three shards; called where components are constructed."""
    return [
        *database_alarms.watched(INSTANCES, DATABASE, follows=False),
        *cache_alarms.watched("openibank-prod", CACHE, CACHE_NEEDS),
    ]


EDGE = WatchedEdge(
    load_balancer_arn_suffix="app/openibank-prod/50dc6c495c0c9188",
    target_group_arn_suffixes={("api-server", "http"): "targetgroup/openibank-prod-api/73e2d6bc24d8a067"},
    certificate_arn=f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1",
    firewall=WatchedFirewall(
        metric_name="openibank-prod",
        rules=("ip-reputation", "rate-limit", "common", "known-bad-inputs", "sql-injection"),
        limits=("rate-limit",),
    ),
    latency_objective_seconds=1.0,
)


def monitoring_args() -> MonitoringArgs:
    """Arguments; call it where components are constructed, since it makes the provider of the cluster."""
    return MonitoringArgs(
        prefix="openibank-prod",
        account_id=ACCOUNT,
        region=REGION,
        settings=SETTINGS,
        secret_path="openibank/prod",
        notifications_key_arn=NOTIFICATIONS_KEY,
        secrets_key_arn=SECRETS_KEY,
        cluster_name="openibank-prod",
        provider=kubernetes.Provider("cluster", kubeconfig="{}"),
        highly_available=True,
        protect=True,
        cluster_ready=[],
        container_log_group_name="/aws/containerinsights/openibank-prod/application",
        watched=watched(),
        panels=[*database_alarms.panels(INSTANCES), *cache_alarms.panels("openibank-prod", CACHE, CACHE_NEEDS)],
        instance_events=[database_alarms.events(INSTANCES)],
        edge=EDGE,
        nat_gateway_ids=["nat-a", "nat-b", "nat-c"],
        interruption_queue_name="openibank-prod-interruptions",
        backup_vault_name="openibank-prod",
        uptime=UptimeTarget(host="api.openibank.com", path="/health", search='"status":"healthy"'),
    )
